//! Claims 认领: a partner takes a service item on.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    pub enum ClaimStatus: "认领状态", "where a claim stands" {
        Claimed = "CLAIMED": "已认领", "a place is taken";
        InProgress = "IN_PROGRESS": "进行中", "work has begun";
        Submitted = "SUBMITTED": "已提交", "handed in, waits for the community";
        Accepted = "ACCEPTED": "已验收", "accepted by the community";
        Returned = "RETURNED": "已退回", "returned by the community with a reason";
        Withdrawn = "WITHDRAWN": "已退出", "withdrawn by the claimant";
        Released = "RELEASED": "已释放", "released because it lapsed or the item was cancelled";
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
    /// The community of the item.
    pub community_code: String,
    /// The last day to do it, as the item has it.
    pub due_on: Date,
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
    /// The last day to accept or return what was last submitted.
    pub judge_by: Option<Date>,
    /// True where that day was counted through a year of which the working calendar knew nothing.
    pub judge_by_provisional: bool,
    /// When what was last submitted was accepted or returned.
    pub judged_at: Option<DateTimeUtc>,
    /// When it was accepted, withdrawn or released.
    pub ended_at: Option<DateTimeUtc>,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
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
