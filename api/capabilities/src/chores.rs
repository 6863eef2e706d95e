//! What the clock does, put together: run every half minute in each process, and by hand in tests.

use std::{sync::Arc, time::Duration};

use tongxin_kernel::{catalogue::Capability, error::Result, who::Authority};

const EVERY: Duration = Duration::from_secs(30);

/// Carries out every chore that is due now; tells how many things changed. Processes that do so at once share the work:
/// each change is a compare-and-set.
///
/// # Errors
/// Those of the database; what was done before stands.
pub async fn run_all(authority: &Arc<Authority>) -> Result<usize> {
    let mut changed = 0;
    for chore in super::all().iter().flat_map(Capability::chores) {
        changed += (chore.carry_out)(authority).await?;
    }
    Ok(changed)
}

/// Carries them out for as long as the service runs.
pub async fn keep_up(authority: Arc<Authority>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match run_all(&authority).await {
            Ok(0) => {}
            Ok(changed) => tracing::info!(changed, "chores done"),
            Err(error) => tracing::warn!(%error, "chores could not be done; they are tried again"),
        }
    }
}
