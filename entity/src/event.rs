//! The outbox: what happened, written in the same transaction, for subscriptions and replicas to read.

use sea_orm::entity::prelude::*;

/// One event.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// `event_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// What happened.
    pub kind: String,
    /// What it happened to.
    pub subject_id: String,
    /// Where.
    pub region_code: String,
    /// When.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
