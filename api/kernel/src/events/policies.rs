//! Puts the policies of the database in force in this process.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, watch},
    time::sleep,
};

use super::{bus::Bus, outage::Outage};
use crate::who::Authority;

/// How long a failed reading waits for the next.
const AGAIN: Duration = Duration::from_millis(500);

/// Which policies this process decides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyState {
    /// Their version; 0 are the built-in ones.
    pub in_force: i64,
    /// A newer version that did not compile; the one in force was kept.
    pub refused: Option<i64>,
}

/// Follows the database's policies whenever `look` says so. It runs beside the watcher, which must not wait while a
/// policy is compiled.
pub(super) async fn follow(authority: Arc<Authority>, bus: Bus, look: Arc<Notify>, state: watch::Sender<PolicyState>) {
    let mut outage = Outage::new("the database (policies)");
    loop {
        look.notified().await;
        while let Err(error) = refresh(&authority, &bus, &state).await {
            outage.failed(error);
            sleep(AGAIN).await;
        }
        outage.answered();
    }
}

async fn refresh(authority: &Authority, bus: &Bus, state: &watch::Sender<PolicyState>) -> Result<(), sea_orm::DbErr> {
    let PolicyState { in_force, refused } = *state.borrow();
    let newest = authority.policy_version().await?;
    if newest == in_force || refused == Some(newest) {
        return Ok(());
    }
    let (version, table) = authority.stored_policy().await?;
    match table {
        Ok(table) => {
            authority.swap_policy(table);
            bus.rights_changed();
            tracing::info!(version, before = in_force, "other policies are in force");
            state.send_replace(PolicyState { in_force: version, refused: None });
        }
        Err(error) => {
            tracing::error!(version, in_force, %error, "the newest policies are broken; those in force stay");
            state.send_replace(PolicyState { in_force, refused: Some(version) });
        }
    }
    Ok(())
}
