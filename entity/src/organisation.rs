//! Organisations 组织: the supertable of all bodies that posts, claims and audits point at.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    /// What an organisation is; the kind fixes the prefix of its id.
    pub enum OrganisationKind {
        /// 区级指挥中心, `body_`.
        DistrictCentre = "DISTRICT_CENTRE",
        /// 部门, a district body, `body_`.
        Department = "DEPARTMENT",
        /// 街道党工委, `party_`.
        StreetCommittee = "STREET_COMMITTEE",
        /// 社区党委, `party_`.
        CommunityCommittee = "COMMUNITY_COMMITTEE",
        /// 网格党支部, `party_`.
        GridBranch = "GRID_BRANCH",
        /// 小区党支部, `party_`.
        CompoundBranch = "COMPOUND_BRANCH",
        /// The party organisation of a resident unit, `party_`.
        UnitParty = "UNIT_PARTY",
        /// 党群服务站, `body_`.
        Station = "STATION",
        /// 驻区单位, `unit_`.
        Unit = "UNIT",
        /// 社会组织, `unit_`.
        SocialOrganisation = "SOCIAL_ORGANISATION",
        /// 物业企业, `company_`.
        PropertyCompany = "PROPERTY_COMPANY",
        /// 业委会, `owners_`.
        OwnersCommittee = "OWNERS_COMMITTEE",
        /// 党建联盟, `alliance_`.
        PartyAlliance = "PARTY_ALLIANCE",
        /// 大工委 or 大党委, `council_`.
        BigPartyCommittee = "BIG_PARTY_COMMITTEE",
    }
}

/// One organisation of any kind.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    /// TypeID with the prefix of its kind.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Kind.
    pub kind: OrganisationKind,
    /// Name, 1–100 characters.
    pub name: String,
    /// The name as it is looked for: letters of either case alike by Unicode's folding, NFC.
    pub name_folded: String,
    /// Where it is seated, on the level it works at.
    pub region_code: String,
    /// The direct superior organisation.
    pub superior_id: Option<String>,
    /// First day on which it is no more.
    pub dissolved_on: Option<Date>,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
    /// Number of edits, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
