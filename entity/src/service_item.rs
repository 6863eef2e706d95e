//! Service items 服务项目: work that a community publishes for partners to claim.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    pub enum ServiceItemKind: "服务项目类别", "a service, or one of the service posts 公益岗位" {
        Service = "SERVICE": "服务", "a service";
        PolicyGuide = "POLICY_GUIDE": "政策宣讲岗", "policy guide";
        Information = "INFORMATION": "信息收集岗", "information";
        Adviser = "ADVISER": "参谋建议岗", "adviser";
        Civility = "CIVILITY": "文明劝导岗", "civility";
        Helper = "HELPER": "帮扶岗", "helper";
        Safety = "SAFETY": "平安巡防岗", "safety";
    }
}

text_enum! {
    pub enum ServiceItemStatus: "服务项目状态", "where a service item stands" {
        Draft = "DRAFT": "草稿", "being prepared, not public";
        Open = "OPEN": "可认领", "places are free";
        InProgress = "IN_PROGRESS": "进行中", "all places are taken";
        Done = "DONE": "已完成", "all its claims are accepted";
        Closed = "CLOSED": "已结项", "no longer rated";
        Expired = "EXPIRED": "已过期", "due with no live claim";
        Cancelled = "CANCELLED": "已取消", "cancelled by the secretary, with a reason";
    }
}

text_enum! {
    pub enum ClaimantKind: "认领方类别", "which kind of organisation may claim" {
        PropertyCompany = "PROPERTY_COMPANY": "物业企业", "property company, where a contract of its is in force";
        OwnersCommittee = "OWNERS_COMMITTEE": "业委会", "owners' committee, in its compound once filed";
        Unit = "UNIT": "驻区单位", "unit, where it is checked in";
        SocialOrganisation = "SOCIAL_ORGANISATION": "社会组织", "social organisation, where it is checked in";
    }
}

impl ClaimantKind {
    /// Its bit in `claimable_by`.
    pub const fn bit(self) -> i16 {
        1 << self as i16
    }
}

/// The bits of `claimable_by`.
pub mod claimable_by {
    use super::ClaimantKind as K;

    /// 物业企业.
    pub const PROPERTY_COMPANY: i16 = K::PropertyCompany.bit();
    /// 业委会.
    pub const OWNERS_COMMITTEE: i16 = K::OwnersCommittee.bit();
    /// 驻区单位.
    pub const UNIT: i16 = K::Unit.bit();
    /// 社会组织.
    pub const SOCIAL_ORGANISATION: i16 = K::SocialOrganisation.bit();
}

/// One item.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_item")]
pub struct Model {
    /// `item_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The community that publishes it.
    pub community_code: String,
    /// The one compound it is for, if not for the whole community.
    pub compound_id: Option<String>,
    /// The implementation it is part of; none for the community's own commitment 承诺制.
    pub implementation_id: Option<String>,
    /// The priority of that implementation.
    pub priority_id: Option<String>,
    /// Kind.
    pub kind: ServiceItemKind,
    /// Title, 1–200 characters.
    pub title: String,
    /// What is to be done, up to 4,000 characters.
    pub description: String,
    /// For whom, up to 1,000 characters.
    pub audience: Option<String>,
    /// Last day to do it.
    pub due_on: Date,
    /// Who may claim: a sum of the bits of [`claimable_by`], 1–15.
    pub claimable_by: i16,
    /// How many claimants there may be at once, 1–1,000.
    pub quota: i32,
    /// Claims neither withdrawn nor released, 0 to `quota`.
    pub live_claims: i32,
    /// Claims accepted, 0 to `live_claims`.
    pub accepted_claims: i32,
    /// Status.
    pub status: ServiceItemStatus,
    /// Why it was cancelled, up to 1,000 characters.
    pub cancel_reason: Option<String>,
    /// The person who drafted it.
    pub created_by: String,
    /// When it was drafted.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// When it was published; none as long as it is not public, also where a draft was cancelled.
    pub opened_at: Option<DateTimeUtc>,
    /// When its claims were all accepted.
    pub done_at: Option<DateTimeUtc>,
    /// When it was closed, expired or cancelled.
    pub closed_at: Option<DateTimeUtc>,
    /// Number of edits, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
