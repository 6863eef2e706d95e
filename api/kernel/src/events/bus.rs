//! Hands the events of the outbox to whoever in this process waits for them.
//!
//! Every subscriber has an inbox that holds the ids of changed objects, each once: an event says only that an object
//! changed, and it is read as it is when it is shown, so two waiting changes of one object are one. A slow subscriber
//! therefore misses nothing; a channel that overwrites its oldest messages would make it. Who leaves more than
//! [`INBOX`] different objects waiting is told so once and gets no more.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use indexmap::IndexSet;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

/// How many different objects may wait for one subscriber.
pub(super) const INBOX: usize = 1000;
/// How many subscribers look up their rights at once after these changed; the rest of the database's time is for requests.
const RECHECKS: usize = 4;

/// Something that happened to an object, somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub kind: String,
    pub subject_id: String,
    pub region_code: String,
}

/// What a subscriber hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// The object with this id changed.
    Changed(String),
    /// Somebody's rights changed, or the policies.
    RightsChanged,
    /// Too much was left waiting; nothing more comes.
    Overflowed,
}

/// The meeting place of the watcher and the subscribers of this process; clones are the same place.
#[derive(Clone)]
pub struct Bus(Arc<Shared>);

struct Shared {
    subscribers: Mutex<HashMap<u64, Arc<Subscriber>>>,
    next: AtomicU64,
    rechecks: Semaphore,
}

struct Subscriber {
    /// Whoever hears of every kind hears only that something happened.
    kind: Option<&'static str>,
    /// The code of the place and of everything under it; a code begins with the codes of what it lies in.
    region: Option<String>,
    inbox: Mutex<Inbox>,
    filled: Notify,
}

#[derive(Default)]
struct Inbox {
    changed: IndexSet<String>,
    rights: bool,
    overflowed: bool,
}

impl Default for Bus {
    fn default() -> Self {
        let (subscribers, next) = (Mutex::default(), AtomicU64::default());
        Self(Arc::new(Shared { subscribers, next, rechecks: Semaphore::new(RECHECKS) }))
    }
}

impl Bus {
    pub fn new() -> Self {
        Self::default()
    }

    /// Hears of every event of the kind from now on, in one place and under it, or everywhere; without a kind, that
    /// something happened.
    pub fn subscribe(&self, kind: impl Into<Option<&'static str>>, region: Option<String>) -> Subscription {
        let kind = kind.into();
        let subscriber = Arc::new(Subscriber { kind, region, inbox: Mutex::default(), filled: Notify::new() });
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        self.subscribers().insert(id, subscriber.clone());
        Subscription { bus: self.clone(), id, subscriber }
    }

    /// Tells those who wait for it.
    pub fn publish(&self, change: &Change) {
        for subscriber in self.subscribers().values() {
            let here = subscriber.region.as_ref().is_none_or(|region| change.region_code.starts_with(region));
            if here && subscriber.kind.is_none_or(|kind| kind == change.kind) {
                let id = subscriber.kind.map_or("", |_| &change.subject_id);
                subscriber.put(|inbox| inbox.add(id));
            }
        }
    }

    /// Tells everyone that rights changed.
    pub fn rights_changed(&self) {
        for subscriber in self.subscribers().values() {
            subscriber.put(|inbox| inbox.rights = true);
        }
    }

    /// How many subscriptions are open.
    pub fn open(&self) -> usize {
        self.subscribers().len()
    }

    /// Waits for its turn to look up rights after they changed.
    pub(super) async fn recheck(&self) -> Option<SemaphorePermit<'_>> {
        self.0.rechecks.acquire().await.ok()
    }

    fn subscribers(&self) -> MutexGuard<'_, HashMap<u64, Arc<Subscriber>>> {
        self.0.subscribers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber {
    fn put(&self, add: impl FnOnce(&mut Inbox)) {
        add(&mut self.inbox.lock().unwrap_or_else(PoisonError::into_inner));
        self.filled.notify_one();
    }

    fn take(&self) -> Option<Signal> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Inbox {
    fn add(&mut self, id: &str) {
        if self.overflowed || self.changed.contains(id) {
            return;
        }
        if self.changed.len() < INBOX {
            self.changed.insert(id.to_owned());
        } else {
            *self = Self { overflowed: true, ..Self::default() };
        }
    }

    fn take(&mut self) -> Option<Signal> {
        if self.overflowed {
            return Some(Signal::Overflowed);
        }
        if std::mem::take(&mut self.rights) {
            return Some(Signal::RightsChanged);
        }
        self.changed.shift_remove_index(0).map(Signal::Changed)
    }
}

/// One subscriber's end; dropping it ends it.
pub struct Subscription {
    bus: Bus,
    id: u64,
    subscriber: Arc<Subscriber>,
}

impl Subscription {
    /// The next signal; nothing is lost when the wait is given up.
    pub async fn next(&mut self) -> Signal {
        loop {
            if let Some(signal) = self.subscriber.take() {
                return signal;
            }
            self.subscriber.filled.notified().await;
        }
    }

    pub(super) fn bus(&self) -> &Bus {
        &self.bus
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.bus.subscribers().remove(&self.id);
    }
}
