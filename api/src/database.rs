//! Opens the database: a SQLite file that needs nothing installed, or PostgreSQL.

mod reads;

use std::{iter::from_fn, path::Path, time::Duration};

use futures_util::future::join_all;
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
    sqlx::{
        Connection as _,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use tokio::time::timeout;
use tongxin_migration::{Migrator, MigratorTrait as _};

pub(crate) use self::reads::rows;
use crate::config::{Config, Pool};

/// Distinct statements kept prepared on one connection: a selection is a statement.
const STATEMENTS: usize = 200;

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
/// does not keep its locks. Compiling a statement to machine code never pays for ours, which are long and read little.
const GUARDS: [(&str, &str); 5] = [
    ("jit", "off"),
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
    Database::connect(options(&address(config), &config.pool)).await
}

/// The same to serve from. PostgreSQL gives a statement up that reads for too long; see [`begin`] for changes.
///
/// # Errors
/// As [`open`].
pub async fn open_to_serve(config: &Config) -> Result<DatabaseConnection, DbErr> {
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

/// The address of a SQLite file, made where it is missing.
pub fn file_url(path: &Path) -> String {
    format!("sqlite://{}?mode=rwc", path.display())
}

/// Opens a database by its address.
///
/// # Errors
/// When it cannot be opened or does not answer.
pub async fn connect(url: &str, pool: &Pool) -> Result<DatabaseConnection, DbErr> {
    Database::connect(options(url, pool)).await
}

fn options_to_serve(config: &Config, pool: &Pool) -> ConnectOptions {
    let mut options = options(&address(config), pool);
    options.statement_timeout(reads::WITHIN.min(writes_within(config)));
    options
}

/// How long a statement of a change may run, which waits for others: no longer than its request does by far.
pub fn writes_within(config: &Config) -> Duration {
    Duration::from_secs(config.limits.deadline_secs.min(DAY) * 2)
}

/// Begins a change. A session bounds its statements as those that read; those that change may wait for one another.
///
/// # Errors
/// Those of the database.
pub async fn begin(db: &DatabaseConnection, within: Duration) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        // A transaction that begins by reading and then writes would be refused as busy on SQLite.
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let tx = db.begin_with_options(options).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&format!("SET LOCAL statement_timeout = {}", within.as_millis())).await?;
    }
    Ok(tx)
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

/// Whether every migration has run.
///
/// # Errors
/// When the database does not answer.
pub async fn is_current(db: &DatabaseConnection) -> Result<bool, DbErr> {
    Ok(Migrator::get_pending_migrations(db).await?.is_empty())
}
