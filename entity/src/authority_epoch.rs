//! A counter that the database raises whenever something changes that rights are derived from.

use sea_orm::entity::prelude::*;

/// The one row. Replicas compare it with the version they cached rights under.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authority_epoch")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Only ever grows.
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
