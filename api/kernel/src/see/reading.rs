//! Reading under an actor's own scope.

use std::{future::Future, sync::Arc};

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseConnection, DbBackend, EntityTrait, FromQueryResult as _, QueryResult, Statement};
use tongxin_policies::Table;

use crate::{
    error::Result,
    places::Places,
    rules::Rules,
    see::Sql,
    store::{self, afresh},
    who::{Authority, actor::Actor},
};

/// What the planner needs to read: an actor, the policy and the day, and a way to run what it wrote for them.
pub trait Reader: Send + Sync {
    fn actor(&self) -> &Actor;
    fn policy(&self) -> &Table;
    fn now(&self) -> DateTime<Utc>;
    fn rules(&self) -> &Rules;
    fn places(&self) -> &Places;
    fn backend(&self) -> DbBackend;

    /// All rows.
    fn rows(&self, statement: Statement) -> impl Future<Output = Result<Vec<QueryResult>>> + Send;

    /// The first row.
    fn row(&self, statement: Statement) -> impl Future<Output = Result<Option<QueryResult>>> + Send {
        async move { Ok(self.rows(statement).await?.into_iter().next()) }
    }

    /// The first row's one column of text.
    fn text(&self, statement: Statement) -> impl Future<Output = Result<Option<String>>> + Send {
        async move {
            Ok(match self.row(statement).await? {
                Some(row) => row.try_get_by_index(0)?,
                None => None,
            })
        }
    }

    /// Rows of a name and a text.
    fn texts(&self, statement: Statement) -> impl Future<Output = Result<Vec<(String, Option<String>)>>> + Send;

    /// Rows of an entity.
    fn models<E: EntityTrait>(&self, statement: Statement) -> impl Future<Output = Result<Vec<E::Model>>> + Send;

    /// Told of each object that is looked up; what acts keeps it for the audit.
    fn looking_at(&self, _: &str) {}

    /// An empty statement for this actor.
    fn sql(&self) -> Sql<'_> {
        Sql::new(self.backend(), self.actor(), self.policy(), self.now(), self.rules())
    }
}

/// An actor's right to read what its scope holds, with the handle to do so; cheap to keep for a subscription.
#[derive(Clone)]
pub struct Reading {
    pub(super) db: DatabaseConnection,
    pub(super) actor: Arc<Actor>,
    pub(super) policy: Arc<Table>,
    pub(super) now: DateTime<Utc>,
    pub(super) rules: Rules,
    places: Arc<Places>,
}

impl Authority {
    /// The right to read what the actor may see.
    pub fn reading(&self, actor: Arc<Actor>) -> Reading {
        Reading {
            db: self.db().clone(),
            actor,
            policy: self.policy(),
            now: self.clock.now(),
            rules: self.rules().clone(),
            places: self.places().clone(),
        }
    }
}

impl Reader for Reading {
    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn policy(&self) -> &Table {
        &self.policy
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }

    fn rules(&self) -> &Rules {
        &self.rules
    }

    fn places(&self) -> &Places {
        &self.places
    }

    fn backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>> {
        afresh(&self.db, || async { Ok(store::rows(&self.db, statement.clone()).await?) }).await
    }

    async fn texts(&self, statement: Statement) -> Result<Vec<(String, Option<String>)>> {
        named(self.rows(statement).await?)
    }

    async fn models<E: EntityTrait>(&self, statement: Statement) -> Result<Vec<E::Model>> {
        let model = |row: &QueryResult| E::Model::from_query_result(row, "");
        Ok(self.rows(statement).await?.iter().map(model).collect::<Result<_, _>>()?)
    }
}

pub(crate) fn named(rows: Vec<QueryResult>) -> Result<Vec<(String, Option<String>)>> {
    let row = |row: QueryResult| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
    rows.into_iter().map(row).collect()
}
