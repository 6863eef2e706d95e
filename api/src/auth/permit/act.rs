//! Runs an act as often as the database asks, keeps its answer under its retry key, and audits what it came to.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Context;
use bytes::Bytes;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    sea_query::OnConflict,
};
use tongxin_entity::{
    audit_entry::{self, AuditOutcome},
    event, idempotency_key,
};

use super::{
    afresh::afresh,
    work::{Act, Done, Record, Trace, Work, commit},
};
use crate::{
    auth::actor::Who,
    error::{Code, Refusal, Result},
    id::new_id,
    read::{Payload, Shaped, Spliced},
    request::Request,
    say,
};

/// How often an act is tried when the database gives way to others.
const ATTEMPTS: usize = 8;

/// Does an act for the caller of `ctx`: all of it, or nothing but an audited refusal.
///
/// # Errors
/// Whatever the act refuses.
pub async fn act<A: Act>(ctx: &Context<'_>, input: A) -> Result<Spliced<A::Payload>> {
    let request = Request::of(ctx)?;
    let trace = Arc::new(Mutex::new(Trace::default()));
    let attempt = || async {
        let work = request.authority.begin::<A>(request.actor.clone(), trace.clone()).await?;
        attempt_once(ctx, &request, work, &input).await
    };
    let mut made = 1;
    let outcome = loop {
        match afresh(&request.authority.db, &attempt).await {
            Err(refusal) if refusal.may_retry && made < ATTEMPTS => made += 1,
            outcome => break outcome,
        }
    };
    if let Err(refusal) = &outcome {
        audit_refusal::<A>(&request, &trace, refusal).await;
    }
    Ok(Spliced::from(Bytes::from(outcome?)))
}

async fn attempt_once<A: Act>(ctx: &Context<'_>, request: &Request<'_>, work: Work<A>, input: &A) -> Result<String> {
    let retry = request.info.idempotency.as_ref();
    if let Some(retry) = retry
        && let Some(answer) = reserve(&work, &retry.key, &retry.body_hash).await?
    {
        return Ok(answer);
    }
    let done = input.run(&work).await?;
    let answer = Payload::read(ctx, &work, A::Payload::shape(), &done.show).await?;
    record(&work, work.actor.id(), A::ACTION, &request.info.request_id, &done).await?;
    if let Some(retry) = retry.filter(|_| done.secret) {
        idempotency_key::Entity::delete_by_id((work.actor.id().to_owned(), retry.key.clone())).exec(&work.tx).await?;
    } else if let Some(retry) = retry {
        let key = idempotency_key::ActiveModel {
            actor: Unchanged(work.actor.id().to_owned()),
            key: Unchanged(retry.key.clone()),
            answer: Set(Some(answer.clone())),
            ..Default::default()
        };
        key.update(&work.tx).await?;
    }
    let Work { tx, authority, .. } = work;
    commit(tx).await?;
    if done.rights_changed {
        authority.forget_rights();
    }
    authority.committed().notify_waiters();
    Ok(answer)
}

/// Takes the key for this attempt, or finds the answer that it already stands for. Where another request with the key
/// is still running, the database makes this one wait for it.
async fn reserve<A: Act>(work: &Work<A>, key: &str, body_hash: &str) -> Result<Option<String>> {
    let row = idempotency_key::ActiveModel {
        actor: Set(work.actor.id().to_owned()),
        key: Set(key.to_owned()),
        body_hash: Set(body_hash.to_owned()),
        answer: Set(None),
        created_at: Set(work.now),
    };
    let fresh = idempotency_key::Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned());
    if fresh.exec_without_returning(&work.tx).await? > 0 {
        return Ok(None);
    }
    let known = idempotency_key::Entity::find()
        .filter(idempotency_key::Column::Actor.eq(work.actor.id()))
        .filter(idempotency_key::Column::Key.eq(key));
    let known = known.one(&work.tx).await?.ok_or_else(Refusal::gave_way)?;
    if known.body_hash != body_hash {
        let message = say!("此 Idempotency-Key 已用于另一请求", "this Idempotency-Key was used for another request");
        return Err(Refusal::new(Code::IdempotencyMismatch, message));
    }
    Ok(known.answer)
}

