//! A small city with officials in it, and the API that they use.

use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    sync::Arc,
    time::Duration,
};

use async_graphql::{Data, EmptySubscription, Schema, Variables};
use chrono::{DateTime, NaiveDate};
use futures_util::FutureExt as _;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};
use serde_json::{Value, json};
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
use tongxin_migration::{Migrator, MigratorTrait as _};
use tongxin_policies::{PolicySource, Table};

use crate::{Mutation, Query};

pub const STREET: &str = "120106001";
pub const FIRST: &str = "120106001001";
pub const SECOND: &str = "120106001002";
pub const THIRD: &str = "120106001003";
pub const FAR: &str = "120106003001";

/// Accounts: `account`, role, organisation.
const POSTS: [(&str, &str, &str); 7] = [
    ("officer", "street_officer", "party_street"),
    ("secretary", "street_secretary", "party_street"),
    ("far-officer", "street_officer", "party_far_street"),
    ("first", "community_secretary", "party_first"),
    ("second", "community_secretary", "party_second"),
    ("far", "community_secretary", "party_far"),
    // Judges for the street, and belongs to the committee of the third community.
    ("secretary", "community_secretary", "party_third"),
];

const BODIES: [(&str, &str, &str); 6] = [
    ("party_street", "STREET_COMMITTEE", STREET),
    ("party_far_street", "STREET_COMMITTEE", "120106003"),
    ("party_first", "COMMUNITY_COMMITTEE", FIRST),
    ("party_second", "COMMUNITY_COMMITTEE", SECOND),
    ("party_third", "COMMUNITY_COMMITTEE", THIRD),
    ("party_far", "COMMUNITY_COMMITTEE", FAR),
];

pub struct Town {
    pub db: DatabaseConnection,
    authority: Arc<Authority>,
    executor: Executor,
    pub clock: Clock,
}

impl Town {
    /// Runs the test on a fresh town in each kind of database there is.
    pub async fn on_each(test: impl AsyncFn(&Self)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        test(&Self::build(connect(&format!("sqlite://{}?mode=rwc", path.display())).await).await).await;

        if let Ok(server) = std::env::var("TONGXIN_TEST_POSTGRES") {
            let admin = connect(&server).await;
            let name = format!("tongxin_priorities_{}", uuid::Uuid::now_v7().simple());
            admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
            let (base, _) = server.rsplit_once('/').expect("a URL with a database");
            let fresh = connect(&format!("{base}/{name}")).await;
            let outcome = AssertUnwindSafe(async { test(&Self::build(fresh).await).await }).catch_unwind().await;
            admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
            if let Err(panic) = outcome {
                resume_unwind(panic);
            }
        }
    }

