//! What the watcher reads of the database on nobody's behalf: counters, the outbox, the policies. No object of the domain.
//!
//! These give the database's own error, not a refusal: the watcher logs an outage once, not at each attempt.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt as _;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use tongxin_entity::{authority_epoch, event};
use tongxin_policies::{PolicyError, Table};

use crate::{who::Authority, who::bundle};

/// How long events stay in the outbox.
const EVENTS_KEPT: TimeDelta = TimeDelta::days(1);
/// How long an answer is kept for retries.
const ANSWERS_KEPT: TimeDelta = TimeDelta::days(7);
/// How many rows one statement of the sweep deletes.
const SWEPT_AT_ONCE: u64 = 1000;
/// Connections write to the slots 0 to 7; what was folded is in slot 8, which only this statement takes, in one order.
const FOLD: &str = "
    WITH loose AS (
        SELECT ctid FROM tally_state WHERE slot < 8 FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM tally_state WHERE ctid IN (SELECT ctid FROM loose) RETURNING kind, place, status, gate, n
    )
    INSERT INTO tally_state (kind, place, status, gate, slot, n)
    SELECT kind, place, status, gate, 8, sum(n) FROM gone GROUP BY kind, place, status, gate
    ORDER BY kind, place, status, gate
    ON CONFLICT (kind, place, status, gate, slot) DO UPDATE SET n = tally_state.n + excluded.n";

impl Authority {
    /// The counter that the database raises in the very transaction that changes what rights come from.
    pub(crate) async fn epoch(&self) -> Result<i64, DbErr> {
        let found = authority_epoch::Entity::find_by_id(1).one(self.db()).await?;
        found.map(|epoch| epoch.version).ok_or_else(|| DbErr::RecordNotFound("authority_epoch".to_owned()))
    }

    /// The version of the policies that the database has in force.
    pub(crate) async fn policy_version(&self) -> Result<i64, DbErr> {
        bundle::newest_version(self.db()).await
    }

    /// The policies that the database has in force, with their version; the inner error when they do not compile.
    pub(crate) async fn stored_policy(&self) -> Result<(i64, Result<Table, PolicyError>), DbErr> {
        let newest = bundle::newest(self.db()).await?;
        let version = newest.as_ref().map_or(bundle::BUILT_IN, |newest| newest.version);
        Ok((version, bundle::compile(newest.as_ref()).await))
    }

    /// When the newest event of the outbox was written, and the one `back` before it.
    pub(crate) async fn newest_events(
        &self,
        back: u64,
    ) -> Result<Option<(DateTime<Utc>, Option<DateTime<Utc>>)>, DbErr> {
        let at = async |offset| {
            let found = event::Entity::find().select_only().column(event::Column::CreatedAt);
            let found = found.order_by_desc(event::Column::CreatedAt).offset(offset).limit(1);
            found.into_tuple::<DateTime<Utc>>().one(self.db()).await
        };
        let Some(newest) = at(0).await? else { return Ok(None) };
        Ok(Some((newest, at(back).await?)))
    }

    /// The events written at or after `floor`, oldest first, one by one: after an outage they may be many.
    pub(crate) async fn events_since(
        &self,
        floor: Option<DateTime<Utc>>,
        mut each: impl FnMut(event::Model),
    ) -> Result<(), DbErr> {
        let mut found = event::Entity::find();
        if let Some(floor) = floor {
            found = found.filter(event::Column::CreatedAt.gte(floor));
        }
        let found = found.order_by_asc(event::Column::CreatedAt).order_by_asc(event::Column::Id);
        let mut rows = found.stream(self.db()).await?;
        while let Some(row) = rows.try_next().await? {
            each(row);
        }
        Ok(())
    }

    /// Deletes some of what nobody needs any more; whether there may be more of it.
    pub(crate) async fn sweep(&self) -> Result<bool, DbErr> {
        let now = self.clock.now();
        let events = self.delete_old("event", "id", now - EVENTS_KEPT).await?;
        let answers = self.delete_old("idempotency_key", "actor, key", now - ANSWERS_KEPT).await?;
        self.fold_tallies().await?;
        Ok(events.max(answers) >= SWEPT_AT_ONCE)
    }

    /// Gathers the counts that connections keep each in a slot of their own, so that a board adds up few rows. Rows that are being
    /// changed wait for the next time; nobody waits for them.
    async fn fold_tallies(&self) -> Result<(), DbErr> {
        if self.db().get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let folded = self.db().execute_unprepared(FOLD).await;
        folded.map(drop).inspect_err(|error| self.heed(error))
    }

    async fn delete_old(&self, table: &str, key: &str, before: DateTime<Utc>) -> Result<u64, DbErr> {
        let backend = self.db().get_database_backend();
        // Replicas sweep side by side: each takes other rows, none waits.
        let skip = if backend == DbBackend::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
        let sql = format!(
            "DELETE FROM {table} WHERE ({key}) IN (
                SELECT {key} FROM {table} WHERE created_at < $1 ORDER BY created_at LIMIT {SWEPT_AT_ONCE} {skip}
            )"
        );
        let delete = Statement::from_sql_and_values(backend, sql, [before.into()]);
        let deleted = self.db().execute_raw(delete).await.inspect_err(|error| self.heed(error))?;
        Ok(deleted.rows_affected())
    }
}
