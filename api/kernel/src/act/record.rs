//! What is kept of an act beside its own change: the audit entry, the events, the answer under its retry key.

use async_graphql::{Context, ServerError};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveEnum as _, ConnectionTrait as _};
use sha2::{Digest as _, Sha256};
use tongxin_entity::audit_entry::{AuditOutcome, Secrecy};

use tongxin_policies::Role;

use super::secrecy::{Kept, NOBODY};
use crate::{
    act::work::{Act, Done, Event, Record, Trace, Work},
    error::{Refusal, Result},
    execute::Idempotency,
    id::new_id,
    see::{Reader, Shape, Sql, ensure_known, push_payload},
};

/// One audit entry.
pub(super) struct Entry<'a> {
    pub actor_id: &'a str,
    /// The role and the post to name where none decided.
    pub foremost: (&'a str, Option<&'a str>),
    /// What is kept.
    pub secrecy: Secrecy,
    pub action: &'a str,
    pub outcome: AuditOutcome,
    pub request_id: &'a str,
    pub trace: Trace,
    pub record: Record,
}

impl Entry<'_> {
    fn kept_part(mut self) -> Self {
        if matches!(self.secrecy, Secrecy::WithoutContent | Secrecy::WithoutPerson) {
            (self.record.before, self.record.after) = (None, None);
        }
        if self.secrecy == Secrecy::WithoutPerson {
            // A request is known by its number to whoever keeps a log of callers.
            (self.actor_id, self.foremost, self.request_id) = (NOBODY, (Role::ANONYMOUS.as_str(), None), "-");
            self.trace.grounds = None;
        }
        self
    }

    pub(super) fn push(self, sql: &mut Sql<'_>, at: DateTime<Utc>) -> Result<()> {
        let Self { actor_id, foremost, secrecy, action, outcome, request_id, trace, record } = self.kept_part();
        let grounds = trace.grounds.unwrap_or_default();
        let (role, post_id) = match grounds.role {
            Some(role) => (role.as_str(), grounds.post_id),
            None => (foremost.0, foremost.1.map(str::to_owned)),
        };
        let (subject, region) = (
            Some(record.subject).filter(|s| !s.is_empty()).or(trace.subject),
            record.region_code.or(trace.region_code),
        );
        let reason = record.reason.map(|reason| reason.chars().take(1000).collect::<String>());
        let told = [&subject, &region, &reason, &grounds.rule].map(|told| told.as_deref().unwrap_or_default());
        let once = (outcome == AuditOutcome::Refused)
            .then(|| same_within_a_minute(at, &[&[actor_id, action, role], &told[..]].concat()));
        sql.push(
            "INSERT INTO audit_entry (id, at, actor_id, post_id, role, action, outcome, subject_id, region_code, \
             priority_id, rule, reason, purpose, before, after, before_by, after_by, secrecy, request_id, once) VALUES (",
        );
        sql.bind(new_id("audit", at)?).push(", ").bind(at).push(", ").bind(actor_id).push(", ");
        sql.bind(post_id).push(", ").bind(role).push(", ");
        sql.bind(action).push(", ").bind(outcome.to_value()).push(", ");
        sql.bind(subject).push(", ");
        sql.bind(region).push(", ").bind(record.priority_id).push(", ");
        sql.bind(grounds.rule).push(", ");
        sql.bind(reason).push(", ");
        sql.bind(record.purpose).push(", ").bind(record.before).push(", ").bind(record.after).push(", ");
        sql.bind(record.before_by).push(", ").bind(record.after_by).push(", ").bind(secrecy.to_value()).push(", ");
        let refused = once.is_some();
        sql.bind(request_id).push(", ").bind(once).push(")");
        if refused {
            sql.push(" ON CONFLICT DO NOTHING");
        }
        Ok(())
    }
}

