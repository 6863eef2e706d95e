//! The policies that were put in force, whole, by version.

use sea_orm::entity::prelude::*;

/// One version.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policy_bundle")]
pub struct Model {
    /// The version; the highest is in force.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// Digest of the body.
    pub digest: String,
    /// Model and policy files as one text.
    pub body: String,
    /// When it was put in force.
    pub applied_at: DateTimeUtc,
    /// By whom.
    pub applied_by: String,
}

impl ActiveModelBehavior for ActiveModel {}
