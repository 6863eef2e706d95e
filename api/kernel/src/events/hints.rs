//! Hints through Redis that something was committed, so that other processes look at once. They carry no data, and
//! nothing depends on their arrival.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use redis::{
    Client, RedisError, RedisResult,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::{occasion::armed, outage::Outage};
use crate::{
    error::{Refusal, Result},
    say,
};

const CHANNEL: &str = "tongxin:changed";
const PAYLOAD: &str = "committed";
/// The first wait before another attempt, and the longest.
const AGAIN: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
/// How long Redis may take to let somebody listen, or to answer that it still does.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often a silent connection is tried: its other end may be gone without a word.
const SILENCE: Duration = Duration::from_secs(10);

/// Tells every process to look now; for whoever changed the database without serving from it.
///
/// # Errors
/// When Redis does not take it in time. Nothing is lost by that: they look by themselves before long.
pub async fn hint(url: &str) -> RedisResult<()> {
    timeout(PATIENCE, Hints::new(url)?.publish_one()).await.map_err(std::io::Error::from)?
}

/// Whether Redis answers.
///
/// # Errors
/// `INVALID_INPUT` for a URL that is none, which stops the start; what is inside is no more than an outage.
pub async fn reach_redis(url: &str) -> Result<RedisResult<()>> {
    let mut hints = Hints::told(url)?;
    let ping = async { redis::cmd("PING").exec_async(&mut hints.publisher).await };
    Ok(timeout(PATIENCE, ping).await.map_err(|late| RedisError::from(std::io::Error::from(late))).flatten())
}

/// One process's way to hint and be hinted at.
#[derive(Clone)]
pub(super) struct Hints {
    client: Client,
    publisher: ConnectionManager,
    /// Tells one's own hints from those of others: what this process committed it has looked at already.
    payload: String,
}

impl Hints {
    /// Connects when it is first needed.
    pub fn new(url: &str) -> RedisResult<Self> {
        let client = Client::open(url)?;
        let config = ConnectionManagerConfig::new().set_number_of_retries(0);
        let publisher = ConnectionManager::new_lazy_with_config(client.clone(), config)?;
        let payload = format!("{PAYLOAD} {:016x}", rand::random::<u64>());
        Ok(Self { client, publisher, payload })
    }

    /// The same by a URL of the configuration.
    pub fn told(url: &str) -> Result<Self> {
        Self::new(url).map_err(|_| {
            // The URL may hold a password: it is not repeated.
            Refusal::invalid("REDIS_URL", "INVALID_URL", say!("不是有效的 Redis 地址", "is not the URL of a Redis"))
        })
    }

    /// Publishes a hint after commits. Commits while one is under way share the next; one that fails is still owed.
    pub async fn publish(self, committed: Arc<Notify>) {
        let mut outage = Outage::new("Redis (publishing)");
        let mut next = armed(&committed);
        loop {
            next.await;
            next = armed(&committed);
            let mut again = AGAIN.0;
            while let Err(error) = self.publish_one().await {
                outage.failed(error);
                sleep(again).await;
                again = (again * 2).min(AGAIN.1);
            }
            outage.answered();
        }
    }

    async fn publish_one(&self) -> RedisResult<()> {
        let mut publisher = self.publisher.clone();
        redis::cmd("PUBLISH").arg(CHANNEL).arg(&self.payload).exec_async(&mut publisher).await
    }

    /// Tells the watcher of each hint of another process, and after each gap in which one may have been lost.
    pub async fn listen(self, hint: Arc<Notify>) {
        let mut outage = Outage::new("Redis (listening)");
        let mut again = AGAIN.0;
        loop {
            let error = match self.hear(&hint, &mut outage).await {
                Ok(()) => {
                    again = AGAIN.0;
                    "the connection ended".to_owned()
                }
                Err(error) => error.to_string(),
            };
            outage.failed(error);
            sleep(again).await;
            again = (again * 2).min(AGAIN.1);
        }
    }

    /// Listens until the connection ends, or fails to begin.
    async fn hear(&self, hint: &Notify, outage: &mut Outage) -> RedisResult<()> {
        let begin = async {
            let mut listener = self.client.get_async_pubsub().await?;
            listener.subscribe(CHANNEL).await?;
            Ok::<_, RedisError>(listener)
        };
        let listener = timeout(PATIENCE, begin).await.map_err(std::io::Error::from)??;
        outage.answered();
        hint.notify_waiters();
        let (mut sink, mut messages) = listener.split();
        loop {
            match timeout(SILENCE, messages.next()).await {
                Ok(Some(message)) if message.get_payload_bytes() == self.payload.as_bytes() => {}
                Ok(Some(_)) => hint.notify_waiters(),
                Ok(None) => return Ok(()),
                Err(_) => {
                    let alive = timeout(PATIENCE, sink.ping::<redis::Value>()).await;
                    if !matches!(alive, Ok(Ok(_))) {
                        return Ok(());
                    }
                }
            }
        }
    }
}
