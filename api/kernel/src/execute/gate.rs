//! How many operations run at once. The others wait a little; beyond that they are turned away, so that those inside
//! stay quick however many knock.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::limits::Limits;

pub(super) struct Gate {
    permits: Semaphore,
    waiting: AtomicUsize,
    most_waiting: usize,
    patience: Duration,
}

impl Gate {
    pub fn new(limits: &Limits) -> Self {
        Self {
            permits: Semaphore::new(limits.concurrent),
            waiting: AtomicUsize::new(0),
            most_waiting: limits.waiting,
            patience: Duration::from_millis(limits.waiting_ms),
        }
    }

    /// A place, or `None` when the house is full.
    pub async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(permit) = self.permits.try_acquire() {
            return Some(permit);
        }
        let place = Waiting::new(&self.waiting);
        if place.ahead >= self.most_waiting {
            return None;
        }
        tokio::time::timeout(self.patience, self.permits.acquire()).await.ok()?.ok()
    }
}

/// Counts itself for as long as it lives, also when the caller goes away.
struct Waiting<'a> {
    all: &'a AtomicUsize,
    ahead: usize,
}

impl<'a> Waiting<'a> {
    fn new(all: &'a AtomicUsize) -> Self {
        Self { ahead: all.fetch_add(1, Ordering::Relaxed), all }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Gate, Limits};

    #[tokio::test]
    async fn turns_away_what_is_too_many() {
        let gate = Gate::new(&Limits { concurrent: 1, waiting: 1, waiting_ms: 60_000, ..Limits::default() });
        let inside = gate.enter().await;
        assert!(inside.is_some());
        let second = gate.enter();
        tokio::pin!(second);
        assert!(futures_util::poll!(&mut second).is_pending(), "the second waits");
        assert!(gate.enter().await.is_none(), "the third is turned away at once");
        drop(inside);
        assert!(second.await.is_some(), "the second has its turn");
        assert!(gate.enter().await.is_some(), "and the place is free again");
    }

    #[tokio::test]
    async fn patience_ends() {
        let gate = Gate::new(&Limits { concurrent: 1, waiting: 1, waiting_ms: 1, ..Limits::default() });
        let _inside = gate.enter().await;
        assert!(gate.enter().await.is_none());
    }
}
