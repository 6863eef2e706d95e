//! A change: one transaction that authorises, decides, records and answers, or leaves nothing behind.

use std::{
    future::Future,
    marker::PhantomData,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::InputType;
use chrono::{DateTime, NaiveDate, Utc};
use indexmap::IndexMap;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryResult, Statement};
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;
use tongxin_entity::audit_entry::Secrecy;
use tongxin_policies::Table;

use super::way::Way;
use crate::{
    calendar::{Due, Period},
    clock::shanghai_day,
    error::{Message, Refusal, Result},
    places::Places,
    privacy::Phone,
    rules::Rules,
    say,
    see::{Field, Reader, Row, Sql, Stored, named, see},
    store,
    who::{
        Authority,
        actor::{Actor, Place},
        grounds::{Grounds, Judged},
    },
};

/// A change that can be asked for: the input of a mutation, and all that is said of it.
pub trait Act: InputType + 'static {
    /// The mutation's name, which is the action's. Its input is called so too, with `Input` behind it.
    const ACTION: &'static str;
    /// What of it is kept, and who learns of it.
    const SECRECY: Secrecy = Secrecy::Open;
    /// What the mutation does: its description.
    const ABOUT: &'static str;
    /// What it answers: the description of its payload.
    const ANSWER: &'static str;

    /// What the payload holds: the changed objects.
    const SHOWS: fn() -> Vec<Field>;
    /// What it is done to, as it is found.
    type Seen: Send;

    /// How it can be done: on which objects, where, in which states.
    fn ways() -> Vec<Way>;

    /// Finds what it is done to under the actor's own scope, and where that takes place: there the permit is asked for.
    fn find(&self, work: &Work<Self>) -> impl Future<Output = Result<(Self::Seen, Place)>> + Send;

    /// Checks the input, decides by the rules of state and saves; in this order.
    fn run(&self, permit: &Permit<'_, Self>, seen: Self::Seen) -> impl Future<Output = Result<Done>> + Send;
}

/// One attempt at an act: a transaction, the actor and the moment. It reads only what the actor may see.
pub struct Work<A> {
    pub(super) tx: DatabaseTransaction,
    pub(super) authority: Arc<Authority>,
    pub(super) policy: Arc<Table>,
    pub(super) actor: Arc<Actor>,
    pub(super) now: DateTime<Utc>,
    /// What is being acted upon and on which grounds, for the audit.
    pub(super) trace: Arc<Mutex<Trace>>,
    pub(super) act: PhantomData<fn() -> A>,
    /// The turn to write, given on when all else of the attempt is dropped.
    pub(super) _turn: Option<OwnedSemaphorePermit>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Trace {
    pub subject: Option<String>,
    pub region_code: Option<String>,
    pub grounds: Option<Grounds>,
}

/// Commits.
pub(super) async fn commit(tx: DatabaseTransaction) -> Result<()> {
    tx.commit().await.map_err(Refusal::of_commit)
}

/// The right to do one act at one place, with the transaction to do it in.
pub struct Permit<'w, A> {
    pub(super) work: &'w Work<A>,
    /// What keeps it from being done just now; a step that it leads is refused by that.
    pub(super) hindrance: Option<Message>,
}

impl<A> Permit<'_, A> {
    /// The transaction of the act.
    pub fn db(&self) -> &DatabaseTransaction {
        &self.work.tx
    }

    /// The moment of the act.
    pub fn now(&self) -> DateTime<Utc> {
        self.work.now
    }

    /// The day of the act, in China.
    pub fn today(&self) -> NaiveDate {
        shanghai_day(self.work.now)
    }

    pub fn rules(&self) -> &Rules {
        self.work.rules()
    }

    /// When a period that begins at a moment ends, by the working calendar.
    pub fn due(&self, from: DateTime<Utc>, period: Period) -> Due {
        self.work.authority.calendar().due(from, period)
    }

    /// An empty statement, for a change that is faster written than put together.
    pub fn sql(&self) -> Sql<'_> {
        let Work { tx, actor, policy, now, .. } = self.work;
        Sql::new(tx.get_database_backend(), actor, policy, *now, self.rules())
    }
}

impl<A: Act> Permit<'_, A> {
    /// The attempt that it is the right of, to read by.
    pub fn work(&self) -> &Work<A> {
        self.work
    }

    /// The person who acts.
    ///
    /// # Errors
    /// `FORBIDDEN` for strangers and client applications, whom no policy lets change anything.
    pub fn person(&self) -> Result<String> {
        let message = || say!("请先以个人身份登录", "sign in as a person first");
        self.work.actor.person_id().map(str::to_owned).ok_or_else(|| Refusal::forbidden(message()))
    }

    /// The row with this id, if the actor may see it.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for an id of another type.
    pub async fn see<T: Stored>(&self, id: &str) -> Result<Row<T>> {
        see::<T>(self.work, id).await
    }

    /// Asks whether the act may also be done at a further place that its input names.
    ///
    /// # Errors
    /// `FORBIDDEN`, saying which post and reach would be needed.
    pub fn also(&self, place: &Place) -> Result<()> {
        self.work.permit(place).map(drop)
    }

    /// Seals personal data for `owner`: how it is kept, and how it is shown.
    pub fn seal(&self, owner: &str, phone: &Phone) -> (String, String) {
        self.work.authority.seal(owner, phone.reveal())
    }

    /// Opens personal data that was sealed for `owner`.
    ///
    /// # Errors
    /// `INTERNAL` when no key opens it.
    pub fn unseal(&self, owner: &str, sealed: &str) -> Result<String> {
        self.work.authority.unseal(owner, sealed)
    }

    /// Runs a statement; its first row.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn row(&self, statement: Statement) -> Result<Option<QueryResult>> {
        self.work.row(statement).await
    }
}

