//! Check-ins 双报到: a unit, or a party member, reports to a community.

use sea_orm::entity::prelude::*;

/// One check-in, of exactly one person or one unit.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "check_in")]
pub struct Model {
    /// `checkin_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The party member.
    pub person_id: Option<String>,
    /// The unit.
    pub unit_id: Option<String>,
    /// The community.
    pub community_code: String,
    /// First day.
    pub starts_on: Date,
    /// Last day; none while open-ended.
    pub ends_on: Option<Date>,
    /// The moment it was ended before its time.
    pub ended_at: Option<DateTimeUtc>,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
