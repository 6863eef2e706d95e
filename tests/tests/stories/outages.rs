//! A database that is gone or full: told as such, and over as soon as it is back.

use std::time::Duration;

use futures_util::{future::join_all, poll};
use reqwest::StatusCode;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait as _,
    Statement, TransactionTrait as _, TryGetable,
};
use serde_json::{Value, json};
use tokio::time::timeout;
use tongxin_entity::policy_bundle;
use tongxin_kernel::{
    error::{Code, Refusal},
    store::{self, Pool},
    who::{Operator, apply_policy},
};
use tongxin_policies::PolicySource;
use tongxin_tests::{Database, TestApp, on_each_database};

/// How long anything may take: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

async fn get(app: &TestApp, path: &str) -> StatusCode {
    reqwest::get(format!("http://{}{path}", app.address)).await.expect("the service answers").status()
}

async fn read_and_write(app: &TestApp) -> [tongxin_tests::Answer; 2] {
    let secretary = app.actor("community-secretary");
    let read = secretary.query("{ serviceItems { totalCount } }", json!({})).await;
    let write = secretary.act("publishServiceItem", app.content(), "serviceItem { id }").await;
    [read, write]
}

/// The sessions in which an act waits to write; what the clock does updates rows, and may wait too.
const WAITS: &str = "wait_event_type = 'Lock' AND query LIKE 'INSERT%'";

/// The server of a story's database, seen from another database of it.
struct Server {
    admin: DatabaseConnection,
    /// The story's database.
    name: String,
}

impl Server {
    async fn of(app: &TestApp) -> Self {
        let name = app.config.database_url.as_ref().unwrap().expose().rsplit_once('/').unwrap().1.to_owned();
        let server = std::env::var("TONGXIN_TEST_POSTGRES").unwrap();
        let admin = store::connect(&server, &app.config.pool).await.unwrap();
        Self { admin, name }
    }

    async fn let_in(&self, anybody: bool) {
        let alter = format!("ALTER DATABASE {} ALLOW_CONNECTIONS {anybody}", self.name);
        self.admin.execute_unprepared(&alter).await.unwrap();
    }

    /// The sessions of the story's database that meet a condition.
    async fn sessions(&self, on: &str) -> Vec<i32> {
        self.ask("pid", on).await
    }

    /// Ends those that meet a condition; how many there were.
    async fn end(&self, on: &str) -> usize {
        self.ask::<bool>("pg_terminate_backend(pid)", on).await.len()
    }

    async fn ask<T: TryGetable>(&self, what: &str, on: &str) -> Vec<T> {
        let sql = format!("SELECT {what} FROM pg_stat_activity WHERE datname = '{}' AND {on}", self.name);
        let rows = self.admin.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// Ends every session of the story's database, also one that was just beginning.
    async fn end_sessions(&self) {
        until("every session has ended", async || (self.end("true").await == 0).then_some(())).await;
    }

    async fn leave(self) {
        self.admin.close().await.unwrap();
    }
}

/// Lets nobody write to a table for as long as it takes.
async fn lock(app: &TestApp, table: &str) -> DatabaseTransaction {
    let lock = app.db.begin().await.unwrap();
    lock.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = 0").await.unwrap();
    lock.execute_unprepared(&format!("LOCK TABLE {table} IN EXCLUSIVE MODE")).await.unwrap();
    lock
}

/// Looks again and again until there is something.
async fn until<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}

