//! Starts and ends the tasks that watch what this and other processes commit.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};

use super::{
    bus::Bus,
    hints::Hints,
    occasion::Occasions,
    outbox::Outbox,
    policies::{self, PolicyState},
    rights, sweep,
};
use crate::{error::Result, who::Authority};

/// How often the database is looked at without any hint.
const POLL: Duration = Duration::from_millis(500);

/// What the watcher is told at start.
#[derive(Clone, Default)]
pub struct Settings {
    /// Where hints are exchanged; without it there are none, and nothing else changes.
    pub redis_url: Option<String>,
    /// The version of the policies that the [`Authority`] was made with, as [`load_policy`](super::load_policy) gave it.
    pub policy_version: i64,
}

/// The running watcher; it ends when this is dropped.
pub struct Watcher {
    tasks: JoinSet<()>,
    policy: watch::Receiver<PolicyState>,
}

impl Watcher {
    /// Starts to watch. What was committed before is not told; everything committed once this has returned is.
    ///
    /// # Errors
    /// `UNAVAILABLE` when the database does not answer, `INVALID_INPUT` for a Redis URL that is none.
    pub async fn start(authority: Arc<Authority>, bus: Bus, settings: Settings) -> Result<Self> {
        Self::start_polling(authority, bus, settings, POLL).await
    }

    pub(super) async fn start_polling(
        authority: Arc<Authority>,
        bus: Bus,
        settings: Settings,
        poll: Duration,
    ) -> Result<Self> {
        let hints = settings.redis_url.as_deref().map(Hints::told).transpose()?;
        let outbox = Outbox::begin(authority.clone(), bus.clone()).await?;
        let (committed, hinted) = (authority.committed(), Arc::new(Notify::new()));
        let state = PolicyState { in_force: settings.policy_version, refused: None };
        let (in_force, policy) = watch::channel(state);
        let other_policies = Arc::new(Notify::new());

        let mut tasks = JoinSet::new();
        let hears = Occasions::new([hinted.clone()], poll);
        tasks.spawn(rights::follow(authority.clone(), bus.clone(), other_policies.clone(), hears));
        tasks.spawn(policies::follow(authority.clone(), bus, other_policies, in_force));
        tasks.spawn(outbox.follow(Occasions::new([committed.clone(), hinted.clone()], poll)));
        tasks.spawn(sweep::sweep(authority));
        if let Some(hints) = hints {
            tasks.spawn(hints.clone().publish(committed));
            tasks.spawn(hints.listen(hinted));
        }
        Ok(Self { tasks, policy })
    }

    /// Which policies are in force here, and whether newer ones were refused.
    pub fn policy(&self) -> watch::Receiver<PolicyState> {
        self.policy.clone()
    }

    /// Comes back only when one of the watching tasks broke: rights would be remembered for too long, so the process
    /// must end.
    pub async fn broken(&mut self) {
        let ended = self.tasks.join_next().await;
        tracing::error!(?ended, "a watching task broke");
    }

    /// Ends it; what is committed is not lost by that.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}
