//! Reading under an actor's own scope.

use std::{future::Future, sync::Arc};

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, QueryResult, Statement};
use tongxin_policies::Table;

use super::afresh::afresh;
use crate::{auth::actor::Actor, error::Result, read::Sql};

/// What the planner needs to read: an actor, the policy and the day, and a way to run what it wrote for them.
pub trait Reader: Send + Sync {
    fn actor(&self) -> &Actor;
    fn policy(&self) -> &Table;
    fn today(&self) -> NaiveDate;
    fn backend(&self) -> DbBackend;

    /// The first row.
    fn row(&self, statement: Statement) -> impl Future<Output = Result<Option<QueryResult>>> + Send;

    /// The first row's one column of text.
    fn text(&self, statement: Statement) -> impl Future<Output = Result<Option<String>>> + Send {
        async move {
            Ok(match self.row(statement).await? {
                Some(row) => row.try_get_by_index(0)?,
                None => None,
            })
        }
    }

    /// Rows of a number and a text.
    fn texts(&self, statement: Statement) -> impl Future<Output = Result<Vec<(i64, Option<String>)>>> + Send;

    /// Rows of an entity.
    fn models<E: EntityTrait>(&self, statement: Statement) -> impl Future<Output = Result<Vec<E::Model>>> + Send;

    /// Told of each object that is looked up; what acts keeps it for the audit.
    fn looking_at(&self, _: &str) {}

    /// An empty statement for this actor.
    fn sql(&self) -> Sql<'_> {
        Sql::new(self.backend(), self.actor(), self.policy(), self.today())
    }
}

/// An actor's right to read what its scope holds, with the handle to do so; cheap to keep for a subscription.
#[derive(Clone)]
pub struct Reading {
    pub(super) db: DatabaseConnection,
    pub(super) actor: Arc<Actor>,
    pub(super) policy: Arc<Table>,
    pub(super) today: NaiveDate,
}

impl Reader for Reading {
    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn policy(&self) -> &Table {
        &self.policy
    }

    fn today(&self) -> NaiveDate {
        self.today
    }

    fn backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    async fn row(&self, statement: Statement) -> Result<Option<QueryResult>> {
        afresh(&self.db, || async { Ok(self.db.query_one_raw(statement.clone()).await?) }).await
    }

    async fn texts(&self, statement: Statement) -> Result<Vec<(i64, Option<String>)>> {
        afresh(&self.db, || async { numbered(self.db.query_all_raw(statement.clone()).await?) }).await
    }

    async fn models<E: EntityTrait>(&self, statement: Statement) -> Result<Vec<E::Model>> {
        afresh(&self.db, || async { Ok(E::find().from_raw_sql(statement.clone()).all(&self.db).await?) }).await
    }
}

pub(super) fn numbered(rows: Vec<QueryResult>) -> Result<Vec<(i64, Option<String>)>> {
    let row = |row: QueryResult| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
    rows.into_iter().map(row).collect()
}
