//! Drops what this process remembers of anybody's rights when they changed anywhere.

use std::{error::Error, sync::Arc, time::Duration};

use tokio::{sync::Notify, time::timeout};

use super::{bus::Bus, occasion::Occasions, outage::Outage};
use crate::who::Authority;

/// How long the counter of rights may take to be read; then what is remembered counts as out of date. With the time
/// between two polls it makes the second within which a change of rights is felt.
const ANSWERS_WITHIN: Duration = Duration::from_millis(500);
/// How long to wait after that for the next attempt.
const AGAIN: Duration = Duration::from_millis(250);

/// Follows the counter that every change of rights raises. What this process itself commits drops the rights there; this
/// is for what others do, and for what bypasses the service.
pub(super) async fn follow(authority: Arc<Authority>, bus: Bus, policies: Arc<Notify>, mut occasions: Occasions) {
    let mut outage = Outage::new("the database (rights)");
    let mut known = None;
    let changed = || {
        authority.forget_rights();
        bus.rights_changed();
        policies.notify_one();
    };
    loop {
        occasions.next().await;
        match read(&authority).await {
            Ok(epoch) => {
                let was_out = outage.answered();
                if known.replace(epoch) != Some(epoch) || was_out {
                    changed();
                }
            }
            Err(error) => {
                outage.failed(error);
                // Somebody's rights may have ended meanwhile: none are taken from memory until it is known.
                authority.forget_rights();
                occasions.retry_after(AGAIN);
            }
        }
    }
}

async fn read(authority: &Authority) -> Result<i64, Box<dyn Error + Send + Sync>> {
    Ok(timeout(ANSWERS_WITHIN, authority.epoch()).await??)
}
