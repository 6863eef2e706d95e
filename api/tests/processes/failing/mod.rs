//! A store that fails under load, and comes back: what was acknowledged is there, and nothing was done twice.
//!
//! Each round starts the service, lets clients write, breaks the store, mends it, waits until the service is well again by
//! itself, kills it without a word, and counts by a connection of its own. `TONGXIN_TEST_ROUNDS` says how many rounds each
//! kind of failure goes through; three without it.

mod connection;
mod file;
mod load;
mod pages;
mod postgres;

use std::time::Duration;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use serde_json::Value;
use tokio::time::sleep;

use crate::{
    client::Client,
    program::{PATIENCE, Program, eventually},
    town::figures,
};
use load::{Load, Written};

/// Clients that write at once.
const CLIENTS: usize = 8;
/// What is written before the store fails, and again after it is well.
const SOME: usize = 10;
/// Within which the service is well again, once the store is.
const WELL: Duration = Duration::from_secs(15);

/// A kind of failure.
trait Failing {
    /// Whether reads go on meanwhile.
    const READS: bool;

    async fn fail(&mut self);
    async fn mend(&mut self);
}

/// Where the service keeps what it is told, and how it is run.
trait Place {
    /// Starts it; its address.
    async fn serve(&self) -> (Served, String);
    /// A connection of which the service knows nothing.
    async fn look(&self) -> DatabaseConnection;
    /// Those who write, at an address.
    async fn writers(&self, address: &str) -> Vec<Client>;
}

/// The service: as a process, or inside of this one where a process could not be made to fail in that way.
enum Served {
    Process(Program),
    Task(tokio::task::JoinHandle<()>),
}

impl Served {
    async fn kill(self) {
        match self {
            Self::Process(program) => program.kill().await,
            Self::Task(task) => {
                task.abort();
                drop(task.await);
            }
        }
    }

    /// Where it answers `/metrics`.
    async fn figures(&mut self, address: &str) -> Client {
        match self {
            Self::Process(program) => figures(program).await,
            Self::Task(_) => Client::new(address, None),
        }
    }

    fn pid(&self) -> u32 {
        match self {
            Self::Process(program) => program.pid(),
            Self::Task(_) => std::process::id(),
        }
    }
}

fn rounds() -> usize {
    std::env::var("TONGXIN_TEST_ROUNDS").map_or(3, |rounds| rounds.parse().expect("a number of rounds"))
}

/// How often the store refuses in a round: from once to twenty times.
fn refusals(round: usize) -> usize {
    [1, 8, 20].get(round).copied().unwrap_or(round % 20 + 1)
}

/// Goes through the rounds of one kind.
async fn go_through<F: Failing>(kind: &str, place: &impl Place, mut failing: impl AsyncFnMut(&Served) -> F) {
    let (mut kept, mut refused) = (0, 0);
    for round in 0..rounds() {
        let (mut served, address) = place.serve().await;
        let mut failing = failing(&served).await;
        let load = Load::start(place.writers(&address).await, &format!("{}-{round}", kind.replace(' ', "-")));
        load.acknowledges(SOME).await;
        // By turns amid the requests of all, and between them, so that the store refuses exactly so often.
        let counted = round % 2 == 0;
        if counted {
            load.rest().await;
        }
        failing.fail().await;
        load.is_refused(refusals(round), counted).await;
        is_told::<F>(&load, &served.figures(&address).await).await;
        failing.mend().await;
        load.work();
        let ready = async || (load.anybody().get("/readyz").await.0 == 200).then_some(());
        eventually(WELL, "ready again", ready).await;
        load.acknowledges(SOME).await;
        let db = place.look().await;
        if db.get_database_backend() == DbBackend::Postgres {
            load.rest().await;
            eventually(PATIENCE, "no transaction is left open", async || {
                (count(&db, OPEN, Vec::new()).await == 0).then_some(())
            })
            .await;
            load.work();
            load.acknowledges(1).await;
        }
        served.kill().await;
        let written = load.over().await;
        is_there(&db, &written, kind).await;
        db.close().await.unwrap();
        kept += written.acknowledged.len();
        refused += written.refused;
    }
    println!("{kind}: {} rounds, {kept} acknowledged and there, {refused} refused", rounds());
}

/// Transactions that nobody goes on with.
const OPEN: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                    AND state LIKE 'idle in transaction%' AND now() - state_change > interval '0.5 s'";

/// What the service says of itself while its store fails.
async fn is_told<F: Failing>(load: &Load, figures: &Client) {
    let somebody = load.anybody();
    assert_eq!(somebody.get("/healthz").await.0, 200, "it is alive");
    let told = async || {
        let (status, text) = somebody.get("/readyz").await;
        (status == 503 && text.contains("UNAVAILABLE")).then_some(())
    };
    eventually(PATIENCE, "it is not ready", told).await;
    if F::READS {
        let read = somebody.ask("{ serviceItems(first: 3) { nodes { id } } }", Value::Null).await;
        assert_eq!(read.data()["serviceItems"]["nodes"].as_array().unwrap().len(), 3, "reads go on");
        let figures = figures.get("/metrics").await.1;
        assert!(!figures.contains("\ntongxin_store_refused_writes_total 0\n"), "{figures}");
    }
}

/// Counts what is in the store.
async fn is_there(db: &DatabaseConnection, written: &Written, kind: &str) {
    let title = |title: &str| vec![title.to_owned()];
    for (id, name) in &written.acknowledged {
        let row = "SELECT count(*) FROM service_item WHERE id = $1 AND title = $2";
        assert_eq!(
            count(db, row, vec![id.clone(), name.clone()]).await,
            1,
            "{kind}: {name} was acknowledged and is lost"
        );
        let entry = "SELECT count(*) FROM audit_entry WHERE subject_id = $1 AND outcome = 'ALLOWED'";
        assert_eq!(count(db, entry, title(id)).await, 1, "{kind}: the entry of {name}");
    }
    for name in &written.asked {
        let rows = count(db, "SELECT count(*) FROM service_item WHERE title = $1", title(name)).await;
        assert!(rows <= 1, "{kind}: {name} was done {rows} times");
        let keys = count(db, "SELECT count(*) FROM idempotency_key WHERE key = $1", title(name)).await;
        assert!(
            keys == if load::has_key(name) { rows } else { 0 },
            "{kind}: {name} is there {rows} times, its key {keys}"
        );
    }
    if db.get_database_backend() == DbBackend::Sqlite {
        let faults = "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'";
        assert_eq!(count(db, faults, Vec::new()).await, 0, "{kind}: the file is whole");
    }
}

async fn count(db: &DatabaseConnection, sql: &str, values: Vec<String>) -> i64 {
    let values = values.into_iter().map(sea_orm::Value::from);
    let row = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_one_raw(row).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// How long a client that was refused waits before it asks again, as they are told to.
async fn breath() {
    sleep(Duration::from_millis(20)).await;
}
