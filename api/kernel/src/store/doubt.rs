//! No connection stays in a pool in doubt: one that may be amid a transaction which nobody will end is thrown away.
//!
//! SQLite ends a transaction by itself when its disk is full or fails. The driver's `ROLLBACK` is then refused, it goes on to
//! count the transaction as open, and would begin the next one as a savepoint inside of nothing: answered, and never kept.

use std::{
    iter::from_fn,
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use sea_orm::{
    DatabaseConnection, DbBackend, DbErr,
    sqlx::{
        Connection, Error, PgConnection, Postgres, Row as _, Sqlite,
        pool::{PoolConnection, PoolOptions},
        raw_sql,
    },
};
use tokio::time::timeout;

use crate::{error::is_read_only, telemetry};

/// A connection that rested for so long is tried before use; one in constant use is not, which saves a round trip.
const RESTED: Duration = Duration::from_secs(1);

/// When the store took a write again after it had refused some.
static WELL_SINCE: RwLock<Option<Instant>> = RwLock::new(None);

/// For so long after that, sessions that were begun before it are tried, however busy: those begun while the store was only
/// read would refuse writes for as long as they live.
const SUSPECTED: Duration = Duration::from_secs(60);

/// How long a connection may take to show that it is whole.
const SHOWS: Duration = Duration::from_secs(1);

pub(super) fn guard_sqlite(options: PoolOptions<Sqlite>) -> PoolOptions<Sqlite> {
    let options = options.after_release(|connection, _| {
        Box::pin(async move {
            // What is to be rolled back waits for the connection's thread: once it answers, that is done, or failed.
            connection.ping().await?;
            Ok(is_free(connection))
        })
    });
    options.before_acquire(|connection, rest| {
        Box::pin(async move {
            if rest.idle_for >= RESTED {
                connection.ping().await?;
            }
            Ok(is_free(connection))
        })
    })
}

pub(super) fn guard_postgres(options: PoolOptions<Postgres>) -> PoolOptions<Postgres> {
    let options = options.after_release(|connection, _| Box::pin(async move { Ok(is_free(connection)) }));
    options.before_acquire(|connection, rest| {
        Box::pin(async move {
            let trusted = rest.idle_for < RESTED && !is_suspected(rest.age);
            Ok(is_free(connection) && (trusted || told(is_whole(connection).await?)))
        })
    })
}

/// The store takes writes again: sessions of before are to be tried, in every pool of the process.
pub fn takes_writes_again() {
    *WELL_SINCE.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

fn is_suspected(age: Duration) -> bool {
    let since = *WELL_SINCE.read().unwrap_or_else(PoisonError::into_inner);
    since.map(|since| since.elapsed()).is_some_and(|well_for| well_for < SUSPECTED && well_for <= age)
}

/// Whether the driver knows of no transaction on it.
fn is_free(connection: &mut impl Connection) -> bool {
    told(!connection.is_in_transaction())
}

fn told(free: bool) -> bool {
    if !free {
        telemetry::connection_in_doubt();
        tracing::warn!("a connection in doubt is thrown away");
    }
    free
}

/// What PostgreSQL itself says of it: outside of a transaction a statement begins its own; and a session that was begun for
/// reading alone may stay so for ever.
async fn is_whole(connection: &mut PgConnection) -> Result<bool, Error> {
    // As a simple query: a prepared one begins its transaction before it is run.
    let asked = "SELECT now() = statement_timestamp() AND current_setting('transaction_read_only') = 'off'";
    raw_sql(asked).fetch_one(connection).await?.try_get(0)
}

/// Tries the connections that nobody uses at the moment, and throws away those that are broken.
pub async fn drop_broken(db: &DatabaseConnection) {
    if db.get_database_backend() != DbBackend::Postgres {
        return;
    }
    let pool = db.get_postgres_connection_pool();
    let idle = from_fn(|| pool.try_acquire()).collect::<Vec<_>>();
    join_all(idle.into_iter().map(keep_if_whole)).await;
}

async fn keep_if_whole(mut connection: PoolConnection<Postgres>) {
    if !matches!(timeout(SHOWS, is_whole(&mut connection)).await, Ok(Ok(true))) {
        // Not given back to the pool, which would wait for it.
        drop(connection.detach());
    }
}

/// After a write was refused: throws away the connections that nobody uses and that would refuse others for as long as
/// they live.
pub async fn drop_refusing(db: &DatabaseConnection, error: &DbErr) {
    if db.get_database_backend() == DbBackend::Sqlite && is_read_only(error) {
        // A file that could not be written when it was opened is only read for ever; nothing tells which ones.
        let pool = db.get_sqlite_connection_pool();
        from_fn(|| pool.try_acquire()).for_each(|connection| drop(connection.detach()));
    }
    drop_broken(db).await;
}
