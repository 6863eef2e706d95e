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

use super::often::OFTEN;

/// How long a statement that only reads may run.
pub(super) const WITHIN: Duration = Duration::from_secs(3);

/// Bytes of a statement from which it is not kept prepared unless it is asked often: PostgreSQL keeps some hundred times its text, in each session.
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
        DbBackend::Postgres if statement.sql.len() > KEPT_UP_TO && !OFTEN.keeps(&statement.sql, Instant::now()) => {
            on_postgres(db, &statement).await
        }
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
    use tokio::time::timeout;

    use super::{KEPT_UP_TO, rows};
    use crate::{
        error::{Code, Refusal},
        store::{Pool, connect, file_url},
    };

    /// Counts without end.
    const ENDLESS: &str = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

    async fn one_connection(folder: &tempfile::TempDir) -> DatabaseConnection {
        let alone = Pool { max_connections: 1, min_connections: 0, acquire_secs: 20 };
        connect(&file_url(&folder.path().join("a.sqlite")), &alone).await.unwrap()
    }

    fn sqlite(text: &str) -> Statement {
        Statement::from_string(DbBackend::Sqlite, text)
    }

    #[tokio::test]
    async fn sqlite_gives_up_what_takes_too_long_and_serves_on() {
        let folder = tempfile::tempdir().unwrap();
        let db = one_connection(&folder).await;
        let error = rows(&db, sqlite(ENDLESS)).await.unwrap_err();
        assert_eq!(Refusal::from(error).code, Code::Unavailable);
        // Changes on the same connection are not bounded by it, however late they come.
        for text in ["CREATE TABLE a (b)", "INSERT INTO a VALUES (1)"] {
            db.execute_raw(sqlite(text)).await.unwrap();
        }
        let counted = rows(&db, sqlite("SELECT count(*) FROM a")).await.unwrap();
        assert_eq!(counted[0].try_get_by_index::<i64>(0).unwrap(), 1);
    }

    #[tokio::test]
    async fn sqlite_gives_up_what_nobody_waits_for() {
        let folder = tempfile::tempdir().unwrap();
        let db = one_connection(&folder).await;
        rows(&db, sqlite("SELECT 1")).await.unwrap();
        assert!(timeout(Duration::from_millis(200), rows(&db, sqlite(ENDLESS))).await.is_err());
        // The one connection there may be is another one.
        let text =
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 1000000) SELECT count(*) FROM c";
        db.query_one_raw(sqlite(text)).await.unwrap();
    }

    #[tokio::test]
    async fn postgres_keeps_no_large_statement() {
        let Ok(server) = std::env::var("TONGXIN_TEST_POSTGRES") else { return };
        let alone = Pool { max_connections: 1, min_connections: 0, acquire_secs: 20 };
        let db = connect(&server, &alone).await.unwrap();
        let kept = async |text: &str| {
            rows(&db, Statement::from_string(DbBackend::Postgres, text)).await.unwrap();
            let count = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%of this test%'";
            let count = rows(&db, Statement::from_string(DbBackend::Postgres, count)).await.unwrap();
            count[0].try_get_by_index::<i64>(0).unwrap()
        };
        // The count itself speaks of the test.
        assert_eq!(kept("SELECT 'a small one of this test'").await, 2);
        let large = format!("SELECT 'a large one of this test{}'", " ".repeat(KEPT_UP_TO));
        assert_eq!(kept(&large).await, 2);
        for _ in 0..20 {
            kept(&large).await;
        }
        assert_eq!(kept(&large).await, 3, "unless it is asked often");
    }
}
