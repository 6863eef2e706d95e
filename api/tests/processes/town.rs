//! The demo city on a database of the test's own, and the requests that the tests make of it.

use std::{path::Path, process::Command, sync::Arc};

use chrono::TimeDelta;
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use tongxin::{
    app::{App, keyring, token_rules},
    config::{Config, Env},
    demo, divisions,
};
use tongxin_entity::person;
use tongxin_kernel::{
    clock::Clock,
    store::{self, Pool},
    who::issuer::Issuer,
};

use crate::{
    client::Client,
    program::{Program, after, text, tongxin},
};

pub const COMMUNITY: &str = "120106001002";
pub const POOL: Pool = Pool { max_connections: 4, min_connections: 0, acquire_secs: 30 };

pub const DRAFT: &str =
    "mutation($input: DraftServiceItemInput!) { draftServiceItem(input: $input) { serviceItem { id } } }";
pub const PUBLISH: &str =
    "mutation($input: PublishServiceItemInput!) { publishServiceItem(input: $input) { serviceItem { id } } }";
pub const CLAIM: &str =
    "mutation($input: ClaimServiceItemInput!) { claimServiceItem(input: $input) { claim { id status } } }";

/// The content of a service item for units.
pub fn item(title: &str, quota: u32) -> Value {
    json!({
        "communityCode": COMMUNITY, "title": title, "description": "仅供测试", "dueOn": in_a_month(),
        "claimableBy": ["UNIT"], "quota": quota,
    })
}

fn in_a_month() -> String {
    (Clock::system().today() + TimeDelta::days(30)).to_string()
}

/// The demo city on PostgreSQL, with a data folder whose keys are those of its processes.
pub struct Town {
    pub folder: TempDir,
    /// The address of the database, as a process is told.
    pub url: String,
    /// The test's own connection, of which no process knows.
    pub db: DatabaseConnection,
    admin: DatabaseConnection,
    name: String,
}

impl Town {
    /// A new one, where the environment names a PostgreSQL.
    pub async fn found() -> Option<Self> {
        let Ok(server) = std::env::var("TONGXIN_TEST_POSTGRES") else {
            eprintln!("skipped: TONGXIN_TEST_POSTGRES names no PostgreSQL");
            return None;
        };
        Some(Self::found_on(&server).await)
    }

    /// A new one on this server.
    pub async fn found_on(server: &str) -> Self {
        let alone = Pool { max_connections: 1, ..POOL };
        let admin = store::connect(server, &alone).await.expect("PostgreSQL answers");
        let name = format!("tongxin_processes_{}", uuid::Uuid::now_v7().simple());
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        let (base, _) = server.rsplit_once('/').expect("the address of a database");
        let url = format!("{base}/{name}");
        let db = store::connect(&url, &POOL).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        fill(&db, config(folder.path())).await;
        Self { folder, url, db, admin, name }
    }

    /// Another connection of the test's own.
    pub async fn open(&self) -> DatabaseConnection {
        store::connect(&self.url, &POOL).await.unwrap()
    }

    /// `host:port` of the server.
    pub fn server(&self) -> String {
        let server = self.parts().1;
        if server.contains(':') { server.to_owned() } else { format!("{server}:5432") }
    }

    /// The address of the database as it is reached by another `host:port`, which may read what is said.
    pub fn url_by(&self, server: &str) -> String {
        let (before, _, name) = self.parts();
        format!("{before}{server}/{name}?sslmode=disable")
    }

    fn parts(&self) -> (&str, &str, &str) {
        let before = self.url.rfind('@').or_else(|| self.url.rfind("//").map(|at| at + 1)).unwrap() + 1;
        let (server, name) = self.url[before..].split_once('/').unwrap();
        (&self.url[..before], server, name)
    }

    /// Changes what holds for the new sessions of the database.
    pub async fn alter(&self, what: &str) {
        self.admin.execute_unprepared(&format!("ALTER DATABASE {} {what}", self.name)).await.unwrap();
    }

    /// Throws the database away; a test that fails leaves it for whoever looks into that.
    pub async fn leave(self) {
        self.db.close().await.unwrap();
        self.admin.execute_unprepared(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await.unwrap();
    }

    /// `tongxin serve` on it.
    pub fn serve(&self) -> Command {
        let mut command = serve(self.folder.path());
        command.env("DATABASE_URL", &self.url).env("TONGXIN_POOL_MAX_CONNECTIONS", "8");
        command
    }

    /// An account at the process that listens there.
    pub async fn account(&self, address: &str, name: &str) -> Client {
        account(&self.db, self.folder.path(), address, name).await
    }
}

/// `tongxin serve` for development, on a free port, with this data folder.
pub fn serve(folder: &Path) -> Command {
    let mut command = tongxin(&["serve"]);
    command
        .env("TONGXIN_ENV", "development")
        .env("TONGXIN_DATA_DIR", text(folder))
        .env("TONGXIN_LISTEN", "127.0.0.1:0")
        .env("TONGXIN_METRICS_LISTEN", "127.0.0.1:0")
        .env("TONGXIN_RATE_LIMIT_ENABLED", "false")
        .env("TONGXIN_LOG_FORMAT", "text")
        .env("TONGXIN_SERVER_WORKERS", "2")
        .env("NO_COLOR", "1");
    command
}

/// Starts it and waits until it listens.
pub async fn serving(command: Command) -> (Program, String) {
    let mut program = Program::start(command);
    let line = program.logged("address=").await;
    (program, after(&line, "address=").to_owned())
}

/// Where a program that serves answers `/metrics`.
pub async fn figures(program: &mut Program) -> Client {
    Client::new(after(&program.logged("metrics=").await, "metrics="), None)
}

pub fn config(folder: &Path) -> Config {
    Config { env: Env::Development, data_dir: folder.to_owned(), pool: POOL, ..Config::default() }
}

/// Fills a SQLite file in the folder, and returns a connection to it.
pub async fn fill_file(folder: &Path) -> DatabaseConnection {
    let db = open_file(folder).await;
    fill(&db, config(folder)).await;
    db
}

pub async fn open_file(folder: &Path) -> DatabaseConnection {
    store::connect(&store::file_url(&folder.join("tongxin.sqlite")), &POOL).await.unwrap()
}

async fn fill(db: &DatabaseConnection, config: Config) {
    store::migrate(db).await.unwrap();
    divisions::import(db, divisions::embedded("hongqiao").unwrap(), |_| {}).await.unwrap();
    let app = App::new(config, db.clone(), Clock::system()).await.unwrap();
    demo::fill(db, Clock::system().now(), |owner, phone| app.authority.seal(owner, phone)).await.unwrap();
}

/// A token for a person of the database that the folder belongs to.
pub fn token_of(folder: &Path, subject: &str) -> String {
    let config = config(folder);
    let keys = Arc::new(keyring(&config, Clock::system()).unwrap());
    Issuer::new(keys, token_rules(&config), Clock::system()).issue(subject, TimeDelta::hours(1)).unwrap()
}

pub async fn account(db: &DatabaseConnection, folder: &Path, address: &str, name: &str) -> Client {
    let found = person::Entity::find().filter(person::Column::Account.eq(name)).one(db).await.unwrap();
    let id = found.unwrap_or_else(|| panic!("no account {name}")).id;
    Client::new(address, Some(&token_of(folder, &id)))
}
