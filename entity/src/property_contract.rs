//! Property contracts 物业服务合同: which company serves which compound, from when to when.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    /// On what footing the company serves (Yantai).
    pub enum PropertyContractKind {
        /// 市场化.
        Commercial = "COMMERCIAL",
        /// 国有物业接管.
        StateTakeover = "STATE_TAKEOVER",
        /// 街道社区党组织领办兜管.
        PartyFallback = "PARTY_FALLBACK",
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
    /// When it was recorded.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
