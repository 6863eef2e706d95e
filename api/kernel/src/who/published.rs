//! Keys that an issuer publishes at a URL: asked for now and then, and when a token names one that is not known.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};

use super::{
    fetch::{Fetch, WITHIN},
    kept::Kept,
    keyring::{LOOK_EVERY, complain_of},
    keys::{KeyFault, Ring},
};
use crate::clock::Clock;

/// How much time lies between two fetches at least, whatever keys tokens name.
pub(super) const APART: TimeDelta = TimeDelta::seconds(30);
/// How long a key that was taken out may still count.
const REFRESH: TimeDelta = TimeDelta::minutes(5);
/// How long a request waits for a fetch that is under way.
const PATIENCE: Duration = WITHIN.saturating_add(Duration::from_secs(1));

/// The keys of one issuer. Requests never fetch: the task of [`Published::keep_up`] does, one fetch at a time.
pub struct Published {
    fetch: Fetch,
    clock: Clock,
    kept: Kept,
    course: Mutex<Course>,
    /// A request looks for a key that is not known.
    wanted: Notify,
    /// Counts the fetches that are over.
    rounds: watch::Sender<u64>,
    patience: Duration,
}

/// How the fetching goes.
#[derive(Default)]
struct Course {
    /// When the last fetch began.
    began: Option<DateTime<Utc>>,
    under_way: bool,
    /// What was read last, as far as it must be told from something else.
    read: Option<[u8; 32]>,
}

impl Published {
    /// The keys at `source`, which `fetch` fetches. The last ones stay in force for `keep` while they cannot be had.
    pub fn new(source: impl Into<String>, fetch: Fetch, clock: Clock, keep: TimeDelta) -> Self {
        let kept = Kept::new(source, clock.clone(), keep, Ring::default());
        let (course, wanted, rounds) = (Mutex::default(), Notify::new(), watch::Sender::new(0));
        Self { fetch, clock, kept, course, wanted, rounds, patience: PATIENCE }
    }

    /// The same, for requests that wait no longer than that.
    #[cfg(test)]
    pub(super) fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    pub(super) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// The keys in force once the one named is among them, or it is known that it is not: where a fetch may find it, that is
    /// waited for.
    pub async fn looked_for(&self, kid: &str) -> Arc<Ring> {
        let mut rounds = self.rounds.subscribe();
        let ring = self.kept.ring();
        if ring.find(kid).is_some() || !self.may_learn() {
            return ring;
        }
        self.wanted.notify_one();
        // Whether it came in time or not: what is in force counts.
        let _ = timeout(self.patience, rounds.changed()).await;
        self.kept.ring()
    }

    /// Whether nobody can say yet which keys there are.
    pub fn is_unread(&self) -> bool {
        self.course().read.is_none() && self.kept.fault().is_none()
    }

    /// Seconds until the next fetch may begin, at least one.
    pub fn again_in(&self) -> u32 {
        let began = self.course().began;
        let left = began.map_or(TimeDelta::zero(), |began| began + APART - self.clock.now());
        u32::try_from(left.num_seconds().clamp(1, APART.num_seconds())).unwrap_or(1)
    }

    /// Fetches again and again: each five minutes, each half minute while the keys cannot be had, and when a token names a key
    /// that is not known.
    pub async fn keep_up(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        loop {
            let apart = tokio::select! {
                _ = ticks.tick() => if self.kept.fault().is_some() { APART } else { REFRESH },
                () = self.wanted.notified() => APART,
            };
            if self.is_due(apart) {
                self.read().await;
            }
            self.kept.tell();
        }
    }

    /// Fetches the keys now. What cannot be used of them is named in the log.
    pub async fn read(&self) {
        {
            let mut course = self.course();
            (course.began, course.under_way) = (Some(self.clock.now()), true);
        }
        match (self.fetch)().await.and_then(|text| self.take_in(&text)) {
            Ok(Some(ring)) => self.kept.put(ring),
            Ok(None) => self.kept.unchanged(),
            Err(fault) => self.kept.do_without(fault),
        }
        self.course().under_way = false;
        self.rounds.send_modify(|rounds| *rounds += 1);
    }

    /// The set in a text; nothing if it says what is in force already.
    fn take_in(&self, text: &[u8]) -> Result<Option<Ring>, KeyFault> {
        let (ring, mut unusable) = Ring::parse(text)?;
        let (ring, closed) = ring.without_secrets();
        unusable.extend(closed);
        let digest = Sha256::digest(text).into();
        let known = self.course().read.replace(digest) == Some(digest);
        // The same text counts anew where its keys were given up meanwhile.
        if known && self.kept.ring().count() == ring.count() {
            return Ok(None);
        }
        complain_of(self.kept.source(), &ring, &unusable);
        Ok(Some(ring))
    }

    /// Whether a fetch is under way or may begin.
    fn may_learn(&self) -> bool {
        self.course().under_way || self.is_due(APART)
    }

    fn is_due(&self, apart: TimeDelta) -> bool {
        // A clock set back must not stop the fetching.
        self.course().began.is_none_or(|began| (self.clock.now() - began).abs() >= apart)
    }

    fn course(&self) -> std::sync::MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
