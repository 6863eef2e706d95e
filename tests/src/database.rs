//! A database of its own for every story.

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tongxin_kernel::store::{self, Pool};

/// Which database a story is told on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Few connections for each story, because many run at once, but enough for two serving threads to have their own; long
/// waits, because the machine may be busy.
pub(crate) const POOL: Pool = Pool { max_connections: 9, min_connections: 0, acquire_secs: 60 };

/// What every database of the stories begins with, followed by the run.
const PREFIX: &str = "tongxin_stories_";

/// A PostgreSQL server, as `TONGXIN_TEST_POSTGRES` names it: the address of a database there that exists.
#[derive(Clone)]
pub(crate) struct Server {
    url: String,
}

impl Server {
    pub fn told() -> Self {
        Self { url: std::env::var("TONGXIN_TEST_POSTGRES").expect("TONGXIN_TEST_POSTGRES names a PostgreSQL") }
    }

    /// The address of another database of the server.
    pub fn address(&self, name: &str) -> String {
        let (base, _) = self.url.rsplit_once('/').expect("the address of a database, such as postgres://…/postgres");
        format!("{base}/{name}")
    }

    pub async fn admin(&self) -> DatabaseConnection {
        let alone = Pool { max_connections: 1, ..POOL };
        store::connect(&self.url, &alone).await.expect("PostgreSQL answers")
    }

    pub async fn create(&self, name: &str, template: &str) {
        let admin = self.admin().await;
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        admin.execute_unprepared(&create).await.expect("a fresh database");
        admin.close().await.expect("closed");
    }
}

/// One run of the stories on a server.
pub(crate) struct Run {
    pub template: String,
    next: AtomicU32,
    spent: UnboundedSender<String>,
}

/// What stands beside a run until the process ends. Its lock is free again then, however it went, so that a later run
/// throws away what is left of this one.
pub(crate) struct Keeper {
    lock: DatabaseConnection,
    spent: UnboundedReceiver<String>,
}

impl Run {
    pub async fn begin(server: &Server) -> (Self, Keeper) {
        let template = format!("{PREFIX}{}", &uuid::Uuid::now_v7().simple().to_string()[..20]);
        let admin = server.admin().await;
        lock(&admin, &template).await.expect("the lock of the run");
        clear_abandoned(&admin).await.expect("what earlier runs left is cleared");
        let (sender, receiver) = unbounded_channel();
        let run = Self { template, next: AtomicU32::new(1), spent: sender };
        (run, Keeper { lock: admin, spent: receiver })
    }

    /// Throws a database away, which takes the server a while: no story waits for it.
    pub fn throw_away(&self, name: String) {
        let _ = self.spent.send(name);
    }

    /// A name for one more database.
    pub fn next_name(&self) -> String {
        format!("{}_{}", self.template, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

impl Keeper {
    /// Never ends.
    pub async fn keep(mut self) {
        while let Some(name) = self.spent.recv().await {
            let drop = format!("DROP DATABASE {name} WITH (FORCE)");
            // What cannot be dropped now is left to a later run.
            self.lock.execute_unprepared(&drop).await.ok();
        }
    }
}

async fn lock(admin: &DatabaseConnection, run: &str) -> Result<bool, DbErr> {
    let text = format!("SELECT pg_try_advisory_lock(hashtextextended('{run}', 0)) AS held");
    let row = admin.query_one_raw(sea_orm::Statement::from_string(admin.get_database_backend(), text)).await?;
    row.ok_or(DbErr::RecordNotFound(String::new()))?.try_get("", "held")
}

async fn clear_abandoned(admin: &DatabaseConnection) -> Result<(), DbErr> {
    let text = format!("SELECT datname FROM pg_database WHERE starts_with(datname, '{PREFIX}')");
    let rows = admin.query_all_raw(sea_orm::Statement::from_string(admin.get_database_backend(), text)).await?;
    for row in rows {
        let name: String = row.try_get("", "datname")?;
        let run = name.get(..PREFIX.len() + 20).unwrap_or(&name);
        if lock(admin, run).await? {
            // Another run that clears at the same time may have come first.
            admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.ok();
        }
    }
    Ok(())
}
