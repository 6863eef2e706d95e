//! Runs an act as often as the database asks, keeps its answer under its retry key, and audits what it came to.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Context;
use bytes::Bytes;
use indexmap::IndexMap;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use tongxin_entity::{
    audit_entry::{AuditOutcome, Secrecy},
    idempotency_key,
};
use tongxin_policies::Role;

use crate::{
    act::{
        payload::Payload,
        record::{Concluded, Entry, conclude, write},
        secrecy::Kept,
        work::{Act, Record, Trace, Work, commit},
    },
    error::{Code, Refusal, Result},
    execute::RequestInfo,
    say,
    see::{Reader as _, Request, Shape, push_payload},
    who::actor::Who,
};

/// How often an act is tried when the database gives way to others.
const ATTEMPTS: usize = 8;

/// Does an act for the caller of `ctx`: all of it, or nothing but an audited refusal.
///
/// # Errors
/// Whatever the act refuses.
pub async fn act<A: Act>(ctx: &Context<'_>, payload: &'static Shape, input: A) -> Result<Payload<A>> {
    let request = Request::of(ctx)?;
    let trace = Arc::new(Mutex::new(Trace::default()));
    let attempt = || async {
        let work = request.authority.begin::<A>(request.actor.clone(), trace.clone()).await?;
        attempt_once(ctx, payload, &request, work, &input).await
    };
    let mut made = 1;
    let outcome = loop {
        match request.authority.write(&attempt).await {
            Err(refusal) if refusal.may_retry && made < ATTEMPTS => made += 1,
            outcome => break outcome,
        }
    };
    let outcome = settle::<A>(ctx, payload, &request, outcome).await;
    if let Err(refusal) = &outcome {
        audit_refusal::<A>(&request, &trace, refusal).await;
    }
    let (answer, errors) = outcome?;
    errors.into_iter().for_each(|error| ctx.add_error(error));
    Ok(Payload::from(Bytes::from(answer)))
}

/// One attempt; none when its retry key turns out to be taken, and nothing of it stays.
async fn attempt_once<A: Act>(
    ctx: &Context<'_>,
    payload: &'static Shape,
    request: &Request<'_>,
    work: Work<A>,
    input: &A,
) -> Result<Option<Concluded>> {
    let (seen, place) = input.find(&work).await?;
    let done = input.run(&work.permit(&place)?, seen).await?;
    let RequestInfo { idempotency, request_id, .. } = request.info;
    let Some(answer) = conclude(ctx, payload, &work, &done, request_id, idempotency.as_ref()).await? else {
        return Ok(None);
    };
    let Work { tx, authority, .. } = work;
    commit(tx).await?;
    if done.rights_changed {
        authority.forget_rights();
    }
    authority.committed().notify_waiters();
    Ok(Some(answer))
}

/// What the request comes to: where its retry key stands for an answer already, that one. It is looked for only when
/// the attempts came to nothing: whoever repeats what was done is refused by the change itself, or by the key when both
/// would be written.
async fn settle<A: Act>(
    ctx: &Context<'_>,
    payload: &'static Shape,
    request: &Request<'_>,
    outcome: Result<Option<Concluded>>,
) -> Result<Concluded> {
    let refusal = match outcome {
        Ok(Some(concluded)) => return Ok(concluded),
        // It was taken, and may have been swept away since.
        Ok(None) => Refusal::unavailable(),
        Err(refusal) if refusal.is_fault() => return Err(refusal),
        Err(refusal) => refusal,
    };
    let Some(retry) = &request.info.idempotency else { return Err(refusal) };
    let kept = Kept::of(A::SECRECY, request.actor.id(), retry)?;
    let answer = known_answer(request, kept).await?.ok_or(refusal)?;
    // It is planned anew for what of it the caller may not read.
    let errors = push_payload(ctx, &mut request.reading().sql(), payload, &IndexMap::new())?;
    Ok((answer, errors))
}

/// The answer that a retry key stands for.
async fn known_answer(request: &Request<'_>, retry: Kept<'_>) -> Result<Option<String>> {
    let known = idempotency_key::Entity::find()
        .filter(idempotency_key::Column::Actor.eq(retry.actor))
        .filter(idempotency_key::Column::Key.eq(&*retry.key));
    match known.one(request.authority.db()).await? {
        Some(known) if known.body_hash != retry.body_hash => {
            let message =
                say!("此 Idempotency-Key 已用于另一请求", "this Idempotency-Key was used for another request");
            Err(Refusal::new(Code::IdempotencyMismatch, message))
        }
        known => known.and_then(|known| known.answer).map(|answer| retry.open(answer)).transpose(),
    }
}

/// Keeps a refusal in a transaction of its own. That it could not be kept never turns it into an allowance.
async fn audit_refusal<A: Act>(request: &Request<'_>, trace: &Mutex<Trace>, refusal: &Refusal) {
    let trace = trace.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (action, code) = (A::ACTION, refusal.code.as_str());
    if refusal.is_fault() {
        return;
    }
    if request.actor.who == Who::Anonymous {
        tracing::info!(action, code, subject = trace.subject, "refused a stranger");
        return;
    }
    // The words of a refusal tell which posts somebody holds.
    let named = matches!(A::SECRECY, Secrecy::Open | Secrecy::WithoutContent);
    let reason = if !named { code.to_owned() } else { format!("{code}: {}", refusal.message.zh) };
    let record = Record { reason: Some(reason), ..Record::default() };
    let keep = || async {
        let work = request.authority.begin::<A>(request.actor.clone(), Arc::default()).await?;
        let entry = Entry {
            actor_id: request.actor.id(),
            foremost: if named { request.actor.foremost() } else { (Role::ANONYMOUS.as_str(), None) },
            secrecy: A::SECRECY,
            action,
            outcome: AuditOutcome::Refused,
            request_id: &request.info.request_id,
            trace: trace.clone(),
            record: record.clone(),
        };
        write(&work, entry, &[]).await?;
        commit(work.tx).await
    };
    if let Err(error) = request.authority.write(keep).await {
        tracing::error!(%error, action, code, "a refusal could not be audited");
    }
}
