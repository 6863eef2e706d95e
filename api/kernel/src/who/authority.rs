//! Holds the database, the compiled policies and what is cached of actors, and hands out rights to each.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use moka::sync::Cache;
use sea_orm::{DatabaseConnection, DbBackend};
use secrecy::ExposeSecret as _;
use thread_local::ThreadLocal;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tongxin_policies::Table;

use crate::{
    calendar::Calendar,
    clock::Clock,
    error::{Refusal, Result},
    places::Places,
    privacy::{self, Sealed, SealingKeys},
    rules::Rules,
    store::afresh,
    who::{actor::Actor, load, standing::Standing, subject::Subject},
};

/// How many actors are kept at once.
const ACTORS: u64 = 50_000;

/// The keeper of the database and of everybody's rights.
pub struct Authority {
    common: DatabaseConnection,
    /// The connections of the threads that serve.
    own: ThreadLocal<DatabaseConnection>,
    policy: ArcSwap<Table>,
    actors: Cache<Subject, (u64, Arc<Actor>)>,
    /// Counts the changes of rights that this process knows of; what was cached before the last one is not used.
    generation: AtomicU64,
    committed: Arc<Notify>,
    /// On SQLite one transaction writes at a time: the others wait here, in order and without a connection, where they
    /// would else each hold one and try their luck again and again.
    turns: Option<Arc<Semaphore>>,
    pub(super) standing: Standing,
    pub(crate) clock: Clock,
    rules: Rules,
    calendar: Arc<Calendar>,
    places: Arc<Places>,
    pub(crate) writes_within: Duration,
    sealing: SealingKeys,
}

/// What an authority is made of.
pub struct Parts {
    pub db: DatabaseConnection,
    pub policy: Table,
    pub clock: Clock,
    pub rules: Rules,
    pub calendar: Arc<Calendar>,
    /// How long a statement of a change may run.
    pub writes_within: Duration,
    /// The keys of personal data.
    pub sealing: SealingKeys,
}

impl Authority {
    pub fn new(parts: Parts) -> Arc<Self> {
        let Parts { db, policy, clock, rules, calendar, writes_within, sealing } = parts;
        let one_by_one = db.get_database_backend() == DbBackend::Sqlite;
        Arc::new(Self {
            common: db,
            own: ThreadLocal::new(),
            turns: one_by_one.then(|| Arc::new(Semaphore::new(1))),
            standing: Standing::default(),
            sealing,
            policy: ArcSwap::from_pointee(policy),
            actors: Cache::new(ACTORS),
            generation: AtomicU64::new(0),
            committed: Arc::default(),
            clock,
            rules,
            calendar,
            places: Arc::default(),
            writes_within,
        })
    }

    pub(crate) fn db(&self) -> &DatabaseConnection {
        self.own.get().unwrap_or(&self.common)
    }

    /// Gives this thread connections of its own.
    pub fn enter_thread(&self, own: Option<DatabaseConnection>) {
        if let Some(own) = own {
            self.own.get_or(|| own);
        }
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Which days are worked.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    pub(crate) fn places(&self) -> &Arc<Places> {
        &self.places
    }

    /// The policies in force.
    pub fn policy(&self) -> Arc<Table> {
        self.policy.load_full()
    }

    /// Puts other policies in force; whoever was decided upon before keeps the answer got.
    pub fn swap_policy(&self, table: Table) {
        self.policy.store(Arc::new(table));
        self.forget_rights();
    }

    /// Drops what is cached of posts, contracts and check-ins; the next request of anybody reads them anew.
    pub fn forget_rights(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.actors.invalidate_all();
    }

    /// Told after every commit, so that events leave at once.
    pub fn committed(&self) -> Arc<Notify> {
        self.committed.clone()
    }

    /// The actor behind a token's subject, or the stranger: whoever comes without a token, or with a login that is linked to
    /// nobody. Such a login stands in [`Actor::login`].
    ///
    /// # Errors
    /// `UNAUTHENTICATED` for an id that does not exist (any more).
    pub async fn actor(&self, subject: Option<&Subject>) -> Result<Arc<Actor>> {
        let Some(subject) = subject else {
            return Ok(Arc::new(load::stranger()));
        };
        let now = self.clock.now();
        // Read before the database is: what is loaded while rights change is then not kept.
        let generation = self.generation.load(Ordering::SeqCst);
        if let Some((made_in, actor)) = self.actors.get(subject)
            && made_in == generation
            && actor.until.is_none_or(|until| now < until)
        {
            return Ok(actor);
        }
        let policy = self.policy();
        let actor = Arc::new(afresh(self.db(), || load::of(self.db(), &policy, subject, now)).await?);
        self.actors.insert(subject.clone(), (generation, actor.clone()));
        Ok(actor)
    }

    /// Waits for the turn to write, where writers take turns.
    pub(crate) async fn turn(&self) -> Result<Option<OwnedSemaphorePermit>> {
        let Some(turns) = &self.turns else { return Ok(None) };
        Ok(Some(turns.clone().acquire_owned().await.map_err(Refusal::internal)?))
    }

    /// Seals a phone number for its owner: what is kept, and what is shown.
    pub fn seal(&self, owner: &str, phone: &str) -> (String, String) {
        (self.sealing.seal(owner, phone).as_str().to_owned(), privacy::mask(phone))
    }

    pub(crate) fn unseal(&self, owner: &str, sealed: &str) -> Result<String> {
        let sealed = Sealed::from_stored(sealed);
        Ok(self.sealing.unseal(owner, &sealed)?.expose_secret().to_owned())
    }
}
