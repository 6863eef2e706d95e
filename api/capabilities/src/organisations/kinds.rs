//! The enums of organisations.

use async_graphql::Enum;
use tongxin_entity::{organisation, party_alliance, property_contract, unit};

/// 组织类别 · what sort of organisation it is
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "organisation::OrganisationKind")]
pub enum OrganisationKind {
    /// 区级指挥中心 · command centre of a district
    DistrictCentre,
    /// 部门 · department of a district
    Department,
    /// 街道党工委 · party working committee of a street
    StreetCommittee,
    /// 社区党委 · party committee of a community
    CommunityCommittee,
    /// 网格党支部 · party branch of a grid
    GridBranch,
    /// 小区党支部 · party branch of a residential compound
    CompoundBranch,
    /// 单位党组织 · party organisation of a unit
    UnitParty,
    /// 党群服务站 · service station
    Station,
    /// 驻区单位 · resident unit
    Unit,
    /// 社会组织 · social organisation
    SocialOrganisation,
    /// 物业企业 · property company
    PropertyCompany,
    /// 业委会 · owners' committee
    OwnersCommittee,
    /// 党建联盟 · party alliance
    PartyAlliance,
    /// 大工委、大党委 · big party committee
    BigPartyCommittee,
}

/// 单位类别 · what sort of unit it is
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "unit::UnitCategory")]
pub enum UnitCategory {
    /// 机关 · government body
    GovernmentBody,
    /// 企业 · enterprise
    Enterprise,
    /// 两新组织 · two-new organisation
    TwoNew,
    /// 社会组织 · social organisation
    SocialOrganisation,
    /// 医院 · hospital
    Hospital,
    /// 学校 · school
    School,
    /// 其他 · other
    Other,
}

/// 联盟类别 · what an alliance is drawn around
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "party_alliance::PartyAllianceCategory")]
pub enum PartyAllianceCategory {
    /// 区域 · a region
    Regional,
    /// 行业 · an industry
    Industry,
    /// 商圈 · a commercial circle
    CommercialCircle,
    /// 楼宇 · a building
    Building,
}

/// 合同类别 · on which footing a company serves a compound
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "property_contract::PropertyContractKind")]
pub enum PropertyContractKind {
    /// 市场化服务 · commercial
    Commercial,
    /// 国有物业接管 · takeover by a state-owned company
    StateTakeover,
    /// 党组织领办兜管 · fallback run by a street or community party organisation
    PartyFallback,
}
