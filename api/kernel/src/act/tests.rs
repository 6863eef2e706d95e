//! Acts that keep less than others, on an act of our own: afterwards the whole database, the log and the events are searched.

use std::{
    io,
    sync::{Arc, LazyLock, Mutex},
};

use async_graphql::{Data, EmptySubscription, InputObject, Object, Schema, Variables};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};
use tongxin_entity::audit_entry::Secrecy;

use super::{Act, Done, Permit, Record, Way, work::Work};
use crate::{
    catalogue::{Capability, Contents, Root, RootField},
    error::Result,
    events::tests::database::{Process, World, on_each},
    execute::{Context, Executor, GraphqlRequest, Limits, Method, Options},
    lang::Lang,
    see::{Caller, Field},
    who::{Subject, actor::Place},
};

const HERE: &str = "120106001002";
/// What must be found nowhere, in letters that nothing else has.
const PERSON: &str = "person_wqzxv";
const NAME: &str = "魑魅";
const WORDS: &str = "饕餮";

/// An act that only these tests have, under the name of another so that the policies let residents do it.
macro_rules! whisper {
    ($input:ident, $secrecy:ident) => {
        /// 试办
        #[derive(InputObject)]
        #[graphql(name = "RateServiceItemInput")]
        struct $input {
            /// 内容
            words: String,
        }

        impl Act for $input {
            const ACTION: &'static str = "rateServiceItem";
            const SECRECY: Secrecy = Secrecy::$secrecy;
            const ABOUT: &'static str = "试办 · 试办 · a trial";
            const ANSWER: &'static str = "结果 · 结果 · what came of it";
            const SHOWS: fn() -> Vec<Field> = || vec![Field::given_text("said", "内容 · 内容 · what was said")];
            type Seen = ();

            fn ways() -> Vec<Way> {
                Vec::new()
            }

            async fn find(&self, _: &Work<Self>) -> Result<((), Place)> {
                Ok(((), Place::region(HERE)))
            }

            async fn run(&self, _: &Permit<'_, Self>, (): ()) -> Result<Done> {
                let said = json!({"words": self.words});
                let record = Record { subject: "item_1".into(), after: Some(said), ..Record::default() };
                Ok(Done::new(record).show("said", self.words.clone()).event("whispered", "item_1", HERE))
            }
        }
    };
}

whisper!(Openly, Open);
whisper!(WithoutContent, WithoutContent);
whisper!(WithoutPerson, WithoutPerson);

struct Of<A>(A);

impl<A: Acts> Contents for Of<A> {
    const NAME: &'static str = "Mutation";
    const ABOUT: &'static str = "变更 · 变更 · changes";

    fn in_order() -> impl Iterator<Item = &'static RootField> {
        A::capability().mutations().iter()
    }

    fn find(name: &str) -> Option<&'static RootField> {
        A::capability().mutations().iter().find(|field| field.name == name)
    }
}

trait Acts: Send + Sync + 'static {
    fn capability() -> &'static Capability;
}

macro_rules! acts {
    ($($input:ident),*) => {$(
        impl Acts for $input {
            fn capability() -> &'static Capability {
                static ONE: LazyLock<Capability> = LazyLock::new(|| Capability::new().act::<$input>());
                &ONE
            }
        }
    )*};
}

acts!(Openly, WithoutContent, WithoutPerson);

struct Query;

#[Object]
impl Query {
    async fn here(&self) -> bool {
        true
    }
}

async fn fill(world: &World) {
    let at = "'2026-01-01T00:00:00+00:00'";
    let regions = [("1201", "CITY", "NULL"), ("120106", "DISTRICT", "'1201'"), ("120106001", "STREET", "'120106'")];
    let mut sql = String::new();
    for (code, level, parent) in regions {
        sql += &format!(
            "INSERT INTO region VALUES ('region_{code}', '{code}', '{level}', '{level}', 'x', 'x', {parent});"
        );
    }
    sql += &format!(
        "INSERT INTO region VALUES ('region_4', '{HERE}', 'COMMUNITY', 'RESIDENTS_COMMITTEE', 'x', 'x', '120106001');
         INSERT INTO person (id, name, home_community_code, created_at) VALUES ('{PERSON}', '{NAME}', '{HERE}', {at});"
    );
    world.db.execute_unprepared(&sql).await.unwrap();
}

