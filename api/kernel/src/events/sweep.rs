//! Deletes what nobody needs any more: old events, and old answers kept for retries.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio::time::sleep;

use crate::who::Authority;

/// How long to rest after everything was deleted, by the clock passed in.
const EVERY: TimeDelta = TimeDelta::hours(1);
/// How often that clock is looked at, and how long one part of the work waits for the next.
const LOOK: Duration = Duration::from_millis(500);

pub(super) async fn sweep(authority: Arc<Authority>) {
    let mut due = authority.clock().now();
    loop {
        if authority.clock().now() >= due {
            match authority.sweep().await {
                Ok(true) => {}
                Ok(false) => due = authority.clock().now() + EVERY,
                Err(error) => {
                    due = authority.clock().now() + EVERY;
                    tracing::warn!(%error, "what is out of date could not be deleted; it is tried again in an hour");
                }
            }
        }
        sleep(LOOK).await;
    }
}
