//! Party-building alliances 党建联盟 (Kunming).

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    /// What draws the members of an alliance together.
    pub enum PartyAllianceCategory {
        /// 区域, of a street.
        Regional = "REGIONAL",
        /// 行业.
        Industry = "INDUSTRY",
        /// 商圈.
        CommercialCircle = "COMMERCIAL_CIRCLE",
        /// 楼宇.
        Building = "BUILDING",
    }
}

/// The alliance part of an organisation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party_alliance")]
pub struct Model {
    /// The organisation's id, `alliance_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Category.
    pub category: PartyAllianceCategory,
    /// The party organisation that leads it.
    pub lead_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
