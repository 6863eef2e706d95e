//! Random selections through the planner, and the same read plainly from the rows: both answers must be one, for every
//! account of the demo city, on each database there is.

mod answer;
mod ask;
mod fields;
mod filters;
mod lists;
mod plain;
mod types;

use std::{cell::RefCell, sync::Arc};

use async_graphql::{Data, Name, Value, Variables};
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use proptest::{
    prelude::*,
    test_runner::{Config as Cases, TestRunner},
};
use sea_orm::{DatabaseConnection, EntityTrait as _};
use tongxin_entity::client_application;
use tongxin_kernel::{
    calendar::Calendar,
    clock::Clock,
    execute::{Context, Executor, GraphqlRequest, Limits, Method, Options},
    lang::Lang,
    privacy::SealingKeys,
    rules::Rules,
    see::Caller,
    who::{Authority, Parts, Subject},
};
use tongxin_policies::{PolicySource, Table};

use self::{
    answer::{Reader, collect, kind_of, written},
    ask::{Asked, Maker, Part, Text, picks},
    lists::{list_of, write_arguments},
    plain::{City, Row},
    types::Kind,
};
use crate::{
    demo,
    divisions::{self, tests::database::on_each},
    schema,
};

/// A late evening in China, so that its day is not that of UTC.
const NOW: &str = "2026-11-22T17:30:00.123456Z";

struct House {
    authority: Arc<Authority>,
    executor: Executor,
    city: City,
    /// Persons and applications by account, and the stranger.
    subjects: Vec<Option<String>>,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_planner_reads_what_the_rows_say() {
    on_each(async |db| {
        let house = House::build(db).await;
        let config = Cases { cases: cases(), failure_persistence: None, ..Cases::default() };
        let asked = (0..house.subjects.len(), 0..usize::MAX, picks());
        let answered = RefCell::new(0);
        let outcome = TestRunner::new(config).run(&asked, |(subject, key, picks)| {
            let parts = Maker::default().parts("Query", &picks, true);
            let parts: Vec<_> = parts.into_iter().filter(|part| matches!(part, Part::Field(_))).collect();
            prop_assume!(!parts.is_empty());
            let compare = house.compare(subject, key, &parts);
            let size = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(compare))?;
            *answered.borrow_mut() += size;
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
        // Answers without anything in them would prove nothing.
        assert!(answered.into_inner() > 50 * cases() as usize);
    })
    .await;
}

/// How many selections are tried on each database; `TONGXIN_TEST_SELECTIONS` asks for more.
fn cases() -> u32 {
    std::env::var("TONGXIN_TEST_SELECTIONS").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300)
}

impl House {
    async fn build(db: &DatabaseConnection) -> Self {
        let clock = Clock::manual(NOW.parse().unwrap());
        divisions::import(db, divisions::embedded("hongqiao").unwrap(), |_| ()).await.unwrap();
        let masked = |_: &str, phone: &str| ("sealed".to_owned(), format!("{}****", &phone[..3]));
        demo::fill(db, clock.now(), masked).await.unwrap();
        let policy = Table::compile(&PolicySource::embedded()).await.unwrap();
        let keys = tempfile::tempdir().unwrap();
        let sealing = SealingKeys::open_or_create(&keys.path().join("keys.json")).unwrap();
        let city = City::load(db, clock.today()).await;
        let parts = Parts {
            db: db.clone(),
            policy,
            clock,
            rules: Rules::default(),
            calendar: Calendar::embedded(),
            writes_within: std::time::Duration::from_secs(20),
            sealing,
        };
        let authority = Authority::new(parts);
        let limits =
            Limits { depth: 64, cost: u64::MAX, aliases: 10_000, root_fields: 100, errors: 100, ..Limits::default() };
        let options = Options { limits, suggestions: false, scalars: schema::scalars() };
        let executor = Executor::new(schema::build, options).unwrap();
        let mut subjects = vec![None];
        subjects
            .extend(city.people.iter().filter(|person| person.account.is_some()).map(|person| Some(person.id.clone())));
        let clients = client_application::Entity::find().all(db).await.unwrap();
        subjects.extend(clients.into_iter().map(|client| Some(client.id)));
        Self { authority, executor, city, subjects }
    }

