//! Claims 认领: a partner takes a service item on.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    /// Where a claim stands.
    pub enum ClaimStatus {
        /// 已认领.
        Claimed = "CLAIMED",
        /// 进行中.
        InProgress = "IN_PROGRESS",
        /// 已提交: waits for acceptance.
        Submitted = "SUBMITTED",
        /// 已验收.
        Accepted = "ACCEPTED",
        /// 已退回: to be done again.
        Returned = "RETURNED",
        /// 已撤回, by the claimant.
        Withdrawn = "WITHDRAWN",
        /// 已释放: not started, or not done, in time.
        Released = "RELEASED",
    }
}

/// One claim. A claimant holds at most one live claim of an item.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim")]
pub struct Model {
    /// `claim_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The item.
    pub service_item_id: String,
    /// The organisation that claims.
    pub claimant_id: String,
    /// Status.
    pub status: ClaimStatus,
    /// The person who claimed for it.
    pub claimed_by: String,
    /// When it was claimed.
    pub claimed_at: DateTimeUtc,
    /// When work began.
    pub started_at: Option<DateTimeUtc>,
    /// When it was last submitted.
    pub submitted_at: Option<DateTimeUtc>,
    /// When it was accepted, withdrawn or released.
    pub ended_at: Option<DateTimeUtc>,
    /// True when it was released because the claimant let it lapse; two in 90 days bar the claimant for 30 (defaults).
    pub lapsed: bool,
    /// What was done, up to 4,000 characters.
    pub summary: Option<String>,
    /// Why it was last returned, withdrawn or released, up to 1,000 characters.
    pub reason: Option<String>,
    /// Number of edits, from 1.
    pub version: i32,
    /// The item.
    #[sea_orm(belongs_to, from = "service_item_id", to = "id")]
    pub service_item: BelongsTo<super::service_item::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
