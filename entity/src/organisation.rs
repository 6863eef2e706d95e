//! Organisations 组织: the supertable of all bodies that posts, claims and audits point at.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    pub enum OrganisationKind: "组织类别", "what sort of organisation it is" {
        DistrictCommittee = "DISTRICT_COMMITTEE": "区委", "party committee of a district";
        DistrictCentre = "DISTRICT_CENTRE": "区级指挥中心", "command centre of a district";
        Department = "DEPARTMENT": "部门", "department of a district";
        StreetCommittee = "STREET_COMMITTEE": "街道党工委", "party working committee of a street";
        StreetOffice = "STREET_OFFICE": "街道办事处", "office of a street";
        CommunityCommittee = "COMMUNITY_COMMITTEE": "社区党委", "party committee of a community";
        ResidentsCommittee = "RESIDENTS_COMMITTEE": "社区居委会", "residents' committee of a community";
        GridBranch = "GRID_BRANCH": "网格党支部", "party branch of a grid";
        CompoundBranch = "COMPOUND_BRANCH": "小区党支部", "party branch of a residential compound";
        UnitParty = "UNIT_PARTY": "单位党组织", "party organisation of a unit";
        Station = "STATION": "党群服务站", "service station";
        Unit = "UNIT": "驻区单位", "resident unit";
        SocialOrganisation = "SOCIAL_ORGANISATION": "社会组织", "social organisation";
        PropertyCompany = "PROPERTY_COMPANY": "物业企业", "property company";
        OwnersCommittee = "OWNERS_COMMITTEE": "业委会", "owners' committee";
        PartyAlliance = "PARTY_ALLIANCE": "党建联盟", "party alliance";
        BigPartyCommittee = "BIG_PARTY_COMMITTEE": "大工委、大党委", "big party committee";
    }
}

impl OrganisationKind {
    /// What the ids of the kind begin with.
    pub const fn prefix(self) -> &'static str {
        use OrganisationKind as K;
        match self {
            K::DistrictCentre | K::Department | K::StreetOffice | K::ResidentsCommittee | K::Station => "body",
            K::DistrictCommittee
            | K::StreetCommittee
            | K::CommunityCommittee
            | K::GridBranch
            | K::CompoundBranch
            | K::UnitParty => "party",
            K::Unit | K::SocialOrganisation => "unit",
            K::PropertyCompany => "company",
            K::OwnersCommittee => "owners",
            K::PartyAlliance => "alliance",
            K::BigPartyCommittee => "council",
        }
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
