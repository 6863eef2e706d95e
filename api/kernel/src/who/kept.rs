//! A set of keys in force, wherever it is read from.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use super::keys::{KeyFault, Ring};
use crate::{clock::Clock, telemetry};

/// The newest set that could be read is the truth: a key that is not in it is out at once. While none can be read the last one
/// stays, for as long as it may.
pub(super) struct Kept {
    /// The file or URL.
    source: String,
    clock: Clock,
    keep: TimeDelta,
    ring: ArcSwap<Ring>,
    /// Since when the source cannot be read, and why.
    fault: Mutex<Option<(DateTime<Utc>, KeyFault)>>,
    changed: watch::Sender<()>,
}

impl Kept {
    pub fn new(source: impl Into<String>, clock: Clock, keep: TimeDelta, ring: Ring) -> Self {
        let (ring, fault, changed) = (ArcSwap::from_pointee(ring), Mutex::default(), watch::Sender::new(()));
        Self { source: source.into(), clock, keep, ring, fault, changed }
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn ring(&self) -> Arc<Ring> {
        self.ring.load_full()
    }

    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Why the source could not be read when it was last tried.
    pub fn fault(&self) -> Option<KeyFault> {
        self.faulty().as_ref().map(|(_, fault)| fault.clone())
    }

    /// Whether the source cannot be read for now, so that it may say more than the set in force does. One that could not be read
    /// for too long says nothing.
    pub fn may_say_more(&self) -> bool {
        self.faulty().as_ref().is_some_and(|(since, _)| self.clock.now() - *since < self.keep)
    }

    /// Another set was read.
    pub fn put(&self, ring: Ring) {
        tracing::info!(source = self.source, keys = %ring, "token keys changed");
        self.unchanged();
        self.swap(ring);
    }

    /// The source was read, and says what it said before.
    pub fn unchanged(&self) {
        *self.faulty() = None;
    }

    /// The source cannot be read: the last set stays for a while, then there is none.
    pub fn do_without(&self, fault: KeyFault) {
        let (source, now, keep_hours) = (&*self.source, self.clock.now(), self.keep.num_hours());
        let mut faulty = self.faulty();
        let since = faulty.as_ref().map_or(now, |(since, _)| *since);
        if faulty.as_ref().is_none_or(|(_, known)| *known != fault) {
            tracing::error!(source, %fault, %since, keep_hours, "token keys cannot be read; the last ones stay for keep_hours");
        }
        *faulty = Some((since, fault));
        drop(faulty);
        if now - since >= self.keep && self.ring().count() > 0 {
            tracing::error!(source, %since, keep_hours, "token keys could not be read for too long: none of them counts any more");
            self.swap(Ring::default());
        }
    }

    /// Tells the figures.
    pub fn tell(&self) {
        let since = self.faulty().as_ref().map_or(TimeDelta::zero(), |(since, _)| self.clock.now() - *since);
        telemetry::token_keys(&self.source, self.ring().count(), since.num_seconds());
    }

    fn swap(&self, ring: Ring) {
        self.ring.store(Arc::new(ring));
        self.changed.send_replace(());
    }

    fn faulty(&self) -> std::sync::MutexGuard<'_, Option<(DateTime<Utc>, KeyFault)>> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
