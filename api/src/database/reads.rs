//! Runs what the planner wrote within bounds that the databases do not keep by themselves: how long a statement may
//! run, and what stays of it in memory afterwards.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, QueryResult, RuntimeErr, Statement,
    Values,
    sqlx::{
        AssertSqlSafe, Database, Error, IntoArguments, Postgres, Sqlite, pool::PoolConnection, query::Query, raw_sql,
        sqlite::SqliteRow,
    },
};
use sea_query_sqlx::SqlxValues;

/// How long a statement that only reads may run.
pub(super) const WITHIN: Duration = Duration::from_secs(3);

/// Bytes of a statement from which it is not kept prepared: PostgreSQL keeps some hundred times its text, in each session.
const KEPT_UP_TO: usize = 8 * 1024;

/// Steps of SQLite's machine between two looks at the clock: some hundred microseconds.
const STEPS: i32 = 20_000;

/// The rows of a statement that only reads.
///
/// # Errors
/// Those of the database; what runs too long is given up.
pub async fn rows(db: &DatabaseConnection, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
    match db.get_database_backend() {
        DbBackend::Sqlite => on_sqlite(db, &statement).await,
        DbBackend::Postgres if statement.sql.len() > KEPT_UP_TO => on_postgres(db, &statement).await,
        // The session itself bounds its statements.
        _ => db.query_all_raw(statement).await,
    }
}

/// Not kept: prepared without a name, and that given up too by the empty query that follows.
async fn on_postgres(db: &DatabaseConnection, statement: &Statement) -> Result<Vec<QueryResult>, DbErr> {
    let mut connection = db.get_postgres_connection_pool().acquire().await.map_err(no_connection)?;
    let rows = query::<Postgres>(statement).persistent(false).fetch_all(&mut *connection).await.map_err(failed)?;
    raw_sql("").execute(&mut *connection).await.map_err(failed)?;
    Ok(rows.into_iter().map(QueryResult::from).collect())
}

async fn on_sqlite(db: &DatabaseConnection, statement: &Statement) -> Result<Vec<QueryResult>, DbErr> {
    let connection = db.get_sqlite_connection_pool().acquire().await.map_err(no_connection)?;
    let mut bounded = Bounded::begin(connection).await.map_err(failed)?;
    let query = query(statement).persistent(statement.sql.len() <= KEPT_UP_TO);
    Ok(bounded.rows(query).await.map_err(failed)?.into_iter().map(QueryResult::from).collect())
}

/// What becomes of a statement that runs on SQLite.
const RUNS: u8 = 0;
const ENDED: u8 = 1;
const LEFT: u8 = 2;

/// A connection to SQLite whose statement is given up when its time is over, or when nobody waits for it any longer.
struct Bounded {
    connection: Option<PoolConnection<Sqlite>>,
    state: Arc<AtomicU8>,
}

impl Bounded {
    async fn begin(mut connection: PoolConnection<Sqlite>) -> Result<Self, Error> {
        let state = Arc::new(AtomicU8::new(RUNS));
        let (seen, until) = (state.clone(), Instant::now() + WITHIN);
        let goes_on = move || match seen.load(Ordering::Relaxed) {
            RUNS => Instant::now() < until,
            // Whatever runs on this connection next is not bounded by this.
            state => state == ENDED,
        };
        connection.lock_handle().await?.set_progress_handler(STEPS, goes_on);
        Ok(Self { connection: Some(connection), state })
    }

    async fn rows(&mut self, query: Query<'_, Sqlite, SqlxValues>) -> Result<Vec<SqliteRow>, Error> {
        let connection = self.connection.as_mut().ok_or(Error::WorkerCrashed)?;
        let rows = query.fetch_all(&mut **connection).await;
        self.state.store(ENDED, Ordering::Relaxed);
        rows
    }
}

impl Drop for Bounded {
    fn drop(&mut self) {
        let left = self.state.compare_exchange(RUNS, LEFT, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if let Some(connection) = self.connection.take().filter(|_| left) {
            // Not given back to the pool: the handler would end whatever runs on it next.
            drop(connection.detach());
        }
    }
}

fn query<'s, D: Database>(statement: &'s Statement) -> Query<'s, D, SqlxValues>
where
    SqlxValues: IntoArguments<D>,
{
    let values = statement.values.clone().unwrap_or(Values(Vec::new()));
    sea_orm::sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values))
}

fn failed(error: Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

fn no_connection(error: Error) -> DbErr {
    match error {
        Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
    }
}
