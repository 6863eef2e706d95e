//! Service items 服务项目: work that a community publishes for partners to claim.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    /// What sort of work it is: a service, or one of the claimable service posts 公益岗位 (Kunming).
    pub enum ServiceItemKind {
        /// 服务.
        Service = "SERVICE",
        /// 政策宣讲.
        PolicyGuide = "POLICY_GUIDE",
        /// 信息收集.
        Information = "INFORMATION",
        /// 参谋建议.
        Adviser = "ADVISER",
        /// 文明劝导.
        Civility = "CIVILITY",
        /// 帮扶.
        Helper = "HELPER",
        /// 平安巡防.
        Safety = "SAFETY",
    }
}

text_enum! {
    /// Where an item stands.
    pub enum ServiceItemStatus {
        /// 草稿.
        Draft = "DRAFT",
        /// 可认领: places are free.
        Open = "OPEN",
        /// 进行中: the quota is full, or claiming was ended.
        InProgress = "IN_PROGRESS",
        /// 已完成: all its claims are accepted.
        Done = "DONE",
        /// 已结项: no longer rated.
        Closed = "CLOSED",
        /// 已过期: due with no live claim.
        Expired = "EXPIRED",
        /// 已取消, with a reason.
        Cancelled = "CANCELLED",
    }
}

/// The bits of `claimable_by`.
pub mod claimable_by {
    /// 物业企业.
    pub const PROPERTY_COMPANY: i16 = 1;
    /// 业委会.
    pub const OWNERS_COMMITTEE: i16 = 2;
    /// 驻区单位.
    pub const UNIT: i16 = 4;
    /// 社会组织.
    pub const SOCIAL_ORGANISATION: i16 = 8;
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
