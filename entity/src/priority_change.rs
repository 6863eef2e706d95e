//! Changes of published priorities, each with its reason.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    pub enum PriorityChangeWhat: "变更事项", "what may change of a priority after publication" {
        DueOn = "DUE_ON": "截止日期", "the due date";
        Communities = "COMMUNITIES": "目标社区", "the communities";
    }
}

/// One change.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "priority_change")]
pub struct Model {
    /// `change_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The priority.
    pub priority_id: String,
    /// What changed.
    pub what: PriorityChangeWhat,
    /// As it was: a date, or codes.
    pub before: String,
    /// As it became.
    pub after: String,
    /// Why, 1–1,000 characters.
    pub reason: String,
    /// The person who changed it.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