    async fn build(db: DatabaseConnection) -> Self {
        Migrator::up(&db, None).await.unwrap();
        db.execute_unprepared(&people()).await.unwrap();
        let clock = Clock::manual(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
        let policy = Table::compile(&PolicySource::embedded()).await.unwrap();
        let keys = tempfile::tempdir().unwrap();
        let sealing = SealingKeys::open_or_create(&keys.path().join("keys.json")).unwrap();
        let authority = Authority::new(Parts {
            db: db.clone(),
            policy,
            clock: clock.clone(),
            rules: Rules::default(),
            calendar: Calendar::embedded(),
            writes_within: Duration::from_secs(20),
            sealing,
        });
        let build = || Schema::build(Query::default(), Mutation::default(), EmptySubscription);
        let options = Options { limits: Limits::default(), suggestions: false, scalars: Vec::new() };
        let executor = Executor::new(build, options).unwrap();
        Self { db, authority, executor, clock }
    }

    /// Today, moved by so many days, as the API writes it.
    pub fn day(&self, days: i64) -> String {
        (self.today() + chrono::TimeDelta::days(days)).to_string()
    }

    pub fn today(&self) -> NaiveDate {
        self.clock.today()
    }

    /// Asks as an account; as a stranger for the empty name.
    pub async fn ask(&self, account: &str, query: &str, variables: Value) -> Value {
        let subject = (!account.is_empty()).then(|| format!("person_{account}"));
        let actor = self.authority.actor(subject.as_deref().map(Subject::id).as_ref()).await.unwrap();
        let mut data = Data::default();
        data.insert(self.authority.clone());
        data.insert(Caller(actor));
        let context = Context {
            lang: Lang::En,
            request_id: "req-1".into(),
            idempotency_key: None,
            method: Method::Post,
            introspection: true,
            due: None,
            charge: None,
            data,
        };
        let variables = Variables::from_json(variables);
        let request = GraphqlRequest { query: query.to_owned(), variables, ..GraphqlRequest::default() };
        serde_json::from_slice(&self.executor.run(request, context).await.body).unwrap()
    }

    /// Runs a mutation whose input is of the type `{Name}Input` and answers its payload's `show`.
    pub async fn run(&self, account: &str, mutation: &str, input: Value, show: &str) -> Value {
        let of_input = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!("mutation($input: {of_input}!) {{ it: {mutation}(input: $input) {{ {show} }} }}");
        self.ask(account, &query, json!({"input": input})).await
    }

    /// The same for a mutation that must succeed.
    pub async fn must(&self, account: &str, mutation: &str, input: Value, show: &str) -> Value {
        let answer = self.run(account, mutation, input, show).await;
        assert_eq!(answer["errors"], Value::Null, "{account} {mutation}");
        answer["data"]["it"].clone()
    }

    /// The extensions of the one error of a mutation that must be refused.
    pub async fn refused(&self, account: &str, mutation: &str, input: Value) -> Value {
        let answer = self.run(account, mutation, input, "__typename").await;
        answer["errors"][0]["extensions"].clone()
    }

    /// A draft of the street's for these communities.
    pub async fn draft(&self, communities: &[&str]) -> String {
        let answer = self.must("officer", "createPriority", self.proposal(communities), "priority { id }").await;
        answer["priority"]["id"].as_str().unwrap().to_owned()
    }

    pub async fn published(&self, communities: &[&str]) -> String {
        let id = self.draft(communities).await;
        self.must("secretary", "publishPriority", json!({"priorityId": id}), "priority { id }").await;
        id
    }

    pub fn proposal(&self, communities: &[&str]) -> Value {
        json!({
            "title": "楼道照明", "description": "居民反映集中", "target": "修复率 95%", "dueOn": self.day(60),
            "streetCode": STREET, "communityCodes": communities,
        })
    }

    /// Posts were changed behind the API's back.
    pub fn forget_rights(&self) {
        self.authority.forget_rights();
    }

    /// The implementations of a priority, by community.
    pub async fn implementations(&self, priority_id: &str) -> Vec<Value> {
        let query = "query($id: ID!) { priority(id: $id) { implementations { nodes {
            id status mustAdopt overdue progress plan objection decision result version community { code }
        } } } }";
        let answer = self.ask("", query, json!({"id": priority_id})).await;
        assert_eq!(answer["errors"], Value::Null);
        let mut all = answer["data"]["priority"]["implementations"]["nodes"].as_array().unwrap().clone();
        all.sort_by_key(|row| row["community"]["code"].as_str().unwrap().to_owned());
        all
    }

    pub async fn priority(&self, id: &str, show: &str) -> Value {
        let query = format!("query($id: ID!) {{ priority(id: $id) {{ {show} }} }}");
        let answer = self.ask("", &query, json!({"id": id})).await;
        assert_eq!(answer["errors"], Value::Null);
        answer["data"]["priority"].clone()
    }
}

/// Where implementations stand.
pub fn states(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["status"].as_str().unwrap()).collect()
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(8).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

fn people() -> String {
    const AT: &str = "'2026-01-01T00:00:00+00:00'";
    let mut sql = String::from(
        "INSERT INTO region (id, code, level, kind, name, name_folded, parent_code) VALUES
         ('region_1', '1201', 'CITY', 'CITY', '天津市', '天津市', NULL),
         ('region_2', '120106', 'DISTRICT', 'DISTRICT', '红桥区', '红桥区', '1201');",
    );
    for (at, code) in [STREET, "120106003", FIRST, SECOND, THIRD, FAR].iter().enumerate() {
        let (level, kind, parent) = match code.len() {
            9 => ("STREET", "STREET", &code[..6]),
            _ => ("COMMUNITY", "RESIDENTS_COMMITTEE", &code[..9]),
        };
        sql += &format!(
            "INSERT INTO region VALUES ('region_0{at}', '{code}', '{level}', '{kind}', '{code}', '{code}', '{parent}');"
        );
    }
    for (id, kind, region) in BODIES {
        sql += &format!(
            "INSERT INTO organisation (id, kind, name, name_folded, region_code, created_at) \
             VALUES ('{id}', '{kind}', '{id}', '{id}', '{region}', {AT});"
        );
    }
    for (at, (account, role, organisation)) in POSTS.iter().enumerate() {
        sql += &format!(
            "INSERT INTO person (id, name, created_at) VALUES ('person_{account}', '{account}', {AT}) \
             ON CONFLICT (id) DO NOTHING; \
             INSERT INTO post (id, person_id, role, organisation_id, starts_on, created_at) \
             VALUES ('post_{at}', 'person_{account}', '{role}', '{organisation}', '2026-01-01', {AT});"
        );
    }
    sql
}