    /// Compares the answers; returns how long they are.
    async fn compare(&self, subject: usize, key: usize, parts: &[Part]) -> Result<usize, TestCaseError> {
        let actor = self.authority.actor(self.subjects[subject].as_deref().map(Subject::id).as_ref()).await.unwrap();
        let policy = self.authority.policy();
        let reader = Reader { city: &self.city, actor: &actor, policy: &policy };
        let expected = written(collect("Query", &[parts]), |fields| self.root(&reader, key, fields));

        let mut text = Text::default();
        text.parts("Query", parts, &|text, on, asked| match kind_of(on, asked.name) {
            Kind::Page(connection) => {
                if let (Some(of), Some(page)) = (list_of(asked, connection), &asked.page) {
                    write_arguments(&self.city, text, &of, page);
                }
            }
            _ if on == "Query" => text.body.push_str(&self.root_argument(key, asked.name)),
            _ => {}
        });
        let document = text.document();
        let answer = self.ask(&actor, &document, text.variables).await;
        let context = || format!("{} asks\n{document}\n", actor.name);
        let Value::Object(mut answer) = answer else { panic!("{}no object: {answer}", context()) };
        for error in answer.get("errors").into_iter().flat_map(|errors| match errors {
            Value::List(errors) => errors.as_slice(),
            _ => &[],
        }) {
            prop_assert!(error.to_string().contains("NOT_FOUND"), "{}{error}", context());
        }
        let data = answer.swap_remove("data").unwrap_or_default();
        let (data, expected) = (canonical(data).to_string(), canonical(expected).to_string());
        prop_assert!(data == expected, "{}the planner\n{data}\nplainly\n{expected}\n", context());
        Ok(expected.len())
    }

    async fn ask(
        &self,
        actor: &Arc<tongxin_kernel::who::actor::Actor>,
        query: &str,
        variables: serde_json::Map<String, serde_json::Value>,
    ) -> Value {
        let mut data = Data::default();
        data.insert(self.authority.clone());
        data.insert(Caller(actor.clone()));
        let context = Context {
            lang: Lang::En,
            request_id: "test".into(),
            idempotency_key: None,
            method: Method::Post,
            introspection: false,
            due: None,
            charge: None,
            data,
        };
        let variables = Variables::from_json(variables.into());
        let request = GraphqlRequest { query: query.to_owned(), variables, ..GraphqlRequest::default() };
        serde_json::from_slice(&self.executor.run(request, context).await.body).unwrap()
    }

    fn root_argument(&self, key: usize, name: &str) -> String {
        match name {
            "region" => format!("(code: \"{}\")", self.region(key).code),
            "node" => format!("(id: \"{}\")", self.rows()[key % self.rows().len()].id()),
            "nodes" => format!("(ids: {:?})", self.some_rows(key).iter().map(|row| row.id()).collect::<Vec<_>>()),
            _ => String::new(),
        }
    }

    fn root<'a>(&'a self, reader: &Reader<'a>, key: usize, fields: &[&Asked]) -> Value {
        let asked = fields[0];
        let sets: Vec<_> = fields.iter().map(|asked| &*asked.parts).collect();
        match asked.name {
            "region" => reader.one(Some(Row::Region(self.region(key))), &sets),
            "node" => reader.one(Some(self.rows()[key % self.rows().len()]), &sets),
            "nodes" => Value::List(self.some_rows(key).into_iter().map(|row| reader.one(Some(row), &sets)).collect()),
            _ => match kind_of("Query", asked.name) {
                Kind::Page(connection) => {
                    let of = connection.strip_suffix("Connection").unwrap();
                    reader.page(connection, asked.page.as_ref(), self.city.all(of), &sets)
                }
                _ => panic!("Query.{} is not read plainly", asked.name),
            },
        }
    }

    fn region(&self, key: usize) -> &tongxin_entity::region::Model {
        let all = &self.city.regions;
        // Rather one of those where something happens.
        let busy: Vec<_> =
            all.iter().filter(|r| "120106001002".starts_with(&r.code) || r.code == "120106003").collect();
        if key.is_multiple_of(2) { busy[key / 2 % busy.len()] } else { &all[key / 2 % all.len()] }
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let types = [
            "Region",
            "ServiceItem",
            "Claim",
            "Rating",
            "Priority",
            "Person",
            "Post",
            "CheckIn",
            "Compound",
            "PropertyContract",
            "PartyOrganisation",
            "PublicBody",
            "Unit",
            "PropertyCompany",
            "OwnersCommittee",
            "PartyAlliance",
            "BigPartyCommittee",
        ];
        types.into_iter().flat_map(|of| self.city.all(of)).collect()
    }

    fn some_rows(&self, key: usize) -> Vec<Row<'_>> {
        let rows = self.rows();
        (0..key % 6).map(|n| rows[(key / 7 + n * 389) % rows.len()]).collect()
    }
}

/// Moments in one form; PostgreSQL and SQLite write them with more or fewer digits.
fn canonical(value: Value) -> Value {
    match value {
        Value::String(text) => match DateTime::parse_from_rfc3339(&text) {
            Ok(at) => plain::moment(at.with_timezone(&Utc)),
            Err(_) => Value::String(text),
        },
        Value::List(items) => Value::List(items.into_iter().map(canonical).collect()),
        Value::Object(fields) => {
            let fields: IndexMap<Name, Value> =
                fields.into_iter().map(|(name, value)| (name, canonical(value))).collect();
            Value::Object(fields)
        }
        other => other,
    }
}
