//! Opens the database: a SQLite file that needs nothing installed, or PostgreSQL.

mod afresh;
mod doubt;
mod often;
mod reads;

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait as _,
    sqlx::{
        ConnectOptions as _,
        sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous},
    },
};
use serde::{Deserialize, Serialize};
use tongxin_migration::{Migrator, MigratorTrait as _};

pub use self::doubt::{drop_broken, drop_refusing, takes_writes_again};
pub(crate) use self::{afresh::afresh, reads::rows};
use crate::secret_file;

/// Distinct statements kept prepared on one connection: a selection is a statement.
const STATEMENTS: usize = 200;

/// Connections that the tasks beside the serving threads use at most: four watchers and the chores.
const OF_TASKS: u32 = 5;

/// The fewest connections that a thread can do with.
const FEWEST: u32 = 2;

/// How long a writer waits for another one on SQLite.
const BUSY: Duration = Duration::from_secs(8);

/// The longest deadline of a request that is told to PostgreSQL, which counts milliseconds in 32 bits.
const DAY: u64 = 24 * 60 * 60;

/// What PostgreSQL is told of each session: one that hangs amid a transaction, or whose process is gone without a word,
/// does not keep its locks. What it remarks on in passing is no news. Compiling a statement to machine code never pays for
/// ours, which are long and read little.
const GUARDS: [(&str, &str); 6] = [
    ("client_min_messages", "warning"),
    ("jit", "off"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
];

/// How many connections there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// On PostgreSQL shared out over the threads that serve if that gives each two or more.
    pub max_connections: u32,
    pub min_connections: u32,
    /// Seconds to wait for a free connection.
    pub acquire_secs: u64,
}

/// A database as a configuration names it.
#[derive(Debug, Clone)]
pub struct Store {
    pub url: String,
    pub pool: Pool,
    /// How many threads serve.
    pub threads: usize,
    /// Seconds after which a request is given up.
    pub deadline_secs: u64,
}

impl Store {
    /// Opens it for a command.
    ///
    /// # Errors
    /// When the database cannot be opened or does not answer.
    pub async fn open(&self) -> Result<DatabaseConnection, DbErr> {
        connect(&self.url, &self.pool).await
    }

    /// The SQLite file that is yet to be made before there is a database; none where there is one, or it is no file.
    pub fn missing_file(&self) -> Option<PathBuf> {
        file_of(&self.url).filter(|file| !file.exists())
    }

    /// Opens it to serve from. PostgreSQL gives a statement up that reads for too long; see [`begin`] for changes.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_to_serve(&self) -> Result<DatabaseConnection, DbErr> {
        make_file(&self.url)?;
        Database::connect(self.options_to_serve(&self.pool)).await
    }

    /// Opens another pool for one thread that serves: a socket wakes the thread that opened it, so that a thread with
    /// connections of its own waits for no other. None where one pool serves better: on SQLite, whose connections are
    /// threads, and where there are too few connections for so many threads.
    ///
    /// # Errors
    /// When the address is not one; the database itself is reached when it is first needed.
    pub async fn open_for_thread(&self) -> Result<Option<DatabaseConnection>, DbErr> {
        let threads = u32::try_from(self.threads).unwrap_or(u32::MAX);
        let share = self.pool.max_connections.saturating_sub(OF_TASKS) / threads;
        if self.url.starts_with("sqlite") || share < FEWEST {
            return Ok(None);
        }
        let pool = Pool { max_connections: share, min_connections: 0, ..self.pool };
        let mut options = self.options_to_serve(&pool);
        options.connect_lazy(true);
        Database::connect(options).await.map(Some)
    }

    /// How long a statement of a change may run, which waits for others: no longer than its request does by far.
    pub fn writes_within(&self) -> Duration {
        Duration::from_secs(self.deadline_secs.min(DAY) * 2)
    }

    fn options_to_serve(&self, pool: &Pool) -> ConnectOptions {
        let mut options = options(&self.url, pool);
        options.statement_timeout(reads::WITHIN.min(self.writes_within()));
        options
    }
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

/// How a database is connected to.
pub fn options(url: &str, pool: &Pool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(pool.max_connections)
        .min_connections(pool.min_connections)
        .acquire_timeout(Duration::from_secs(pool.acquire_secs))
        .sqlx_logging(false)
        .test_before_acquire(false)
        .map_sqlx_postgres_pool_opts(doubt::guard_postgres)
        .map_sqlx_sqlite_pool_opts(doubt::guard_sqlite)
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

/// A connection that nobody uses.
pub struct Held(#[expect(dead_code, reason = "it is there to be kept")] Option<SqliteConnection>);

/// Holds a SQLite file open for as long as it is served from: whoever opens it first writes beside it, and could not where
/// the disk is full. Reads would then end with the last connection that was thrown away for a write.
///
/// # Errors
/// When it cannot be opened.
pub async fn hold_open(db: &DatabaseConnection) -> Result<Held, DbErr> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(Held(None));
    }
    let held = db.get_sqlite_connection_pool().connect_options().connect().await;
    held.map(|held| Held(Some(held))).map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))
}

/// Begins a transaction that will write, on a connection that has none. It is begun to the end even where nobody waits
/// for it any more: half begun it would be left open on PostgreSQL, and the next to use the connection would commit nothing. A session bounds its
/// statements as those that read; those of a change, which may wait for one another, run `within` this.
///
/// # Errors
/// Those of the database.
pub async fn begin(db: &DatabaseConnection, within: Option<Duration>) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        // A transaction that begins by reading and then writes would be refused as busy on SQLite.
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let db = db.clone();
    let begun = tokio::spawn(async move {
        let tx = db.begin_with_options(options).await?;
        if let Some(within) = within.filter(|_| db.get_database_backend() == DbBackend::Postgres) {
            tx.execute_unprepared(&format!("SET LOCAL statement_timeout = {}", within.as_millis())).await?;
        }
        Ok(tx)
    });
    begun.await.map_err(|error| DbErr::Custom(error.to_string()))?
}

/// The time by the clock of the database; none where that is the clock of this machine.
///
/// # Errors
/// When the database does not answer.
pub async fn time(db: &DatabaseConnection) -> Result<Option<DateTime<Utc>>, DbErr> {
    let backend = db.get_database_backend();
    if backend != DbBackend::Postgres {
        return Ok(None);
    }
    let row = db.query_one_raw(Statement::from_string(backend, "SELECT clock_timestamp()")).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
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
    /// Some have run that come after those of this program.
    Ahead,
    /// Some have run that this program no longer has: it was made before the first release.
    Before,
}

/// Tells how the database stands, and writes nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn standing(db: &DatabaseConnection) -> Result<Standing, DbErr> {
    match Migrator::get_pending_migrations_read_only(db).await {
        Ok(pending) if pending.is_empty() => Ok(Standing::Current),
        Ok(_) => Ok(Standing::Behind),
        Err(DbErr::Custom(_)) => unknown(db).await,
        Err(error) => Err(error),
    }
}

/// Tells whether what has run and is not known here comes after all that is.
async fn unknown(db: &DatabaseConnection) -> Result<Standing, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), "SELECT version FROM seaql_migrations");
    let known = Migrator::migrations();
    let newest = known.iter().map(|migration| migration.name()).max().unwrap_or_default();
    for row in db.query_all_raw(statement).await? {
        let name: String = row.try_get_by_index(0)?;
        if *name < *newest && known.iter().all(|migration| migration.name() != name) {
            return Ok(Standing::Before);
        }
    }
    Ok(Standing::Ahead)
}
