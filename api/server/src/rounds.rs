//! Waits until every thread that serves has gone through what the system holds for it: a busy one is behind.

use std::{sync::Arc, time::Duration};

use actix_web::rt;
use tokio::{
    sync::{Semaphore, watch},
    task::yield_now,
    time::timeout,
};

/// How long a thread may take.
const PATIENCE: Duration = Duration::from_millis(500);
/// Each time it gives way a thread asks the system for events, and does what they ask for before it comes back.
const TURNS: usize = 4;

pub(super) struct Rounds {
    threads: usize,
    asked: watch::Sender<u32>,
    done: Arc<Semaphore>,
}

impl Rounds {
    /// For so many threads, each of which takes part once it has said so.
    pub fn new(threads: usize) -> Self {
        Self { threads, asked: watch::Sender::new(0), done: Arc::new(Semaphore::new(0)) }
    }

    /// Has the thread that it is called on take part.
    pub fn take_part(&self) {
        let (mut asked, done) = (self.asked.subscribe(), self.done.clone());
        rt::spawn(async move {
            while asked.changed().await.is_ok() {
                for _ in 0..TURNS {
                    yield_now().await;
                }
                done.add_permits(1);
            }
        });
    }

    /// Whatever had come when this was called has been read when it returns, or a thread is stuck.
    pub async fn go(&self) {
        self.done.forget_permits(self.threads);
        self.asked.send_modify(|round| *round += 1);
        let threads = u32::try_from(self.threads).unwrap_or(u32::MAX);
        if let Ok(Ok(permits)) = timeout(PATIENCE, self.done.acquire_many(threads)).await {
            permits.forget();
        }
    }
}
