//! Regions 行政区划: city → district → street → community, keyed by the statistical code.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    pub enum RegionLevel: "层级", "depth of a place in the administrative tree" {
        City = "CITY": "市", "city";
        District = "DISTRICT": "区", "district, county or county-level city";
        Street = "STREET": "街道", "street, town or township";
        Community = "COMMUNITY": "社区", "community or village";
    }
}

text_enum! {
    pub enum RegionKind: "类别", "what sort of place it is, by the digits of its statistical code" {
        City = "CITY": "市", "city";
        District = "DISTRICT": "区县", "district";
        Street = "STREET": "街道", "street (001–099)";
        Town = "TOWN": "镇", "town (100–199)";
        Township = "TOWNSHIP": "乡", "township (200–399)";
        Zone = "ZONE": "类似乡级单位", "zone, farm and similar (400–599)";
        ResidentsCommittee = "RESIDENTS_COMMITTEE": "居民委员会", "residents' committee (001–199)";
        VillagersCommittee = "VILLAGERS_COMMITTEE": "村民委员会", "villagers' committee (200–399)";
        Other = "OTHER": "其他", "of zones and special areas";
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
    /// The name as it is looked for, folded by whoever writes it.
    pub name_folded: String,
    /// Code of the level above; none for a city.
    pub parent_code: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
