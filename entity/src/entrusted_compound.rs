//! Compounds that a station or a branch is given: what lies in them is its own.

use sea_orm::entity::prelude::*;

/// One compound of one organisation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "entrusted_compound")]
pub struct Model {
    /// The station or branch.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: String,
    /// The compound.
    #[sea_orm(primary_key, auto_increment = false)]
    pub compound_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
