//! Opens the database: a SQLite file that needs nothing installed, or PostgreSQL.

use std::{
    io,
    iter::from_fn,
    path::{Path, PathBuf},
    time::Duration,
};

use futures_util::future::join_all;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    sqlx::{
        Connection as _,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};
use tokio::time::timeout;
use tongxin_migration::{Migrator, MigratorTrait as _};

use crate::{
    config::{Config, Pool},
    secret_file,
};

/// Distinct statements kept prepared on one connection: a selection is a statement.
const STATEMENTS: usize = 500;

/// Connections that the tasks beside the serving threads use at most: four watchers and the chores.
const OF_TASKS: u32 = 5;

/// The fewest connections that a thread can do with.
const FEWEST: u32 = 2;

/// How long a writer waits for another one on SQLite.
const BUSY: Duration = Duration::from_secs(8);

/// How long a connection may take to show that it is whole.
const SHOWS: Duration = Duration::from_secs(1);

/// The longest deadline of a request that is told to PostgreSQL, which counts milliseconds in 32 bits.
const DAY: u64 = 24 * 60 * 60;

/// What PostgreSQL is told of each session: one that hangs amid a transaction, or whose process is gone without a word,
/// does not keep its locks. What it remarks on in passing is no news.
const GUARDS: [(&str, &str); 5] = [
    ("client_min_messages", "warning"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
];

/// Opens what the configuration names: `DATABASE_URL`, or the file in the data folder.
///
/// # Errors
/// When the database cannot be opened or does not answer.
pub async fn open(config: &Config) -> Result<DatabaseConnection, DbErr> {
    connect(&address(config), &config.pool).await
}

/// The SQLite file that is yet to be made before there is a database; none where there is one, or it is no file.
pub fn missing_file(config: &Config) -> Option<PathBuf> {
    file_of(&address(config)).filter(|file| !file.exists())
}

/// The same to serve from. PostgreSQL gives a statement up when the request that it is for has long been given up.
///
/// # Errors
/// As [`open`].
pub async fn open_to_serve(config: &Config) -> Result<DatabaseConnection, DbErr> {
    make_file(&address(config))?;
    Database::connect(options_to_serve(config, &config.pool)).await
}

fn address(config: &Config) -> String {
    match &config.database_url {
        Some(url) => url.expose().to_owned(),
        None => file_url(&config.data_dir.join("tongxin.sqlite")),
    }
}

/// Opens another pool on the database that the configuration names, for one thread that serves: a socket wakes the
/// thread that opened it, so that a thread with connections of its own waits for no other. None where one pool serves
/// better: on SQLite, whose connections are threads, and where there are too few connections for so many threads.
///
/// # Errors
/// When the address is not one; the database itself is reached when it is first needed.
pub async fn open_for_thread(config: &Config) -> Result<Option<DatabaseConnection>, DbErr> {
    let threads = u32::try_from(config.server.threads()).unwrap_or(u32::MAX);
    let share = config.pool.max_connections.saturating_sub(OF_TASKS) / threads;
    if address(config).starts_with("sqlite") || share < FEWEST {
        return Ok(None);
    }
    let pool = Pool { max_connections: share, min_connections: 0, ..config.pool };
    let mut options = options_to_serve(config, &pool);
    options.connect_lazy(true);
    Database::connect(options).await.map(Some)
}

/// The file of a SQLite address; none where there is none.
fn file_of(url: &str) -> Option<PathBuf> {
    if !url.starts_with("sqlite:") || url.contains(":memory:") || url.contains("mode=memory") {
        return None;
    }
    Some(url.parse::<SqliteConnectOptions>().ok()?.get_filename().to_owned())
}

/// Makes the file that the address wants made. SQLite itself would make one that everybody can read, and it gives the
/// files beside it the mode of this one.
fn make_file(url: &str) -> Result<(), DbErr> {
    let Some(file) = file_of(url).filter(|_| url.contains("mode=rwc")) else { return Ok(()) };
    let failed = |error: io::Error| DbErr::Conn(RuntimeErr::Internal(format!("{}: {error}", file.display())));
    secret_file::open_or_make(&file).map_err(failed)?;
    secret_file::complain_if_open(&file);
    Ok(())
}

/// The address of a SQLite file, made where it is missing.
pub fn file_url(path: &Path) -> String {
    format!("sqlite://{}?mode=rwc", path.display())
}

/// Opens a database by its address.
///
/// # Errors
/// When it cannot be opened or does not answer.
pub async fn connect(url: &str, pool: &Pool) -> Result<DatabaseConnection, DbErr> {
    make_file(url)?;
    Database::connect(options(url, pool)).await
}

fn options_to_serve(config: &Config, pool: &Pool) -> ConnectOptions {
    let mut options = options(&address(config), pool);
    options.statement_timeout(Duration::from_secs(config.limits.deadline_secs.min(DAY) * 2));
    options
}

fn options(url: &str, pool: &Pool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(pool.max_connections)
        .min_connections(pool.min_connections)
        .acquire_timeout(Duration::from_secs(pool.acquire_secs))
        .sqlx_logging(false)
        // A connection that rested is tried before use; one in constant use is not, which saves a round trip.
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(Duration::from_secs(1))
        .map_sqlx_postgres_opts(|options| {
            options.statement_cache_capacity(STATEMENTS).application_name("tongxin").options(GUARDS)
        })
        .map_sqlx_sqlite_opts(|options| {
            options
                .create_if_missing(false)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .foreign_keys(true)
                .busy_timeout(BUSY)
                .statement_cache_capacity(STATEMENTS)
        });
    options
}

/// Tries the connections that nobody uses at the moment, and throws away those that are broken.
pub async fn drop_broken(db: &DatabaseConnection) {
    if db.get_database_backend() != DbBackend::Postgres {
        return;
    }
    let pool = db.get_postgres_connection_pool();
    let idle = from_fn(|| pool.try_acquire()).collect::<Vec<_>>();
    join_all(idle.into_iter().map(async |mut connection| {
        if !matches!(timeout(SHOWS, connection.ping()).await, Ok(Ok(()))) {
            // Not given back to the pool, which would wait for it.
            drop(connection.detach());
        }
    }))
    .await;
}

/// Brings the schema up to date.
///
/// # Errors
/// When a migration fails; it is then undone.
pub async fn migrate(db: &DatabaseConnection) -> Result<(), DbErr> {
    Migrator::up(db, None).await
}

/// How a database stands to the migrations of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Current,
    /// Some have not run, or none.
    Behind,
    /// Some have run that this program does not have.
    Ahead,
}

/// Tells how the database stands, and writes nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn standing(db: &DatabaseConnection) -> Result<Standing, DbErr> {
    match Migrator::get_pending_migrations_read_only(db).await {
        Ok(pending) if pending.is_empty() => Ok(Standing::Current),
        Ok(_) => Ok(Standing::Behind),
        Err(DbErr::Custom(_)) => Ok(Standing::Ahead),
        Err(error) => Err(error),
    }
}
