//! Clients that write without a pause: half of them under a retry key, with which they ask again until they are answered.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{sync::watch, task::JoinSet};

use super::{CLIENTS, breath};
use crate::{
    client::{Answer, Client},
    program::{PATIENCE, eventually},
    town::{DRAFT, item},
};

/// What the clients do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Work,
    Rest,
}

/// What became of what was asked.
#[derive(Default, Clone)]
pub struct Written {
    /// Ids and titles of what was acknowledged.
    pub acknowledged: Vec<(String, String)>,
    /// The titles of all that was asked; each is asked for as one thing.
    pub asked: Vec<String>,
    pub refused: usize,
}

pub struct Load {
    clients: Vec<Client>,
    shared: Arc<Shared>,
    workers: JoinSet<()>,
    name: String,
}

struct Shared {
    written: Mutex<Written>,
    phase: watch::Sender<Phase>,
    running: AtomicUsize,
}

/// Whether what bears this title is asked for under a key, which is the title.
pub fn has_key(title: &str) -> bool {
    title.ends_with("key")
}

impl Load {
    pub fn start(clients: Vec<Client>, name: &str) -> Self {
        let (written, phase) = (Mutex::default(), watch::Sender::new(Phase::Work));
        let shared = Arc::new(Shared { written, phase, running: AtomicUsize::new(0) });
        let mut workers = JoinSet::new();
        for worker in 0..CLIENTS {
            let (client, shared) = (clients[worker % clients.len()].clone(), shared.clone());
            let name = format!("{name}-{worker}");
            workers.spawn(async move {
                let end = if worker % 2 == 0 { "key" } else { "once" };
                for number in 0.. {
                    let title = format!("{name}-{number}-{end}");
                    loop {
                        match shared.write_in_turn(&client, &title).await {
                            Some(false) if has_key(&title) => breath().await,
                            Some(done) => {
                                if !done {
                                    breath().await;
                                }
                                break;
                            }
                            None => return,
                        }
                    }
                }
            });
        }
        Self { clients, shared, workers, name: name.to_owned() }
    }

    pub fn anybody(&self) -> &Client {
        &self.clients[0]
    }

    fn written(&self) -> Written {
        self.shared.written.lock().unwrap().clone()
    }

    /// Waits until so many more are acknowledged.
    pub async fn acknowledges(&self, more: usize) {
        let until = self.written().acknowledged.len() + more;
        let enough = async || (self.written().acknowledged.len() >= until).then_some(());
        eventually(PATIENCE, "more are acknowledged", enough).await;
    }

    /// Lets everybody finish what runs, and begin nothing.
    pub async fn rest(&self) {
        self.shared.phase.send_replace(Phase::Rest);
        let idle = async || (self.shared.running.load(Ordering::SeqCst) == 0).then_some(());
        eventually(PATIENCE, "nothing runs", idle).await;
    }

    pub fn work(&self) {
        self.shared.phase.send_replace(Phase::Work);
    }

    /// Waits until so many more were refused; where they are `counted`, asks one by one until exactly so many were.
    pub async fn is_refused(&self, times: usize, counted: bool) {
        let until = self.written().refused + times;
        let mut number = 0;
        let enough = async || {
            if counted && self.written().refused < until {
                let title = format!("{}-counted-{number}-once", self.name);
                number += 1;
                self.shared.write(&self.clients[number % self.clients.len()], &title).await;
            }
            (self.written().refused >= until).then_some(())
        };
        eventually(PATIENCE, "it refuses", enough).await;
    }

    /// What was written, when all have found the service gone.
    pub async fn over(mut self) -> Written {
        self.work();
        while let Some(ended) = self.workers.join_next().await {
            ended.expect("no client was told what it should not be");
        }
        self.written()
    }
}

impl Shared {
    /// Waits for the phase to work, and asks; whether it was acknowledged, or nothing where the service is gone.
    async fn write_in_turn(&self, client: &Client, title: &str) -> Option<bool> {
        let mut phase = self.phase.subscribe();
        loop {
            phase.wait_for(|phase| *phase == Phase::Work).await.ok()?;
            self.running.fetch_add(1, Ordering::SeqCst);
            // It may have changed before this was counted.
            if *phase.borrow() == Phase::Work {
                break;
            }
            self.running.fetch_sub(1, Ordering::SeqCst);
        }
        let done = self.write(client, title).await;
        self.running.fetch_sub(1, Ordering::SeqCst);
        done
    }

    async fn write(&self, client: &Client, title: &str) -> Option<bool> {
        {
            let mut written = self.written.lock().unwrap();
            if written.asked.last().is_none_or(|last| last != title) {
                written.asked.push(title.to_owned());
            }
        }
        let key = has_key(title).then_some(title);
        let answer: Answer = client.try_ask(DRAFT, item(title, 1), key).await.ok()?;
        let mut written = self.written.lock().unwrap();
        if answer.status == 200 {
            let id = answer.data()["draftServiceItem"]["serviceItem"]["id"].as_str().unwrap().to_owned();
            written.acknowledged.push((id, title.to_owned()));
            return Some(true);
        }
        answer.is_unavailable();
        written.refused += 1;
        Some(false)
    }
}
