//! Pacts 《共建协议》: what makes the party organisation of a unit a member of an alliance.

use sea_orm::entity::prelude::*;

/// One pact.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alliance_member")]
pub struct Model {
    /// `pact_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The alliance.
    pub alliance_id: String,
    /// The party organisation of a unit.
    pub member_id: String,
    /// Calendar year the pact is for.
    pub pact_year: i32,
    /// What the member takes on, up to 4,000 characters.
    pub duties: String,
    /// Day of the signatures.
    pub signed_on: Date,
    /// First day on which it is no member any more.
    pub left_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
