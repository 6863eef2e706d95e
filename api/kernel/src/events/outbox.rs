//! Reads the outbox: each event once in this process, whoever wrote it.

use std::{error::Error, sync::Arc, time::Duration};

use tokio::time::timeout;
use tongxin_entity::event;

use super::{
    bus::{Bus, Change},
    occasion::{Occasion, Occasions},
    outage::Outage,
    window::{COUNT, Window},
};
use crate::{error::Result, who::Authority};

/// How long the events may take to be read.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// How long a failed reading waits for the next.
const AGAIN: Duration = Duration::from_millis(500);

/// The outbox and what of it is known.
pub(super) struct Outbox {
    authority: Arc<Authority>,
    bus: Bus,
    window: Window,
}

impl Outbox {
    /// Takes what there is as known.
    pub async fn begin(authority: Arc<Authority>, bus: Bus) -> Result<Self> {
        let mut window = Window::default();
        let newest = authority.newest_events(COUNT as u64).await?;
        let floor = newest.and_then(|(newest, nth)| Window::begin(newest, nth));
        authority.events_since(floor, |event| _ = window.admit(&event)).await?;
        Ok(Self { authority, bus, window })
    }

    /// Publishes what is new at each occasion. Where nobody listens, only now and then: whoever begins to may then hear
    /// of a change half a second old.
    pub async fn follow(mut self, mut occasions: Occasions) {
        let mut outage = Outage::new("the database (events)");
        loop {
            let occasion = occasions.next().await;
            if occasion == Occasion::Commit && self.bus.open() == 0 {
                continue;
            }
            match self.look(occasion == Occasion::Poll).await {
                Ok(()) => _ = outage.answered(),
                Err(error) => {
                    outage.failed(error);
                    occasions.retry_after(AGAIN);
                }
            }
        }
    }

    async fn look(&mut self, whole: bool) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Self { authority, bus, window } = self;
        let floor = window.floor(whole);
        let read = authority.events_since(floor, |event| {
            if window.admit(&event) {
                let event::Model { kind, subject_id, region_code, .. } = event;
                bus.publish(&Change { kind, subject_id, region_code });
            }
        });
        Ok(timeout(ANSWERS_WITHIN, read).await??)
    }
}
