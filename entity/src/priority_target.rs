//! Which communities a priority is set for.

use sea_orm::entity::prelude::*;

/// One community of one priority.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "priority_target")]
pub struct Model {
    /// The priority.
    #[sea_orm(primary_key, auto_increment = false)]
    pub priority_id: String,
    /// The community.
    #[sea_orm(primary_key, auto_increment = false)]
    pub community_code: String,
}

impl ActiveModelBehavior for ActiveModel {}
