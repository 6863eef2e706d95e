//! When to look at the database: at a commit of this process, at a hint of another one, and now and then anyway.

use std::{pin::Pin, sync::Arc, time::Duration};

use futures_util::future::select_all;
use tokio::{
    sync::{Notify, futures::OwnedNotified},
    time::{Instant, sleep_until},
};

/// The least time between two looks: commits in a row are looked at together.
const PACE: Duration = Duration::from_millis(10);

/// Why to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    /// Something may have been committed just now.
    Commit,
    /// It is time to look, whatever was heard.
    Poll,
}

/// Tells one task when to look.
pub(super) struct Occasions {
    sources: Vec<(Arc<Notify>, Armed)>,
    every: Duration,
    poll_at: Instant,
    not_before: Instant,
}

/// Hears of `notify_waiters` from when it is made, not from when it is first waited for.
pub(super) type Armed = Pin<Box<OwnedNotified>>;

pub(super) fn armed(notify: &Arc<Notify>) -> Armed {
    Box::pin(notify.clone().notified_owned())
}

impl Occasions {
    /// The first occasion comes at once.
    pub fn new(sources: impl IntoIterator<Item = Arc<Notify>>, every: Duration) -> Self {
        let sources = sources.into_iter().map(|source| (source.clone(), armed(&source))).collect();
        Self { sources, every, poll_at: Instant::now(), not_before: Instant::now() }
    }

    /// The next time to look. What is committed while the caller looks is an occasion of its own.
    pub async fn next(&mut self) -> Occasion {
        sleep_until(self.not_before).await;
        let notified = self.sources.iter_mut().map(|(_, armed)| armed.as_mut());
        let occasion = tokio::select! {
            biased;
            () = sleep_until(self.poll_at) => Occasion::Poll,
            _ = select_all(notified) => Occasion::Commit,
        };
        for (source, heard) in &mut self.sources {
            *heard = armed(source);
        }
        let now = Instant::now();
        self.not_before = now + PACE;
        if occasion == Occasion::Poll {
            self.poll_at = now + self.every;
        }
        occasion
    }

    /// Hears nothing for a while and then lets all be looked at again.
    pub fn retry_after(&mut self, pause: Duration) {
        self.poll_at = Instant::now() + pause;
        self.not_before = self.poll_at;
    }
}
