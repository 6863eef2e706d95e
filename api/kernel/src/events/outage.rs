//! Says once that something does not answer, and once that it does again.

use std::fmt::Display;

use tokio::time::Instant;

pub(super) struct Outage {
    of: &'static str,
    since: Option<Instant>,
}

impl Outage {
    pub fn new(of: &'static str) -> Self {
        Self { of, since: None }
    }

    pub fn failed(&mut self, error: impl Display) {
        if self.since.is_none() {
            self.since = Some(Instant::now());
            tracing::warn!(%error, "{} does not answer; trying again until it does", self.of);
        }
    }

    /// It answered; whether it had not before.
    pub fn answered(&mut self) -> bool {
        let Some(since) = self.since.take() else { return false };
        tracing::info!(after_ms = since.elapsed().as_millis() as u64, "{} answers again", self.of);
        true
    }
}