async fn whisper<A: Acts>(process: &Process, key: Option<&str>, words: &str) -> Value {
    let build = || Schema::build(Query, Root::<Of<A>>::default(), EmptySubscription);
    let options = Options { limits: Limits::default(), suggestions: false, scalars: Vec::new() };
    let executor = Executor::new(build, options).unwrap();
    let mut data = Data::default();
    data.insert(process.authority.clone());
    data.insert(Caller(process.authority.actor(Some(&Subject::id(PERSON))).await.unwrap()));
    let context = Context {
        lang: Lang::En,
        request_id: "req-7".into(),
        idempotency_key: key.map(str::to_owned),
        method: Method::Post,
        introspection: true,
        due: None,
        charge: None,
        data,
    };
    let request = GraphqlRequest {
        query: "mutation($words: String!) { rateServiceItem(input: {words: $words}) { said } }".into(),
        variables: Variables::from_json(json!({"words": words})),
        ..GraphqlRequest::default()
    };
    serde_json::from_slice(&executor.run(request, context).await.body).unwrap()
}

/// Every row of every table as text, but for the people and places that the test itself put there.
async fn everything(world: &World) -> Vec<String> {
    let db = &world.db;
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    let ask = |sql: String| db.query_all_raw(Statement::from_string(db.get_database_backend(), sql));
    let tables = if postgres {
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    };
    let mut all = Vec::new();
    for table in ask(tables.into()).await.unwrap() {
        let table: String = table.try_get_by_index(0).unwrap();
        if table == "person" || table == "region" {
            continue;
        }
        let row = if postgres {
            "CAST(t.* AS text)".to_owned()
        } else {
            let columns = ask(format!("SELECT name FROM pragma_table_info('{table}')")).await.unwrap();
            let columns = columns.iter().map(|column| column.try_get_by_index::<String>(0).unwrap());
            let columns = columns.map(|column| format!("coalesce(CAST(\"{column}\" AS text), '')"));
            columns.collect::<Vec<_>>().join(" || '|' || ")
        };
        let rows = ask(format!("SELECT {row} FROM \"{table}\" t")).await.unwrap();
        all.extend(rows.iter().map(|row| format!("{table}: {}", row.try_get_by_index::<String>(0).unwrap())));
    }
    all
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whoever is looked for in what is kept and logged of an act.
async fn traces<A: Acts>(world: &World, key: Option<&str>) -> Vec<String> {
    let process = world.process(None, std::time::Duration::from_secs(3600)).await;
    let log = Log::default();
    let write = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || write.clone());
    let guard = tracing::subscriber::set_default(subscriber.finish());
    let answer = whisper::<A>(&process, key, WORDS).await;
    assert_eq!(answer, json!({"data": {"rateServiceItem": {"said": WORDS}}}));
    assert_eq!(whisper::<A>(&process, key, WORDS).await, answer, "twice under one key, or twice");
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let kept = everything(world).await;
    assert!(kept.iter().any(|row| row.starts_with("event: ") && row.contains("whispered")), "{kept:#?}");
    kept.into_iter().chain(log.lines().map(|line| format!("log: {line}"))).collect()
}

fn holding<'a>(traces: &'a [String], what: &str) -> Vec<&'a String> {
    traces.iter().filter(|trace| trace.contains(what)).collect()
}

#[tokio::test]
async fn an_open_act_is_found_by_its_person_and_its_words() {
    on_each(async |world| {
        fill(world).await;
        let traces = traces::<Openly>(world, Some("key-1")).await;
        assert!(!holding(&traces, PERSON).is_empty() && !holding(&traces, WORDS).is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_act_without_content_is_found_by_its_person_alone() {
    on_each(async |world| {
        fill(world).await;
        let traces = traces::<WithoutContent>(world, None).await;
        assert!(!holding(&traces, PERSON).is_empty());
        assert_eq!(holding(&traces, WORDS), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn an_act_without_its_person_is_found_by_nobody() {
    on_each(async |world| {
        fill(world).await;
        let key = "8Zb1yJx0Qk2mT7cVn4LdWg";
        let kept = traces::<WithoutPerson>(world, Some(key)).await;
        for what in [PERSON, NAME, WORDS, key] {
            assert_eq!(holding(&kept, what), [""; 0], "{what}");
        }
        // The log counts requests by number; what is kept does not say which it was.
        assert_eq!(holding(&everything(world).await, "req-7"), [""; 0]);
        let entries = holding(&kept, "audit_entry: ");
        assert_eq!(entries.len(), 1, "done once under its key: {entries:?}");
        assert!(entries[0].contains("anonymous") && entries[0].contains("WITHOUT_PERSON"), "{entries:?}");

        let process = world.process(None, std::time::Duration::from_secs(3600)).await;
        let other = whisper::<WithoutPerson>(&process, Some(key), "别的").await;
        assert_eq!(other["errors"][0]["extensions"]["code"], "IDEMPOTENCY_MISMATCH");
        let guessed = whisper::<WithoutPerson>(&process, Some("1"), WORDS).await;
        assert_eq!(guessed["errors"][0]["extensions"]["fields"][0]["code"], "TOO_SHORT");
        for what in [PERSON, NAME, WORDS] {
            assert_eq!(holding(&everything(world).await, what), [""; 0], "a refusal names nobody either: {what}");
        }
    })
    .await;
}
