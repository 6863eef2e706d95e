//! Whether the store takes writes. Once it refused one, or left a commit in doubt, it counts as failing until a write of trial
//! is committed.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, Statement};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use crate::{
    error::{Refusal, Result, refuses_writes},
    id::new_id,
    store::{self, Held, afresh},
    telemetry,
    who::authority::Authority,
};

/// How long a write of trial waits for the next.
const AGAIN: Duration = Duration::from_secs(1);

/// How long a write of trial may take.
const WITHIN: Duration = Duration::from_secs(3);

/// Bytes that are written on trial: as much as a large act writes, or there would be room for the trial alone.
const FILLER: usize = 16 * 1024;

/// What is known of the store.
#[derive(Default)]
pub(crate) struct Standing {
    failing: AtomicBool,
    doubted: Notify,
}

impl Standing {
    /// The store refused a write, or left a commit in doubt. The first time is told in the log, until it is well again.
    fn doubt(&self, reason: &str) {
        telemetry::store_refused_write();
        if !self.failing.swap(true, Ordering::SeqCst) {
            telemetry::store_takes_writes(false);
            tracing::error!(reason, "the store takes no writes: not ready until one is committed");
        }
        self.doubted.notify_one();
    }

    fn trust(&self) {
        telemetry::store_takes_writes(true);
        if self.failing.swap(false, Ordering::SeqCst) {
            store::takes_writes_again();
            tracing::info!("the store takes writes again");
        }
    }
}

impl Authority {
    /// Makes an attempt to write, as [`afresh`] does, and heeds what it says of the store.
    pub(crate) async fn write<T, F>(&self, attempt: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        afresh(self.db(), attempt).await.inspect_err(|refusal| {
            if let Some(reason) = &refusal.doubt {
                self.standing.doubt(reason);
            }
        })
    }

    /// Heeds what an error says of the store.
    pub(crate) fn heed(&self, error: &DbErr) {
        if refuses_writes(error) {
            self.standing.doubt(&error.to_string());
        }
    }

    /// Holds the store open for as long as what this gives is kept.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn hold_open(&self) -> Result<Held, DbErr> {
        store::hold_open(self.db()).await
    }

    /// Whether the database answers and takes writes.
    ///
    /// # Errors
    /// `UNAVAILABLE` when it does not.
    pub async fn ready(&self) -> Result<()> {
        if self.standing.failing.load(Ordering::SeqCst) {
            return Err(Refusal::unavailable());
        }
        self.write(|| takes_writes(self.db())).await
    }

    /// Writes on trial, and keeps in mind what came of it.
    pub async fn try_store(&self) {
        match timeout(WITHIN, self.write_on_trial()).await {
            Ok(Ok(())) => self.standing.trust(),
            Ok(Err(error)) => self.standing.doubt(&error.to_string()),
            Err(_) => self.standing.doubt("a write takes too long"),
        }
    }

    /// Tries a store that failed once a second until it takes writes, for as long as the service runs.
    pub async fn keep_standing(self: Arc<Self>) {
        loop {
            self.standing.doubted.notified().await;
            while self.standing.failing.load(Ordering::SeqCst) {
                sleep(AGAIN).await;
                self.try_store().await;
            }
        }
    }

    async fn write_on_trial(&self) -> Result<()> {
        let _turn = self.turn().await?;
        let written = self.exchange_trials().await;
        if let Err(error) = &written {
            store::drop_refusing(self.db(), error).await;
        }
        Ok(written?)
    }

    /// Writes a row and deletes those of before, which leave their room to the next.
    async fn exchange_trials(&self) -> Result<(), DbErr> {
        let id = new_id("trial", self.clock.now()).map_err(|refusal| DbErr::Custom(refusal.to_string()))?;
        let tx = store::begin(self.db(), None).await?;
        let backend = tx.get_database_backend();
        let insert = "INSERT INTO trial_write (id, filler) VALUES ($1, $2)";
        let row = [id.clone().into(), "-".repeat(FILLER).into()];
        tx.execute_raw(Statement::from_sql_and_values(backend, insert, row)).await?;
        // Other processes may do the same: nobody waits for them.
        let skip = if backend == DbBackend::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
        let delete = format!("DELETE FROM trial_write WHERE id IN (SELECT id FROM trial_write WHERE id <> $1 {skip})");
        tx.execute_raw(Statement::from_sql_and_values(backend, delete, [id.into()])).await?;
        tx.commit().await
    }
}

/// Whether the database answers, and would take a write: a PostgreSQL may have become one that is only read.
///
/// # Errors
/// `UNAVAILABLE` when it does not.
pub async fn takes_writes(db: &DatabaseConnection) -> Result<()> {
    let backend = db.get_database_backend();
    if backend != DbBackend::Postgres {
        return Ok(db.execute_unprepared("SELECT 1").await.map(drop)?);
    }
    let asked = "SELECT current_setting('transaction_read_only') = 'off'";
    let row = db.query_one_raw(Statement::from_string(backend, asked)).await?;
    match row.map(|row| row.try_get_by_index(0)).transpose()? {
        Some(true) => Ok(()),
        _ => Err(Refusal::only_read()),
    }
}
