//! Regions 行政区划: city → district → street → community, keyed by the statistical code.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    /// How far down the chain of authority a region is; fixes the length of its code.
    pub enum RegionLevel {
        /// 市, 4 digits.
        City = "CITY",
        /// 区县, 6 digits.
        District = "DISTRICT",
        /// 街道, and towns and townships, 9 digits.
        Street = "STREET",
        /// 社区, and villages, 12 digits.
        Community = "COMMUNITY",
    }
}

text_enum! {
    /// What a region is, read from the last three digits of its code.
    pub enum RegionKind {
        /// 市.
        City = "CITY",
        /// 区县.
        District = "DISTRICT",
        /// 街道: digits 7–9 are 001–099.
        Street = "STREET",
        /// 镇: 100–199.
        Town = "TOWN",
        /// 乡: 200–399.
        Township = "TOWNSHIP",
        /// Zones, farms and similar: every other street-level code.
        Zone = "ZONE",
        /// 居民委员会: digits 10–12 are 001–199.
        ResidentsCommittee = "RESIDENTS_COMMITTEE",
        /// 村民委员会: 200–399.
        VillagersCommittee = "VILLAGERS_COMMITTEE",
        /// Like them, for zones and special areas: every other community-level code.
        Other = "OTHER",
    }
}

/// One region.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "region")]
pub struct Model {
    /// `region_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Statistical code; everything under X has `code >= X AND code < X || ':'`.
    #[sea_orm(unique)]
    pub code: String,
    /// Level.
    pub level: RegionLevel,
    /// Kind.
    pub kind: RegionKind,
    /// Name, 1–100 characters.
    pub name: String,
    /// Code of the level above; none for a city.
    pub parent_code: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
