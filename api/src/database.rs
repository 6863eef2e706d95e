//! Opens the database: a SQLite file that needs nothing installed, or PostgreSQL.

use std::{path::Path, time::Duration};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbErr,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use tongxin_migration::{Migrator, MigratorTrait as _};

use crate::config::{Config, Pool};

/// Distinct statements kept prepared on one connection: a selection is a statement.
const STATEMENTS: usize = 500;

/// How long a writer waits for another one on SQLite.
const BUSY: Duration = Duration::from_secs(8);

/// Opens what the configuration names: `DATABASE_URL`, or the file in the data folder.
///
/// # Errors
/// When the database cannot be opened or does not answer.
pub async fn open(config: &Config) -> Result<DatabaseConnection, DbErr> {
    let url = match &config.database_url {
        Some(url) => url.expose().to_owned(),
        None => file_url(&config.data_dir.join("tongxin.sqlite")),
    };
    connect(&url, &config.pool).await
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
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(pool.max_connections)
        .min_connections(pool.min_connections)
        .acquire_timeout(Duration::from_secs(pool.acquire_secs))
        .sqlx_logging(false)
        // A connection that rested is tried before use; one in constant use is not, which saves a round trip.
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(Duration::from_secs(1))
        .map_sqlx_postgres_opts(|options| options.statement_cache_capacity(STATEMENTS).application_name("tongxin"))
        .map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .foreign_keys(true)
                .busy_timeout(BUSY)
                .statement_cache_capacity(STATEMENTS)
        });
    Database::connect(options).await
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