#[tokio::test]
#[cfg_attr(not(postgres_told), ignore = "TONGXIN_TEST_POSTGRES is not set")]
async fn a_database_that_is_gone_is_waited_for() {
    tongxin_tests::tell(Database::Postgres, async |app| {
        let server = Server::of(app).await;
        for _ in 0..2 {
            server.let_in(false).await;
            server.end_sessions().await;
            for answer in read_and_write(app).await {
                let facts = answer.refused("UNAVAILABLE");
                assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer}");
                assert!(facts["retryAfter"].as_u64() >= Some(1), "{answer}");
                assert!(answer.body.get("data").is_none(), "{answer}");
            }
            assert_eq!(get(app, "/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(get(app, "/healthz").await, StatusCode::OK);

            server.let_in(true).await;
            read_and_write(app).await.iter().for_each(|answer| drop(answer.data().clone()));
            assert_eq!(get(app, "/readyz").await, StatusCode::OK);
        }
        server.leave().await;
    })
    .await;
}

/// As when the database is restarted between two requests: the connections that rest are broken, and no request is the
/// one to find that out.
#[tokio::test]
#[cfg_attr(not(postgres_told), ignore = "TONGXIN_TEST_POSTGRES is not set")]
async fn connections_that_broke_while_they_rested_are_not_felt() {
    tongxin_tests::tell(Database::Postgres, async |app| {
        let server = Server::of(app).await;
        let secretary = app.actor("community-secretary");
        let read = async || secretary.query("{ serviceItems { totalCount } }", json!({})).await;
        let write = async || secretary.act("publishServiceItem", app.content(), "serviceItem { id }").await;
        let ready = async || get(app, "/readyz").await;
        for first in 0..3 {
            // Many at once leave many connections.
            join_all((0..8).map(|_| read())).await.iter().for_each(|answer| drop(answer.data().clone()));
            server.end_sessions().await;
            match first {
                0 => drop(read().await.data().clone()),
                1 => drop(write().await.done().clone()),
                _ => assert_eq!(ready().await, StatusCode::OK),
            }
        }
        server.leave().await;
    })
    .await;
}

#[tokio::test]
#[cfg_attr(not(postgres_told), ignore = "TONGXIN_TEST_POSTGRES is not set")]
async fn an_act_whose_connection_breaks_midway_is_done_once() {
    tongxin_tests::tell(Database::Postgres, async |app| {
        let server = Server::of(app).await;
        let secretary = app.actor("community-secretary");
        let count = async || {
            let read = app.stranger().read("{ serviceItems { totalCount } }", json!({})).await;
            read["serviceItems"]["totalCount"].as_u64().unwrap()
        };
        let before = count().await;
        let lock = lock(app, "service_item").await;
        let publish = secretary.act("publishServiceItem", app.content(), "serviceItem { id }");
        let breaks = async {
            let first = until("it waits", async || server.sessions(WAITS).await.pop()).await;
            assert_eq!(server.end(&format!("pid = {first}")).await, 1);
            let another = format!("{WAITS} AND pid <> {first}");
            until("it is tried again", async || server.sessions(&another).await.pop()).await;
            lock.rollback().await.unwrap();
        };
        let (published, ()) = tokio::join!(publish, breaks);
        published.done();
        assert_eq!(count().await, before + 1);
        server.leave().await;
    })
    .await;
}

/// Nobody waits for the answer any more, and yet it would hold a connection and its place in the queue of the lock.
#[tokio::test]
#[cfg_attr(not(postgres_told), ignore = "TONGXIN_TEST_POSTGRES is not set")]
async fn a_statement_ends_soon_after_its_request() {
    let app = TestApp::start_with(Database::Postgres, |config| config.limits.deadline_secs = 1).await;
    let server = Server::of(&app).await;
    let lock = lock(&app, "service_item").await;
    let secretary = app.actor("community-secretary");
    let given_up = async || {
        let publish = secretary.act("publishServiceItem", app.content(), "serviceItem { id }");
        publish.await.refused("UNAVAILABLE");
        server.sessions(WAITS).await.pop()
    };
    until("it still waits", given_up).await;
    until("nothing waits", async || server.sessions(WAITS).await.is_empty().then_some(())).await;
    lock.rollback().await.unwrap();
    server.leave().await;
    app.stop().await;
}

#[tokio::test]
#[cfg_attr(not(postgres_told), ignore = "TONGXIN_TEST_POSTGRES is not set")]
async fn a_session_does_not_keep_its_locks_for_ever() {
    tongxin_tests::tell(Database::Postgres, async |app| {
        let session = app.db.begin().await.unwrap();
        for (name, value) in [
            ("idle_in_transaction_session_timeout", "30s"),
            ("tcp_keepalives_idle", "30"),
            ("statement_timeout", "3s"),
            ("jit", "off"),
        ] {
            let show = Statement::from_string(DbBackend::Postgres, format!("SHOW {name}"));
            let shown: String = session.query_one_raw(show).await.unwrap().unwrap().try_get("", name).unwrap();
            assert_eq!(shown, value, "{name}");
        }
        session.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = 1").await.unwrap();
        let server = Server::of(app).await;
        until("it is ended", async || server.sessions("state LIKE 'idle in%'").await.is_empty().then_some(())).await;
        let error = session.execute_unprepared("SELECT 1").await.unwrap_err();
        assert_eq!(Refusal::from(error).code, Code::Unavailable);
        server.leave().await;
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_is_told_and_left_behind() {
    // One connection, whose bound on the size of the file stands for the end of the disk.
    let app = TestApp::start_with(Database::Sqlite, |config| config.pool.max_connections = 1).await;
    let before = app.stranger().read("{ serviceItems { totalCount } }", json!({})).await;
    app.db.execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    let secretary = app.actor("community-secretary");
    let long = json!("长".repeat(4000));
    let publish = || {
        let mut content = app.content();
        content["description"] = long.clone();
        secretary.act("publishServiceItem", content, "serviceItem { id }")
    };
    let mut refused = publish().await;
    // What room the last page had left.
    for _ in 0..20 {
        refused = publish().await;
        if refused.code().is_some() {
            break;
        }
    }
    refused.refused("UNAVAILABLE");
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    let during = app.stranger().read("{ serviceItems { totalCount } }", json!({})).await;
    assert!(during["serviceItems"]["totalCount"].as_u64() >= before["serviceItems"]["totalCount"].as_u64());

    app.db.execute_unprepared("PRAGMA max_page_count = 1073741823").await.unwrap();
    publish().await.done();
    let after = app.stranger().read("{ serviceItems { totalCount } }", json!({})).await;
    let count = |read: &Value| read["serviceItems"]["totalCount"].as_u64().unwrap();
    assert_eq!(count(&after), count(&during) + 1);
    app.stop().await;
}

/// As when a client goes away just then: what was begun for it is ended, or the next to use the connection would commit
/// nothing.
#[tokio::test]
#[cfg_attr(not(postgres_told), ignore = "TONGXIN_TEST_POSTGRES is not set")]
async fn a_transaction_that_nobody_waits_for_is_not_left_open() {
    tongxin_tests::tell(Database::Postgres, async |app| {
        let server = Server::of(app).await;
        let url = app.config.database_url.as_ref().unwrap().expose();
        let alone = store::connect(url, &Pool { max_connections: 1, ..app.config.pool }).await.unwrap();
        for _ in 0..50 {
            let mut begun = Box::pin(store::begin(&alone, None));
            // The database hardly ever answers so soon.
            drop(poll!(&mut begun));
            drop(begun);
            // The one connection there is, once it was given back.
            let asked = Statement::from_string(DbBackend::Postgres, "SELECT pg_backend_pid()");
            let pid: i32 = alone.query_one_raw(asked).await.unwrap().unwrap().try_get_by_index(0).unwrap();
            let open = format!("pid = {pid} AND state LIKE 'idle in transaction%'");
            let ended = until("it is ended", async || server.sessions(&open).await.is_empty().then_some(()));
            // Much sooner than the database ends what is left open by itself.
            timeout(PATIENCE / 6, ended).await.expect("it is left open");
        }
        alone.close().await.unwrap();
        server.leave().await;
    })
    .await;
}

/// It decides by policies that are no longer those in force.
async fn policies_that_cannot_be_taken_make_it_not_ready(app: &TestApp) {
    let of = |version: i64| policy_bundle::ActiveModel {
        version: Set(version),
        digest: Set("-".into()),
        body: Set("-".into()),
        applied_at: Set(app.clock.now()),
        applied_by: Set("测试".into()),
    };
    assert_eq!(get(app, "/readyz").await, StatusCode::OK);
    policy_bundle::Entity::insert(of(1)).exec_without_returning(&app.db).await.unwrap();
    let status = async |wanted| (get(app, "/readyz").await == wanted).then_some(());
    until("it is not ready", async || status(StatusCode::SERVICE_UNAVAILABLE).await).await;
    assert_eq!(get(app, "/healthz").await, StatusCode::OK);
    let good = apply_policy(&app.db, &PolicySource::embedded(), &Operator::new("测试"), app.clock.now()).await.unwrap();
    assert_eq!(good.version, 2);
    until("it is ready again", async || status(StatusCode::OK).await).await;
}

on_each_database![policies_that_cannot_be_taken_make_it_not_ready];

#[tokio::test]
#[cfg_attr(not(postgres_told), ignore = "TONGXIN_TEST_POSTGRES is not set")]
async fn sessions_begun_while_the_database_was_only_read_are_left_behind() {
    tongxin_tests::tell(Database::Postgres, async |app| {
        let server = Server::of(app).await;
        let secretary = app.actor("community-secretary");
        let write = async || secretary.act("publishServiceItem", app.content(), "serviceItem { id }").await;
        let alter = async |what: &str| {
            let alter = format!("ALTER DATABASE {} {what} default_transaction_read_only", server.name);
            let alter = if what == "SET" { format!("{alter} = on") } else { alter };
            server.admin.execute_unprepared(&alter).await.unwrap();
        };
        alter("SET").await;
        server.end_sessions().await;
        // Each of the service's pools gets sessions that only read.
        for _ in 0..4 {
            for answer in join_all((0..8).map(|_| write())).await {
                answer.refused("UNAVAILABLE");
            }
        }
        alter("RESET").await;
        until("it is well again", async || (get(app, "/readyz").await == StatusCode::OK).then_some(())).await;
        for answer in join_all((0..40).map(|_| write())).await {
            answer.done();
        }
        assert_eq!(get(app, "/readyz").await, StatusCode::OK);
        server.leave().await;
    })
    .await;
}