/// The kind of the event of a change that tells of no other.
const HAPPENED: &str = "happened";

/// What came of an act.
#[derive(Debug, Default)]
pub struct Done {
    pub(super) show: IndexMap<&'static str, String>,
    pub(super) record: Record,
    pub(super) events: Vec<Event>,
    pub(super) rights_changed: bool,
    /// The answer holds what must not be kept: it is not stored under a retry key.
    pub(super) secret: bool,
}

/// What the audit keeps of an act, beside who, when and on which grounds.
#[derive(Debug, Default, Clone)]
pub struct Record {
    /// Who acted, where only the act itself finds that out.
    pub actor: Option<String>,
    pub subject: String,
    pub region_code: Option<String>,
    pub priority_id: Option<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// The reading action that shows `before`, where it is not for everybody who sees the subject: what a draft said.
    pub before_by: Option<&'static str>,
    /// The same of `after`.
    pub after_by: Option<&'static str>,
    pub reason: Option<String>,
    pub purpose: Option<String>,
}

/// Something that subscribers hear of once the act is committed.
#[derive(Debug, Clone)]
pub struct Event {
    pub kind: &'static str,
    pub subject_id: String,
    pub region_code: String,
}

impl Done {
    pub fn new(record: Record) -> Self {
        Self { record, ..Self::default() }
    }

    /// Puts a changed object into the payload.
    #[must_use]
    pub fn show(mut self, field: &'static str, id: impl Into<String>) -> Self {
        self.show.insert(field, id.into());
        self
    }

    /// Puts an unsealed text into the payload; such an answer is kept nowhere.
    #[must_use]
    pub fn secret(mut self, field: &'static str, text: String) -> Self {
        self.secret = true;
        self.show(field, text)
    }

    #[must_use]
    pub fn event(mut self, kind: &'static str, subject: impl Into<String>, region: impl Into<String>) -> Self {
        self.events.push(Event { kind, subject_id: subject.into(), region_code: region.into() });
        self
    }

    /// What subscribers hear of: at least that something happened to its subject where it is.
    pub(super) fn told(&self, trace: &Trace) -> Vec<Event> {
        let Record { subject, region_code, .. } = &self.record;
        match region_code.as_ref().or(trace.region_code.as_ref()) {
            Some(region) if self.events.is_empty() => {
                vec![Event { kind: HAPPENED, subject_id: subject.clone(), region_code: region.clone() }]
            }
            _ => self.events.clone(),
        }
    }

    /// Posts, contracts or check-ins changed: what is cached of anybody's rights is dropped at the commit.
    #[must_use]
    pub fn rights_changed(mut self) -> Self {
        self.rights_changed = true;
        self
    }
}

impl Authority {
    /// Begins an attempt at an act.
    pub(super) async fn begin<A>(self: &Arc<Self>, actor: Arc<Actor>, trace: Arc<Mutex<Trace>>) -> Result<Work<A>> {
        let turn = self.turn().await?;
        Ok(Work {
            tx: store::begin(self.db(), Some(self.writes_within)).await?,
            authority: self.clone(),
            policy: self.policy(),
            actor,
            now: self.clock.now(),
            trace,
            act: PhantomData,
            _turn: turn,
        })
    }
}

impl<A> Work<A> {
    pub(super) fn trace(&self) -> Trace {
        self.trace.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The moment of the act; the same throughout.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub fn rules(&self) -> &Rules {
        self.authority.rules()
    }
}

impl<A: Act> Work<A> {
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Decides whether the actor may do this act at the place.
    ///
    /// # Errors
    /// `FORBIDDEN`, saying which post and reach would be needed.
    pub(super) fn permit(&self, place: &Place) -> Result<Permit<'_, A>> {
        let mut trace = self.trace.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(code) = &place.region_code {
            trace.region_code = Some(code.clone());
        }
        let action = self.policy.action(A::ACTION);
        let action = action.ok_or_else(|| Refusal::internal(format!("no policy names {}", A::ACTION)))?;
        let judged = Judged::new(&self.policy, action, &self.actor, place);
        trace.grounds = Some(judged.grounds.clone());
        let permit = || Permit { work: self, hindrance: place.hindrance.clone() };
        judged.refusal().map_or_else(|| Ok(permit()), Err)
    }
}

impl<A: Act> Reader for Work<A> {
    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn policy(&self) -> &Table {
        &self.policy
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }

    fn rules(&self) -> &Rules {
        self.authority.rules()
    }

    fn places(&self) -> &Places {
        self.authority.places()
    }

    fn backend(&self) -> DbBackend {
        self.tx.get_database_backend()
    }

    async fn row(&self, statement: Statement) -> Result<Option<QueryResult>> {
        Ok(self.tx.query_one_raw(statement).await?)
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>> {
        Ok(self.tx.query_all_raw(statement).await?)
    }

    async fn texts(&self, statement: Statement) -> Result<Vec<(String, Option<String>)>> {
        named(self.rows(statement).await?)
    }

    async fn models<E: EntityTrait>(&self, statement: Statement) -> Result<Vec<E::Model>> {
        Ok(E::find().from_raw_sql(statement).all(&self.tx).await?)
    }

    fn looking_at(&self, id: &str) {
        let mut trace = self.trace.lock().unwrap_or_else(PoisonError::into_inner);
        trace.subject.get_or_insert_with(|| id.chars().filter(|c| !c.is_control()).take(100).collect());
    }
}
