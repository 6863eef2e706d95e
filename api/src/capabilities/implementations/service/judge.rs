//! The street decides on objections, accepts and returns.

use async_graphql::{ID, InputObject};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use tongxin_entity::{
    audit_entry::{self, AuditOutcome},
    implementation, implementation_report,
    organisation::{self, OrganisationKind},
};

use super::{
    AdoptPriorityInput, ImplementationAct, ObjectToPriorityInput, SubmitImplementationInput, change, ensure, record,
};
use crate::{
    auth::{
        actor::Place,
        permit::{Act, Done, Permit, Record, Work},
    },
    capabilities::{
        implementations::{
            Implementation,
            graphql::{AcceptImplementationPayload, DecideObjectionPayload, ReturnImplementationPayload},
        },
        priorities::hold_published,
    },
    error::Result,
    input::Check,
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
    type Payload = DecideObjectionPayload;

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let (permit, seen) = permit_to_judge(work, &self.implementation_id).await?;
        let reason = checked_reason(&self.reason)?;
        let act = if self.uphold { ImplementationAct::Uphold } else { ImplementationAct::Reject };
        ensure(act, &seen)?;
        hold_published(&permit, &seen.priority_id).await?;
        let values = implementation::ActiveModel {
            must_adopt: Set(!self.uphold),
            decision: Set(Some(reason.clone())),
            decided_at: Set(Some(permit.now())),
            ..Default::default()
        };
        change(&permit, act, &seen, values).await?;
        let record = record(&seen, act, json!({"decision": reason}));
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
    type Payload = AcceptImplementationPayload;

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let (permit, seen) = permit_to_judge(work, &self.implementation_id).await?;
        ensure(ImplementationAct::Accept, &seen)?;
        hold_published(&permit, &seen.priority_id).await?;
        let values = implementation::ActiveModel { decided_at: Set(Some(permit.now())), ..Default::default() };
        change(&permit, ImplementationAct::Accept, &seen, values).await?;
        let record = record(&seen, ImplementationAct::Accept, json!({}));
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
    type Payload = ReturnImplementationPayload;

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let (permit, seen) = permit_to_judge(work, &self.implementation_id).await?;
        let reason = checked_reason(&self.reason)?;
        ensure(ImplementationAct::Return, &seen)?;
        hold_published(&permit, &seen.priority_id).await?;
        let values = implementation::ActiveModel {
            decision: Set(Some(reason.clone())),
            decided_at: Set(Some(permit.now())),
            ..Default::default()
        };
        change(&permit, ImplementationAct::Return, &seen, values).await?;
        let record = record(&seen, ImplementationAct::Return, json!({"decision": reason}));
        Ok(Done::new(Record { reason: Some(reason), ..record }).show("implementation", seen.id))
    }
}

fn checked_reason(reason: &str) -> Result<String> {
    let mut check = Check::default();
    let reason = check.text("reason", reason, 1..=1000);
    check.done()?;
    Ok(reason)
}

/// The right to judge an implementation, which nobody has who had a hand in it.
async fn permit_to_judge<'w, A: Act>(work: &'w Work<A>, id: &str) -> Result<(Permit<'w, A>, implementation::Model)> {
    let seen = work.see::<Implementation>(id).await?;
    let place = Place::region(seen.community_code.clone());
    let permit = work.permit(&place)?;
    let involved = makers(&permit, &seen).await?;
    Ok((work.permit(&place.involving(involved))?, seen))
}

/// Who had a hand in an implementation: the community's committee, who answered or submitted for it, who reported.
async fn makers<A>(permit: &Permit<'_, A>, seen: &implementation::Model) -> Result<Vec<String>> {
    let committee = organisation::Entity::find()
        .select_only()
        .column(organisation::Column::Id)
        .filter(organisation::Column::RegionCode.eq(&seen.community_code))
        .filter(organisation::Column::Kind.eq(OrganisationKind::CommunityCommittee));
    let actors = audit_entry::Entity::find()
        .select_only()
        .column(audit_entry::Column::ActorId)
        .distinct()
        .filter(audit_entry::Column::SubjectId.eq(&seen.id))
        .filter(audit_entry::Column::Outcome.eq(AuditOutcome::Allowed))
        .filter(audit_entry::Column::Action.is_in([
            AdoptPriorityInput::ACTION,
            ObjectToPriorityInput::ACTION,
            SubmitImplementationInput::ACTION,
        ]));
    let reporters = implementation_report::Entity::find()
        .select_only()
        .column(implementation_report::Column::ReportedBy)
        .distinct()
        .filter(implementation_report::Column::ImplementationId.eq(&seen.id));
    let mut makers = committee.into_tuple::<String>().all(permit.db()).await?;
    makers.extend(actors.into_tuple::<String>().all(permit.db()).await?);
    makers.extend(reporters.into_tuple::<String>().all(permit.db()).await?);
    Ok(makers)
}
