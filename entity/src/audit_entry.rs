//! Audit entries 审计记录: who did, or was refused, what. The database refuses to change or delete them.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    pub enum AuditOutcome: "结果", "how a decision went" {
        Allowed = "ALLOWED": "已允许", "it was allowed, and done";
        Refused = "REFUSED": "已拒绝", "it was refused";
    }
}

text_enum! {
    pub enum Secrecy: "保密级别", "what of an act is kept, and who learns of it" {
        Open = "OPEN": "公开", "it is kept who did it, and what changed";
        Unnamed = "UNNAMED": "不具名", "a person's own opinion: it is kept whose, and told to nobody else";
        WithoutContent = "WITHOUT_CONTENT": "不留内容", "it is kept who did it, and not what";
        WithoutPerson = "WITHOUT_PERSON": "不留人", "nothing that is kept, told or logged says who did it";
    }
}

/// One entry. It holds no foreign keys, so it outlives what it speaks of.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    /// `audit_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// When.
    pub at: DateTimeUtc,
    /// The person, the client application, `system`, or `operator:` and a name for the command line; `anonymous` where
    /// nothing may say who.
    pub actor_id: String,
    /// The post that acted.
    pub post_id: Option<String>,
    /// The role that acted, as the policy files name it.
    pub role: String,
    /// The action, as the policy files name it.
    pub action: String,
    /// Outcome.
    pub outcome: AuditOutcome,
    /// What it was done to.
    pub subject_id: Option<String>,
    /// Where.
    pub region_code: Option<String>,
    /// The priority it belongs to.
    pub priority_id: Option<String>,
    /// The policy line that decided.
    pub rule: Option<String>,
    /// The reason given by the actor, or of the refusal.
    pub reason: Option<String>,
    /// What personal data was read for.
    pub purpose: Option<String>,
    /// What changed, as it was.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub before: Option<Json>,
    /// What changed, as it became.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub after: Option<Json>,
    /// The reading action that shows `before`, where not everybody sees it who sees the subject: what a draft said.
    pub before_by: Option<String>,
    /// The same of `after`.
    pub after_by: Option<String>,
    /// What of it is kept, and who learns of it.
    pub secrecy: Secrecy,
    /// The request.
    pub request_id: String,
    /// What is the same about refusals of one minute, hashed: of these, one is kept.
    pub once: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
