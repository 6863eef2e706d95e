//! Big party committees 大工委 (of a street) and 大党委 (of a community). Their members are posts.

use sea_orm::entity::prelude::*;

/// The big-party-committee part of an organisation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "big_party_committee")]
pub struct Model {
    /// The organisation's id, `council_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The street or community committee that hosts it; one each.
    #[sea_orm(unique)]
    pub host_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
