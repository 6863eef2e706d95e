//! Implementations 落实: what one community does about one priority of its street.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    pub enum ImplementationStatus: "落实状态", "where an implementation stands" {
        Pending = "PENDING": "待落实", "neither adopted nor objected to yet";
        Objected = "OBJECTED": "有异议", "waits for the street's decision on the objection";
        Released = "RELEASED": "已免除", "the community is released";
        Adopted = "ADOPTED": "已承接", "adopted, at work";
        Submitted = "SUBMITTED": "已提交", "waits for the street's inspection";
        Returned = "RETURNED": "已退回", "returned by the street, to be submitted again";
        Accepted = "ACCEPTED": "已验收", "accepted by the street";
        Withdrawn = "WITHDRAWN": "已撤回", "the priority was withdrawn";
    }
}

/// One implementation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "implementation")]
pub struct Model {
    /// `impl_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The priority.
    pub priority_id: String,
    /// The community.
    pub community_code: String,
    /// Status.
    pub status: ImplementationStatus,
    /// True once an objection was rejected.
    pub must_adopt: bool,
    /// The last day to adopt or object, where it is not the priority's: the community was asked later.
    pub adopt_by: Option<Date>,
    /// How the community will go about it, up to 4,000 characters.
    pub plan: Option<String>,
    /// The reasons of the objection, up to 1,000 characters.
    pub objection: Option<String>,
    /// The street's reasons: of its decision on the objection, or of its last return; up to 1,000 characters.
    pub decision: Option<String>,
    /// What was reached, up to 4,000 characters.
    pub result: Option<String>,
    /// When it was adopted.
    pub adopted_at: Option<DateTimeUtc>,
    /// When it was last submitted.
    pub submitted_at: Option<DateTimeUtc>,
    /// The street's last day to accept or return what was last submitted.
    pub judge_by: Option<Date>,
    /// True where that day was counted through a year of which the working calendar knew nothing.
    pub judge_by_provisional: bool,
    /// When the street last decided.
    pub decided_at: Option<DateTimeUtc>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// Number of edits, from 1.
    pub version: i32,
    /// The priority.
    #[sea_orm(belongs_to, from = "priority_id", to = "id")]
    pub priority: BelongsTo<super::priority::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
