//! Audit entries 审计记录: who did, or was refused, what. The database refuses to change or delete them.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    pub enum AuditOutcome: "结果", "how a decision went" {
        Allowed = "ALLOWED": "已允许", "it was allowed, and done";
        Refused = "REFUSED": "已拒绝", "it was refused";
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
    /// The person, the client application, `system`, or `operator:` and a name for the command line.
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
    /// Whoever acted is named to nobody else: such an act is a person's own opinion.
    pub unnamed: bool,
    /// The request.
    pub request_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
