//! The words of regions: levels and kinds.

use async_graphql::Enum;
use tongxin_entity::region;

/// 层级 · depth of a place in the administrative tree
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "region::RegionLevel")]
pub enum RegionLevel {
    /// 市 · city
    City,
    /// 区 · district, county or county-level city
    District,
    /// 街道 · street, town or township
    Street,
    /// 社区 · community or village
    Community,
}

/// 类别 · what sort of place it is, by the digits of its statistical code
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "region::RegionKind")]
pub enum RegionKind {
    /// 市 · city
    City,
    /// 区县 · district
    District,
    /// 街道 · street (001–099)
    Street,
    /// 镇 · town (100–199)
    Town,
    /// 乡 · township (200–399)
    Township,
    /// 类似乡级单位 · zone, farm and similar (400–599)
    Zone,
    /// 居民委员会 · residents' committee (001–199)
    ResidentsCommittee,
    /// 村民委员会 · villagers' committee (200–399)
    VillagersCommittee,
    /// 其他 · of zones and special areas
    Other,
}
