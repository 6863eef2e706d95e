//! Party-building alliances 党建联盟 (Kunming).

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    pub enum PartyAllianceCategory: "联盟类别", "what an alliance is drawn around" {
        Regional = "REGIONAL": "区域", "a region";
        Industry = "INDUSTRY": "行业", "an industry";
        CommercialCircle = "COMMERCIAL_CIRCLE": "商圈", "a commercial circle";
        Building = "BUILDING": "楼宇", "a building";
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
