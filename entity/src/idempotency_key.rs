//! Answers kept for retries, by actor and `Idempotency-Key`.

use sea_orm::entity::prelude::*;

/// One key of one actor.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// Who sent it: an id, or what stands for an anonymous caller.
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor: String,
    /// The key as sent, 1–255 characters.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Digest of query, operation name and variables.
    pub body_hash: String,
    /// The answer as sent; none while the first request runs.
    pub answer: Option<String>,
    /// When the first request came.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
