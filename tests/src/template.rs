//! The demo city, made once for each kind of database and copied for every story.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::{LazyLock, mpsc},
    thread,
};

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use tongxin::{
    app::App,
    config::{Config, Env, Secret},
    demo, divisions,
};
use tongxin_entity::{client_application, person};
use tongxin_kernel::{clock::Clock, store, who::load_policy};
use tongxin_policies::Table;
use tongxin_server::ServerSettings;

use crate::database::{Database, POOL, Run, Server};

/// When the stories begin: noon of a Monday in China.
pub(crate) fn beginning() -> DateTime<Utc> {
    "2026-06-15T04:00:00Z".parse().expect("an instant")
}

/// A filled city: the files of its data folder, and where it is kept on PostgreSQL.
pub(crate) struct Template {
    files: Vec<(String, Vec<u8>)>,
    /// The id behind every account.
    pub accounts: HashMap<String, String>,
    /// The policies, compiled once, and their version.
    pub policy: (Table, i64),
    pub run: Option<Run>,
}

impl Template {
    /// That of the database; made at the first call of the process.
    pub fn of(database: Database) -> &'static Self {
        static SQLITE: LazyLock<Template> = LazyLock::new(|| make(Database::Sqlite));
        static POSTGRES: LazyLock<Template> = LazyLock::new(|| make(Database::Postgres));
        match database {
            Database::Sqlite => &SQLITE,
            Database::Postgres => &POSTGRES,
        }
    }

    pub fn copy_files(&self, folder: &Path) {
        for (name, bytes) in &self.files {
            let path = folder.join(name);
            fs::write(&path, bytes).expect("a file of the template");
            if name.ends_with("json") {
                use std::os::unix::fs::PermissionsExt as _;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a file of one's own");
            }
        }
    }
}

/// The configuration of a service on a data folder and, if it is on PostgreSQL, on the database at an address.
pub(crate) fn config(folder: &Path, database_url: Option<String>) -> Config {
    Config {
        env: Env::Demo,
        data_dir: folder.to_owned(),
        database_url: database_url.map(Secret::new),
        pool: POOL,
        server: ServerSettings { workers: 2, ..ServerSettings::default() },
        ..Config::default()
    }
}

/// Makes it on a thread of its own, which on PostgreSQL stays to keep the run.
fn make(database: Database) -> Template {
    let (done, made) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            match database {
                Database::Sqlite => drop(done.send(fill(None).await)),
                Database::Postgres => {
                    let server = Server::told();
                    let (run, keeper) = Run::begin(&server).await;
                    server.create(&run.template, "template1").await;
                    let filled = fill(Some(server.address(&run.template))).await;
                    let _ = done.send(Template { run: Some(run), ..filled });
                    keeper.keep().await;
                }
            }
        });
    });
    made.recv().expect("a filled city")
}

async fn fill(url: Option<String>) -> Template {
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(folder.path(), url);
    let db = config.store().open().await.expect("a database");
    store::migrate(&db).await.expect("the schema");
    let hongqiao = divisions::embedded("hongqiao").expect("the divisions of the demo");
    divisions::import(&db, hongqiao, |_| {}).await.expect("divisions");
    let clock = Clock::manual(beginning());
    let policy = load_policy(&db).await.expect("policies");
    let app = App::with_policy(config, db.clone(), clock.clone(), policy.clone()).expect("a service");
    demo::fill(&db, clock.now(), |owner, phone| app.authority.seal(owner, phone)).await.expect("the demo city");

    let people = person::Entity::find()
        .select_only()
        .columns([person::Column::Account, person::Column::Id])
        .filter(person::Column::Account.is_not_null())
        .into_tuple::<(String, String)>();
    let clients = client_application::Entity::find()
        .select_only()
        .columns([client_application::Column::Account, client_application::Column::Id])
        .into_tuple::<(String, String)>();
    let mut accounts = people.all(&db).await.expect("people");
    accounts.extend(clients.all(&db).await.expect("applications"));
    drop(app);
    db.close().await.expect("closed");

    let files = fs::read_dir(folder.path()).expect("the folder").map(|entry| {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read(&path).expect("a readable file"))
    });
    Template { files: files.collect(), accounts: accounts.into_iter().collect(), policy, run: None }
}
