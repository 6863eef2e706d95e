//! The street decides on objections, accepts and returns.

use async_graphql::{ID, InputObject};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use tongxin_entity::{audit_entry::AuditOutcome, implementation, organisation::OrganisationKind};
use tongxin_kernel::{
    act::{Act, Done, Living as _, Permit, Record, Work},
    clock::shanghai_day,
    error::Result,
    input::Check,
    see::{Field, Reader},
    who::actor::Place,
};

use super::{AdoptPriorityInput, ObjectToPriorityInput, SubmitImplementationInput, change, record};
use crate::{
    implementations::{
        Implementation,
        rules::{ACCEPT, REJECT, RETURN, UPHOLD, adopt_by_when_asked},
        shape::shown,
    },
    priorities::hold_published,
};

/// 裁定异议 · whether the community is released, and why
#[derive(InputObject, Debug)]
pub struct DecideObjectionInput {
    /// 落实 · the implementation's id
    pub implementation_id: ID,
    /// 异议成立 · true releases the community; false holds it to the task: it must adopt
    pub uphold: bool,
    /// 裁定理由 · why; 1 to 1,000 characters
    pub reason: String,
}

impl Act for DecideObjectionInput {
    const ACTION: &'static str = "decideObjection";
    const ABOUT: &'static str = "裁定异议 · the street's secretary releases the community, or holds it to the task";
    const ANSWER: &'static str = "裁定异议的结果 · the implementation as decided";

    fn shows() -> Vec<Field> {
        shown()
    }

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let (permit, seen) = permit_to_judge(work, &self.implementation_id).await?;
        let reason = checked_reason(&self.reason)?;
        let step = if self.uphold { &UPHOLD } else { &REJECT };
        Implementation::ensure(step, &seen)?;
        let priority = hold_published(&permit, &seen.priority_id).await?;
        let mut values = implementation::ActiveModel {
            must_adopt: Set(!self.uphold),
            decision: Set(Some(reason.clone())),
            decided_at: Set(Some(permit.now())),
            ..Default::default()
        };
        let mut after = json!({"decision": reason});
        if !self.uphold {
            // The day may have passed while the community waited for the decision.
            let again = adopt_by_when_asked(&priority, shanghai_day(permit.now()));
            values.adopt_by = Set(Some(again));
            after["adoptBy"] = json!(again);
        }
        change(&permit, step, &seen, values).await?;
        let record = record(&seen, step, after);
        Ok(Done::new(Record { reason: Some(reason), ..record }).show("implementation", seen.id))
    }
}

/// 验收 · which implementation reached its target
#[derive(InputObject, Debug)]
pub struct AcceptImplementationInput {
    /// 落实 · the implementation's id
    pub implementation_id: ID,
}

impl Act for AcceptImplementationInput {
    const ACTION: &'static str = "acceptImplementation";
    const ABOUT: &'static str =
        "验收 · the street's secretary accepts what a community reached; never who had a hand in it";
    const ANSWER: &'static str = "验收的结果 · the accepted implementation";

    fn shows() -> Vec<Field> {
        shown()
    }

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let (permit, seen) = permit_to_judge(work, &self.implementation_id).await?;
        Implementation::ensure(&ACCEPT, &seen)?;
        hold_published(&permit, &seen.priority_id).await?;
        let values = implementation::ActiveModel { decided_at: Set(Some(permit.now())), ..Default::default() };
        change(&permit, &ACCEPT, &seen, values).await?;
        let record = record(&seen, &ACCEPT, json!({}));
        Ok(Done::new(record).show("implementation", seen.id))
    }
}

/// 退回 · which implementation falls short, and of what
#[derive(InputObject, Debug)]
pub struct ReturnImplementationInput {
    /// 落实 · the implementation's id
    pub implementation_id: ID,
    /// 退回原因 · what is missing; 1 to 1,000 characters
    pub reason: String,
}

impl Act for ReturnImplementationInput {
    const ACTION: &'static str = "returnImplementation";
    const ABOUT: &'static str =
        "退回 · an officer of the street returns what falls short, with the reason; never who had a hand in it";
    const ANSWER: &'static str = "退回的结果 · the returned implementation";

    fn shows() -> Vec<Field> {
        shown()
    }

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let (permit, seen) = permit_to_judge(work, &self.implementation_id).await?;
        let reason = checked_reason(&self.reason)?;
        Implementation::ensure(&RETURN, &seen)?;
        hold_published(&permit, &seen.priority_id).await?;
        let values = implementation::ActiveModel {
            decision: Set(Some(reason.clone())),
            decided_at: Set(Some(permit.now())),
            ..Default::default()
        };
        change(&permit, &RETURN, &seen, values).await?;
        let record = record(&seen, &RETURN, json!({"decision": reason}));
        Ok(Done::new(Record { reason: Some(reason), ..record }).show("implementation", seen.id))
    }
}

fn checked_reason(reason: &str) -> Result<String> {
    let mut check = Check::default();
    let reason = check.text("reason", reason, 1..=1000);
    check.done()?;
    Ok(reason)
}

/// The right to judge an implementation.
async fn permit_to_judge<'w, A: Act>(work: &'w Work<A>, id: &str) -> Result<(Permit<'w, A>, implementation::Model)> {
    let seen = work.see::<Implementation>(id).await?;
    Ok((work.permit(&place_of_inspection(work, &seen).await?)?, seen))
}

/// Where an implementation is judged. Involved is whoever had a hand in it: the community's committee, who answered or
/// handed in for it, who reported; whether or not the judge may see these rows.
///
/// # Errors
/// Those of the database.
pub async fn place_of_inspection(reader: &impl Reader, seen: &implementation::Model) -> Result<Place> {
    let acts = [AdoptPriorityInput::ACTION, ObjectToPriorityInput::ACTION, SubmitImplementationInput::ACTION];
    let statement = {
        let mut sql = reader.sql();
        sql.push("SELECT o.id, o.id FROM organisation o WHERE o.region_code = ").bind(&*seen.community_code);
        sql.push(" AND o.kind = ").bind(OrganisationKind::CommunityCommittee.as_str());
        sql.push(" UNION SELECT a.actor_id, a.actor_id FROM audit_entry a WHERE a.subject_id = ").bind(&*seen.id);
        sql.push(" AND a.outcome = ").bind(AuditOutcome::Allowed.as_str());
        sql.push(" AND a.action IN ").bind_list(&acts.map(str::to_owned));
        sql.push(
            " UNION SELECT r.reported_by, r.reported_by FROM implementation_report r WHERE r.implementation_id = ",
        );
        sql.bind(&*seen.id);
        sql.into_statement()
    };
    let makers = reader.texts(statement).await?.into_iter().filter_map(|(_, maker)| maker);
    Ok(Place::region(&*seen.community_code).involving(makers))
}
