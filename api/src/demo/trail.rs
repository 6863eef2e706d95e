//! The audit trail of the demo: every act cites the line of the built-in policy that allows it.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::DbErr;
use serde_json::json;
use tongxin_entity::audit_entry::{self, AuditOutcome, Secrecy};
use tongxin_policies::PolicySource;

use super::{
    cast::{Acting, Cast, make_id},
    places::HERE,
};

/// What is done to items and claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Publish,
    Claim,
    Start,
    Submit,
    Return,
    Accept,
    Withdraw,
    Rate,
}

impl Act {
    pub const ALL: [Self; 8] =
        [Self::Publish, Self::Claim, Self::Start, Self::Submit, Self::Return, Self::Accept, Self::Withdraw, Self::Rate];

    /// Policy file, resource, action, reach, and the status that follows.
    const fn facts(self) -> (&'static str, &'static str, &'static str, &'static str, Option<&'static str>) {
        match self {
            Self::Publish => ("service_items.csv", "service_item", "publishServiceItem", "own", Some("OPEN")),
            Self::Claim => ("claims.csv", "claim", "claimServiceItem", "serving", Some("CLAIMED")),
            Self::Start => ("claims.csv", "claim", "startClaim", "own", Some("IN_PROGRESS")),
            Self::Submit => ("claims.csv", "claim", "submitClaim", "own", Some("SUBMITTED")),
            Self::Return => ("claims.csv", "claim", "returnClaim", "own", Some("RETURNED")),
            Self::Accept => ("claims.csv", "claim", "acceptClaim", "own", Some("ACCEPTED")),
            Self::Withdraw => ("claims.csv", "claim", "withdrawClaim", "own", Some("WITHDRAWN")),
            Self::Rate => ("ratings.csv", "rating", "rateServiceItem", "home", None),
        }
    }

    pub const fn action(self) -> &'static str {
        self.facts().2
    }
}

/// Where an act was done.
#[derive(Clone)]
pub(super) struct Place {
    pub community: String,
    pub priority: Option<String>,
}

/// The policy lines behind the acts: `claims.csv:12`.
pub(super) struct Citations(Vec<(Act, String, String)>);

impl Citations {
    /// Finds the line of every act and role in the policy that the binary was built with.
    pub fn read() -> Self {
        let source = PolicySource::embedded();
        let mut found = Vec::new();
        for act in Act::ALL {
            let (file, resource, action, reach, _) = act.facts();
            let text = source.files().find_map(|(name, text)| (name == file).then_some(text)).unwrap_or_default();
            for (line, row) in (1..).zip(text.lines()) {
                let fields: Vec<_> = row.split(',').map(str::trim).collect();
                if let ["p", role, of, what, how, "allow"] = fields[..]
                    && (of, what, how) == (resource, action, reach)
                {
                    found.push((act, role.to_owned(), format!("{file}:{line}")));
                }
            }
        }
        Self(found)
    }

    /// The line that lets a role act. A secretary may what a worker may.
    pub fn of(&self, act: Act, role: &str) -> Option<&str> {
        let line = |role| self.0.iter().find(|(known, who, _)| *known == act && who == role).map(|(.., line)| &**line);
        line(role).or_else(|| (role == "community_secretary").then(|| line("community_worker")).flatten())
    }
}

/// How an act went.
pub(super) enum Outcome<'a> {
    Done(&'a Citations),
    Refused(&'static str),
}

/// One entry of the trail.
pub(super) fn entry(
    acting: &Acting,
    act: Act,
    at: DateTime<Utc>,
    subject: &str,
    place: &Place,
    outcome: &Outcome<'_>,
) -> Result<audit_entry::Model, DbErr> {
    let id = make_id("audit", at)?;
    let (outcome, rule, reason, status) = match outcome {
        Outcome::Done(citations) => (AuditOutcome::Allowed, citations.of(act, acting.role), None, act.facts().4),
        Outcome::Refused(reason) => (AuditOutcome::Refused, None, Some((*reason).to_owned()), None),
    };
    Ok(audit_entry::Model {
        // One act, one request: the random end of the id tells it as well.
        request_id: format!("demo-{}", &id[id.len() - 12..]),
        once: None,
        id,
        at,
        actor_id: acting.person.clone(),
        post_id: acting.post.clone(),
        role: acting.role.to_owned(),
        action: act.action().to_owned(),
        outcome,
        subject_id: Some(subject.to_owned()),
        region_code: Some(place.community.clone()),
        priority_id: place.priority.clone(),
        rule: rule.map(str::to_owned),
        reason,
        purpose: None,
        before: None,
        after: status.map(|status| json!({ "status": status })),
        before_by: None,
        after_by: None,
        secrecy: if act == Act::Rate { Secrecy::Unnamed } else { Secrecy::Open },
    })
}

/// Records what a person did.
pub(super) fn record(
    cast: &mut Cast,
    who: &str,
    act: Act,
    at: DateTime<Utc>,
    subject: &str,
    place: &Place,
) -> Result<(), DbErr> {
    let acting = match act {
        Act::Rate => Acting { person: cast.id(who)?, post: None, role: "resident" },
        _ => cast.acting(who)?,
    };
    let entry = entry(&acting, act, at, subject, place, &Outcome::Done(&cast.citations))?;
    cast.rows.audit_entries.push(entry);
    Ok(())
}

/// Two attempts that were refused: one serves elsewhere, the other no more.
pub(super) fn record_refusals(cast: &mut Cast) -> Result<(), DbErr> {
    let attempts = [
        ("far-property-manager", 9, "物业经理只可在“所服务的地方”认领，贵公司在增产里社区没有生效的合同"),
        ("expired-property-manager", 4, "物业经理只可在“所服务的地方”认领，贵公司在增产里社区的合同已到期"),
    ];
    let open = cast.rows.service_items.first().map(|item| item.id.clone()).unwrap_or_default();
    let place = Place { community: HERE.to_owned(), priority: None };
    for (who, hours, reason) in attempts {
        let at = cast.when.now - TimeDelta::hours(hours);
        let entry = entry(&cast.acting(who)?, Act::Claim, at, &open, &place, &Outcome::Refused(reason))?;
        cast.rows.audit_entries.push(entry);
    }
    Ok(())
}
