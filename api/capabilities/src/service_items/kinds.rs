//! The words of service items: states, kinds, and who may claim.

use async_graphql::Enum;
use tongxin_entity::service_item::{self, claimable_by};

/// 服务项目状态 · where a service item stands
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "service_item::ServiceItemStatus")]
pub enum ServiceItemStatus {
    /// 草稿 · being prepared, not public
    Draft,
    /// 可认领 · places are free
    Open,
    /// 进行中 · all places are taken
    InProgress,
    /// 已完成 · all its claims are accepted
    Done,
    /// 已结项 · no longer rated
    Closed,
    /// 已过期 · due with no live claim
    Expired,
    /// 已取消 · cancelled by the secretary, with a reason
    Cancelled,
}

/// 服务项目类别 · a service, or one of the service posts 公益岗位
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "service_item::ServiceItemKind")]
pub enum ServiceItemKind {
    /// 服务 · a service
    Service,
    /// 政策宣讲岗 · policy guide
    PolicyGuide,
    /// 信息收集岗 · information
    Information,
    /// 参谋建议岗 · adviser
    Adviser,
    /// 文明劝导岗 · civility
    Civility,
    /// 帮扶岗 · helper
    Helper,
    /// 平安巡防岗 · safety
    Safety,
}

/// 认领方类别 · which kind of organisation may claim
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimantKind {
    /// 物业企业 · property company, where a contract of its is in force
    PropertyCompany,
    /// 业委会 · owners' committee, in its compound once filed
    OwnersCommittee,
    /// 驻区单位 · unit, where it is checked in
    Unit,
    /// 社会组织 · social organisation, where it is checked in
    SocialOrganisation,
}

impl ClaimantKind {
    /// Its bit in `claimable_by`.
    pub const fn bit(self) -> i16 {
        match self {
            Self::PropertyCompany => claimable_by::PROPERTY_COMPANY,
            Self::OwnersCommittee => claimable_by::OWNERS_COMMITTEE,
            Self::Unit => claimable_by::UNIT,
            Self::SocialOrganisation => claimable_by::SOCIAL_ORGANISATION,
        }
    }
}
