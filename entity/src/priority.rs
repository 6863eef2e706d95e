//! Priorities 重点任务: what a street sets for its communities.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    pub enum PriorityStatus: "重点任务状态", "where a priority stands" {
        Draft = "DRAFT": "草稿", "being prepared, not public";
        Published = "PUBLISHED": "已发布", "public, to be adopted";
        Closed = "CLOSED": "已办结", "closed by the street; running claims finish, no new items";
        Withdrawn = "WITHDRAWN": "已撤回", "withdrawn by the street; running claims finish, no new items";
        Discarded = "DISCARDED": "已作废", "a draft that was thrown away, never public";
    }
}

/// One priority.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "priority")]
pub struct Model {
    /// `priority_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The street that sets it.
    pub street_code: String,
    /// Title, 1–200 characters.
    pub title: String,
    /// Why, up to 4,000 characters.
    pub description: String,
    /// The measurable target, up to 4,000 characters.
    pub target: String,
    /// Last day to reach the target.
    pub due_on: Date,
    /// Last day to adopt or object; silence past it is overdue, not consent.
    pub adopt_by: Option<Date>,
    /// Weight among the street's priorities, 1–100.
    pub weight: i32,
    /// Status.
    pub status: PriorityStatus,
    /// The district task that it answers, cited, up to 1,000 characters.
    pub district_task: Option<String>,
    /// Why it was withdrawn, up to 1,000 characters.
    pub withdraw_reason: Option<String>,
    /// The person who drafted it.
    pub created_by: String,
    /// When it was drafted.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// When it was published; none as long as it is not public.
    pub published_at: Option<DateTimeUtc>,
    /// When it was closed, withdrawn or discarded.
    pub ended_at: Option<DateTimeUtc>,
    /// Number of edits, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
