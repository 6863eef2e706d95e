//! The database goes away, by a cut connection or by silence, and comes back.

use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait as _;
use serde_json::Value;

use crate::{
    client::Client,
    program::{PATIENCE, Program, eventually},
    proxy::Proxy,
    town::{DRAFT, Town, item, serving},
};

/// How long the database is away.
const AWAY: Duration = Duration::from_secs(10);
/// Within which a request is told that the service cannot serve, if the database refuses connections.
const PROMPT: Duration = Duration::from_secs(6);
/// Within which a request ends, whatever the database does.
const DEADLINE: Duration = Duration::from_secs(11);
/// Within which the process says that it is alive, whatever the database does.
const ALIVE: Duration = Duration::from_secs(1);
const QUERY: &str = "{ serviceItems(first: 3) { nodes { id } } }";

/// A process whose way to the database leads through a proxy.
struct Far {
    town: Town,
    proxy: Proxy,
    program: Program,
    stranger: Client,
    worker: Client,
    secretary: Client,
}

impl Far {
    async fn start() -> Option<Self> {
        let town = Town::found().await?;
        let proxy = Proxy::start(&town.server()).await;
        let mut command = town.serve();
        command.env("DATABASE_URL", town.url_by(&proxy.address().to_string()));
        let (program, address) = serving(command).await;
        let stranger = Client::new(&address, None);
        let worker = town.account(&address, "community-worker").await;
        let secretary = town.account(&address, "community-secretary").await;
        Some(Self { town, proxy, program, stranger, worker, secretary })
    }

    /// Asks everything again and again, for so long at least, and until all of it was told in time: a machine that is
    /// busy with other things misses that now and then, but not every time.
    async fn is_unavailable(&self, at_least: Duration, limit: Duration) {
        let (begun, mut told, mut rounds) = (Instant::now(), false, Vec::new());
        while begun.elapsed() < at_least || !told {
            let (alive, all) = self.refuses_everything().await;
            told |= alive <= ALIVE && all <= limit;
            rounds.push((alive, all));
            assert!(told || rounds.len() < 4 || begun.elapsed() < at_least, "alive, all told after {rounds:?}");
        }
        println!("alive, all told after {rounds:?}");
    }

    /// How long it takes to say that the process is alive, and to refuse everything.
    async fn refuses_everything(&self) -> (Duration, Duration) {
        let begun = Instant::now();
        let alive = async {
            assert_eq!(self.stranger.get("/healthz").await.0, 200);
            let alive = begun.elapsed();
            let (status, text) = self.stranger.get("/readyz").await;
            assert_eq!(status, 503, "{text}");
            assert!(text.contains("UNAVAILABLE"), "{text}");
            alive
        };
        let answers = async {
            tokio::join!(
                self.stranger.ask(QUERY, Value::Null),
                self.worker.ask(QUERY, Value::Null),
                self.worker.ask("{ me { name } region(code: \"120106001\") { name } }", Value::Null),
                self.worker.ask(DRAFT, item("数据库不在", 1)),
                self.secretary.ask(DRAFT, item("数据库不在", 1)),
            )
        };
        let (alive, (a, b, c, d, e)) = tokio::join!(alive, answers);
        for answer in [a, b, c, d, e] {
            answer.is_unavailable();
        }
        (alive, begun.elapsed())
    }

    async fn is_back(&self) {
        let ready = async || (self.stranger.get("/readyz").await.0 == 200).then_some(());
        let ((), took) = eventually(PATIENCE, "ready again", ready).await;
        println!("ready again after {took:?}");
        self.stranger.ask(QUERY, Value::Null).await.data();
    }

    async fn leave(mut self) {
        self.program.signal("TERM");
        assert_eq!(self.program.ended(PATIENCE).await.code, Some(0));
        self.proxy.cut().await;
        self.town.leave().await;
    }
}

#[tokio::test]
async fn gone_for_ten_seconds_and_back_without_a_restart() {
    let Some(mut far) = Far::start().await else { return };
    far.worker.ask(DRAFT, item("之前", 1)).await.data();
    far.secretary.ask(DRAFT, item("之前", 1)).await.data();
    far.proxy.cut().await;
    // Rights end meanwhile, past the service.
    let end = "UPDATE post SET ended_at = now(), end_reason = '测试' WHERE role = 'community_worker'";
    far.town.db.execute_unprepared(end).await.unwrap();
    far.is_unavailable(AWAY, PROMPT).await;
    far.proxy.mend().await;
    // What was remembered of rights is never used after the outage: the first answer that is one is a refusal.
    let first = async || Some(far.worker.ask(DRAFT, item("之后", 1)).await).filter(|answer| answer.status != 503);
    let (first, _) = eventually(PATIENCE, "an answer", first).await;
    assert_eq!(first.code(), "FORBIDDEN", "{first:?}");
    far.is_back().await;
    far.secretary.ask(DRAFT, item("之后", 1)).await.data();
    far.leave().await;
}

#[tokio::test]
async fn silent_and_back_without_a_restart() {
    let Some(far) = Far::start().await else { return };
    far.worker.ask(DRAFT, item("之前", 1)).await.data();
    far.proxy.fall_silent();
    far.is_unavailable(Duration::ZERO, DEADLINE).await;
    far.proxy.speak();
    far.is_back().await;
    far.secretary.ask(DRAFT, item("之后", 1)).await.data();
    far.leave().await;
}