/// Writes the audit entry and the events of what was done, in its own transaction.
pub(super) async fn record<A>(
    work: &Work<A>,
    actor_id: &str,
    action: &str,
    request_id: &str,
    done: &Done,
) -> Result<()> {
    let trace = work.trace.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let role = if actor_id == work.actor.id() { work.actor.foremost_role() } else { actor_id };
    let entry = Entry { actor_id, role, action, request_id, trace, record: done.record.clone() };
    entry.insert(&work.tx, work.now, AuditOutcome::Allowed).await?;
    for happened in &done.events {
        let row = event::ActiveModel {
            id: Set(new_id("event", work.now)?),
            kind: Set(happened.kind.to_owned()),
            subject_id: Set(happened.subject_id.clone()),
            region_code: Set(happened.region_code.clone()),
            created_at: Set(work.now),
        };
        event::Entity::insert(row).exec_without_returning(&work.tx).await?;
    }
    Ok(())
}

/// Keeps a refusal in a transaction of its own. That it could not be kept never turns it into an allowance.
async fn audit_refusal<A: Act>(request: &Request<'_>, trace: &Mutex<Trace>, refusal: &Refusal) {
    let trace = trace.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (action, code) = (A::ACTION, refusal.code.as_str());
    if matches!(refusal.code, Code::Unavailable | Code::Internal) {
        return;
    }
    if request.actor.who == Who::Anonymous {
        tracing::info!(action, code, subject = trace.subject, "refused a stranger");
        return;
    }
    let record = Record { reason: Some(format!("{code}: {}", refusal.message.zh)), ..Record::default() };
    let keep = || async {
        let Work { tx, now, .. } = request.authority.begin::<A>(request.actor.clone(), Arc::default()).await?;
        let entry = Entry {
            actor_id: request.actor.id(),
            role: request.actor.foremost_role(),
            action,
            request_id: &request.info.request_id,
            trace: trace.clone(),
            record: record.clone(),
        };
        entry.insert(&tx, now, AuditOutcome::Refused).await?;
        commit(tx).await
    };
    if let Err(error) = afresh(&request.authority.db, keep).await {
        tracing::error!(%error, action, code, "a refusal could not be audited");
    }
}

struct Entry<'a> {
    actor_id: &'a str,
    /// The role to name where no post decided.
    role: &'a str,
    action: &'a str,
    request_id: &'a str,
    trace: Trace,
    record: Record,
}

impl Entry<'_> {
    async fn insert(
        self,
        tx: &DatabaseTransaction,
        at: chrono::DateTime<chrono::Utc>,
        outcome: AuditOutcome,
    ) -> Result<()> {
        let Self { actor_id, role, action, request_id, trace, record } = self;
        let grounds = trace.grounds.unwrap_or_default();
        let row = audit_entry::ActiveModel {
            id: Set(new_id("audit", at)?),
            at: Set(at),
            actor_id: Set(actor_id.to_owned()),
            post_id: Set(grounds.post_id),
            role: Set(grounds.role.map_or(role, |role| role.as_str()).to_owned()),
            action: Set(action.to_owned()),
            outcome: Set(outcome),
            subject_id: Set(Some(record.subject).filter(|s| !s.is_empty()).or(trace.subject)),
            region_code: Set(record.region_code.or(trace.region_code)),
            priority_id: Set(record.priority_id),
            rule: Set(grounds.rule),
            reason: Set(record.reason.map(|reason| reason.chars().take(1000).collect())),
            purpose: Set(record.purpose),
            before: Set(record.before),
            after: Set(record.after),
            request_id: Set(request_id.to_owned()),
        };
        audit_entry::Entity::insert(row).exec_without_returning(tx).await?;
        Ok(())
    }
}
