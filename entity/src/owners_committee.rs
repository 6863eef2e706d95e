//! Owners' committees 业委会 (Yantai, Jinghai). Their members are posts.

use sea_orm::entity::prelude::*;

/// The owners' committee part of an organisation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "owners_committee")]
pub struct Model {
    /// The organisation's id, `owners_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The compound; one committee at a time.
    pub compound_id: String,
    /// Number of members: odd, 5–11.
    pub seats: i32,
    /// Day of the election.
    pub elected_on: Date,
    /// Last day of the term, at most five years after the election.
    pub term_ends_on: Date,
    /// Day of the filing with the street office; a record, not an approval.
    pub filed_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
