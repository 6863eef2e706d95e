//! What a subscription to changed objects yields.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{Stream, stream};
use tokio::time::sleep;

use super::bus::{Bus, Signal, Subscription};
use crate::{
    clock::Clock,
    error::{Code, Refusal, Result},
    say,
    see::Reading,
    who::{
        Authority, Subject,
        actor::{Actor, Who},
    },
};

/// How often a token's expiry is looked at at least: the clock passed in may be moved.
const LOOK: Duration = Duration::from_secs(1);
/// How long a subscription waits before it asks a database again that did not answer.
const AGAIN: Duration = Duration::from_millis(500);

/// The objects of which events of this kind tell from now on, in a place and under it or everywhere: each with the
/// subscriber's right to read as it is at that moment. Changes of one object that were not taken yet come as one.
///
/// It goes on until it yields its only error: the token has expired, its account is gone or switched off, its login is linked
/// to somebody else or to nobody, or more was left waiting than is kept. A database that does not answer for a while ends nothing. Without a kind it tells that
/// something happened, by an id that is empty, and that the subscriber's own rights may be others.
pub fn changes_of(
    kind: Option<&'static str>,
    authority: Arc<Authority>,
    bus: &Bus,
    subject: Option<Subject>,
    token_expires_at: Option<DateTime<Utc>>,
    place: Option<String>,
) -> impl Stream<Item = Result<(Reading, String)>> + Send + use<> {
    let subscriber =
        Subscriber { authority, changes: bus.subscribe(kind, place), subject, who: None, every: kind.is_none() };
    stream::unfold(Some(subscriber), move |subscriber| async move {
        let mut subscriber = subscriber?;
        let clock = subscriber.authority.clock().clone();
        let next = tokio::select! {
            biased;
            () = expiry(&clock, token_expires_at) => Err(expired()),
            next = subscriber.next() => next,
        };
        let going_on = next.is_ok().then_some(subscriber);
        Some((next, going_on))
    })
}

struct Subscriber {
    authority: Arc<Authority>,
    changes: Subscription,
    subject: Option<Subject>,
    /// Who that was when it began.
    who: Option<Who>,
    /// Whether it hears of every kind.
    every: bool,
}

impl Subscriber {
    async fn next(&mut self) -> Result<(Reading, String)> {
        if self.who.is_none() {
            self.who = Some(self.actor().await?.who.clone());
        }
        loop {
            match self.changes.next().await {
                Signal::Changed(id) => return Ok((self.authority.reading(self.actor().await?), id)),
                Signal::RightsChanged => {
                    let _turn = self.changes.bus().recheck().await;
                    let actor = self.actor().await?;
                    if self.every {
                        return Ok((self.authority.reading(actor), String::new()));
                    }
                }
                Signal::Overflowed => return Err(overflowed()),
            }
        }
    }

    /// The subscriber as it is now. It stays the one that subscribed, or hears no more.
    async fn actor(&self) -> Result<Arc<Actor>> {
        loop {
            match self.authority.actor(self.subject.as_ref()).await {
                Err(refusal) if refusal.code == Code::Unavailable => sleep(AGAIN).await,
                Ok(actor) if self.who.as_ref().is_some_and(|who| *who != actor.who) => return Err(another()),
                outcome => return outcome,
            }
        }
    }
}

/// Waits until a token has expired.
async fn expiry(clock: &Clock, at: Option<DateTime<Utc>>) {
    let Some(at) = at else { return std::future::pending().await };
    loop {
        let left = at - clock.now();
        if left <= TimeDelta::zero() {
            return;
        }
        sleep(left.to_std().unwrap_or(LOOK).min(LOOK)).await;
    }
}

fn expired() -> Refusal {
    Refusal::unauthenticated(say!("令牌已过期，订阅结束", "the token has expired, so the subscription ends"))
}

fn another() -> Refusal {
    Refusal::unauthenticated(say!(
        "此登录身份所关联的人员已变更，订阅结束；请重新订阅",
        "this login is linked to somebody else now, or to nobody, so the subscription ends; subscribe again"
    ))
}

fn overflowed() -> Refusal {
    let message = say!(
        "变更积压过多，订阅结束；请重新读取并再次订阅",
        "too many changes were left waiting, so the subscription ends; read anew and subscribe again"
    );
    Refusal::new(Code::Unavailable, message)
}
