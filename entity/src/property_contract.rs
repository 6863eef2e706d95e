//! Property contracts 物业服务合同: which company serves which compound, from when to when.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    pub enum PropertyContractKind: "合同类别", "on which footing a company serves a compound" {
        Commercial = "COMMERCIAL": "市场化服务", "commercial";
        StateTakeover = "STATE_TAKEOVER": "国有物业接管", "takeover by a state-owned company";
        PartyFallback = "PARTY_FALLBACK": "党组织领办兜管", "fallback run by a street or community party organisation";
    }
}

/// One contract. In force on day d: `starts_on <= d`, `d <= ends_on`, and not ended or `d < ended_on`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "property_contract")]
pub struct Model {
    /// `contract_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The company.
    pub company_id: String,
    /// The compound; its contracts follow one another.
    pub compound_id: String,
    /// Footing.
    pub kind: PropertyContractKind,
    /// First day.
    pub starts_on: Date,
    /// Last day agreed.
    pub ends_on: Date,
    /// First day on which it no longer holds, when ended before its time.
    pub ended_on: Option<Date>,
    /// Why it was ended, up to 1,000 characters.
    pub end_reason: Option<String>,
    /// What owners pay a month for each square metre of built area, in fen, where that was agreed; 0 to 2⁵³ − 1.
    pub monthly_fee: Option<i64>,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