/// What is the same by all its parts within a minute. Entries stay for ever: whoever is refused the same over and over does not fill
/// the trail.
fn same_within_a_minute(at: DateTime<Utc>, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    hash.update((at.timestamp() / 60).to_be_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

fn push_event(sql: &mut Sql<'_>, event: &Event, at: DateTime<Utc>) -> Result<()> {
    sql.push("INSERT INTO event (id, kind, subject_id, region_code, created_at) VALUES (");
    sql.bind(new_id("event", at)?).push(", ").bind(event.kind).push(", ").bind(event.subject_id.clone()).push(", ");
    sql.bind(event.region_code.clone()).push(", ").bind(at).push(")");
    Ok(())
}

/// Keeps the answer under its key, unless another request with the key came first.
fn push_key(sql: &mut Sql<'_>, retry: &Kept<'_>, at: DateTime<Utc>, answer: impl FnOnce(&mut Sql<'_>)) {
    sql.push("INSERT INTO idempotency_key (actor, key, body_hash, created_at, answer) VALUES (");
    sql.bind(retry.actor).push(", ").bind(&*retry.key).push(", ").bind(&*retry.body_hash).push(", ");
    sql.bind(at).push(", ");
    answer(sql);
    sql.push(") ON CONFLICT DO NOTHING");
}

/// Writes the audit entry, and the events of what was done, in the transaction of `work`.
pub(super) async fn write<A>(work: &Work<A>, entry: Entry<'_>, events: &[Event]) -> Result<()> {
    let blank = || Sql::new(work.tx.get_database_backend(), &work.actor, &work.policy, work.now, work.rules());
    let mut sql = blank();
    entry.push(&mut sql, work.now)?;
    work.tx.execute_raw(sql.into_statement()).await?;
    for event in events {
        let mut sql = blank();
        push_event(&mut sql, event, work.now)?;
        work.tx.execute_raw(sql.into_statement()).await?;
    }
    Ok(())
}

/// The answer to an act, and what of it the caller may not read.
pub(super) type Concluded = (String, Vec<ServerError>);

/// Reads the answer to an act and writes what is kept of it, all in the act's own transaction and, on PostgreSQL, in one
/// statement. None when another request with the retry key came first: nothing of this one may stay then.
pub(super) async fn conclude<A: Act>(
    ctx: &Context<'_>,
    payload: &'static Shape,
    work: &Work<A>,
    done: &Done,
    request_id: &str,
    retry: Option<&Idempotency>,
) -> Result<Option<Concluded>> {
    let (actor_id, at) = (work.actor.id(), work.now);
    let retry = retry.filter(|_| !done.secret).map(|retry| Kept::of(A::SECRECY, actor_id, retry)).transpose()?;
    let events = done.told(&work.trace());
    let entry = Entry {
        actor_id: done.record.actor.as_deref().unwrap_or(actor_id),
        foremost: work.actor.foremost(),
        secrecy: A::SECRECY,
        action: A::ACTION,
        outcome: AuditOutcome::Allowed,
        request_id,
        trace: work.trace(),
        record: done.record.clone(),
    };
    let payload = |sql: &mut Sql<'_>| push_payload(ctx, sql, payload, &done.show);
    let mut sql = work.sql();
    // An answer that is sealed comes by way of us.
    if !sql.is_postgres() || retry.as_ref().is_some_and(Kept::is_sealed) {
        let errors = payload(&mut sql)?;
        ensure_known(work, sql.take_named()).await?;
        let answer = work.text(sql.into_statement()).await?;
        let answer = answer.ok_or_else(|| Refusal::internal("a payload came back empty"))?;
        if let Some(retry) = &retry {
            let (mut sql, kept) = (work.sql(), retry.seal(&answer)?);
            push_key(&mut sql, retry, at, |sql| {
                sql.bind(kept);
            });
            if work.tx.execute_raw(sql.into_statement()).await?.rows_affected() == 0 {
                return Ok(None);
            }
        }
        write(work, entry, &events).await?;
        return Ok(Some((answer, errors)));
    }
    sql.push("WITH payload (answer) AS (");
    let errors = payload(&mut sql)?;
    ensure_known(work, sql.take_named()).await?;
    sql.push(")");
    if let Some(retry) = &retry {
        sql.push(", kept AS (");
        push_key(&mut sql, retry, at, |sql| {
            sql.push("(SELECT answer FROM payload)");
        });
        sql.push(" RETURNING 1)");
    }
    sql.push(", entry AS (");
    entry.push(&mut sql, at)?;
    sql.push(")");
    for (number, event) in events.iter().enumerate() {
        sql.push(&format!(", event_{number} AS ("));
        push_event(&mut sql, event, at)?;
        sql.push(")");
    }
    sql.push(" SELECT answer FROM payload");
    if retry.is_some() {
        sql.push(" WHERE EXISTS (SELECT 1 FROM kept)");
    }
    Ok(work.text(sql.into_statement()).await?.map(|answer| (answer, errors)))
}
