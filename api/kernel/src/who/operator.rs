//! Whoever runs a command on the installation. No post allows what they do, past the service; so the audit names them.

use std::fmt;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait as _};
use serde_json::Value;
use tongxin_entity::audit_entry::{self, AuditOutcome, Secrecy};

use crate::id::new_id;

/// An operator, by the name that the audit keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator(String);

/// What an operator did.
#[derive(Debug, Default)]
pub struct Deed<'a> {
    pub action: &'static str,
    /// What it was done to.
    pub subject: &'a str,
    /// Where, if it belongs to a place: there its trail is read.
    pub region: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl Operator {
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// As rows name whoever made them: `operator:` and the name.
    pub fn actor(&self) -> String {
        format!("operator:{self}")
    }

    /// Keeps what was done, in the transaction that does it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit(&self, tx: &impl ConnectionTrait, at: DateTime<Utc>, deed: Deed<'_>) -> Result<(), DbErr> {
        let Deed { action, subject, region, reason, before, after } = deed;
        let entry = audit_entry::ActiveModel {
            id: Set(new_id("audit", at).map_err(|refusal| DbErr::Custom(refusal.to_string()))?),
            at: Set(at),
            actor_id: Set(self.actor()),
            role: Set("operator".to_owned()),
            action: Set(action.to_owned()),
            outcome: Set(AuditOutcome::Allowed),
            subject_id: Set(Some(subject.to_owned())),
            region_code: Set(region.map(str::to_owned)),
            reason: Set(reason.map(str::to_owned)),
            before: Set(before),
            after: Set(after),
            secrecy: Set(Secrecy::Open),
            request_id: Set("-".to_owned()),
            ..Default::default()
        };
        audit_entry::Entity::insert(entry).exec_without_returning(tx).await.map(drop)
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
