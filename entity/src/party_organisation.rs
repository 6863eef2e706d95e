//! Party organisations 党组织: what an organisation of a party kind has besides.

use sea_orm::entity::prelude::*;

/// The party part of an organisation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party_organisation")]
pub struct Model {
    /// The organisation's id, `party_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// For the party organisation of a unit: whose.
    pub unit_id: Option<String>,
    /// Day of foundation.
    pub founded_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
