//! A fresh database for each test, of each kind there is, and processes that serve from it.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use sea_orm::{ActiveValue::Set, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait as _};
use tokio::time::{sleep, timeout};
use tongxin_entity::event;
use tongxin_migration::{Migrator, MigratorTrait as _};

use crate::{
    calendar::Calendar,
    clock::Clock,
    events::{Bus, Settings, Signal, Subscription, Watcher},
    id::new_id,
    privacy::SealingKeys,
    rules::Rules,
    who::{Authority, Parts, load_policy},
};

/// How long anything may take that has no limit of its own: the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Within which a change must be felt in another process.
const A_SECOND: Duration = Duration::from_secs(1);
/// The half second of the service, and a poll that never comes, so that only hints can have woken somebody.
pub const POLL: Duration = Duration::from_millis(500);
/// A kind of event.
pub const CHANGED: &str = "thing.changed";
pub const NEVER: Duration = Duration::from_secs(3600);

pub struct World {
    url: String,
    /// The test's own connection, which no process knows of.
    pub db: DatabaseConnection,
    /// The server's own database, on PostgreSQL: to take the other one away.
    pub admin: Option<(DatabaseConnection, String)>,
}

pub struct Process {
    pub authority: Arc<Authority>,
    pub bus: Bus,
    pub watcher: Watcher,
    pub clock: Clock,
}

/// Runs the test on each kind of database.
pub async fn on_each(test: impl AsyncFn(&World)) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display());
    let db = connect(&url).await;
    db.execute_unprepared("PRAGMA journal_mode = WAL").await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    test(&World { url, db, admin: None }).await;
    on_postgres(test).await;
}

/// Runs it on PostgreSQL, where the environment names one.
pub async fn on_postgres(test: impl AsyncFn(&World)) {
    let Ok(server) = std::env::var("TONGXIN_TEST_POSTGRES") else {
        return eprintln!("not run on PostgreSQL: TONGXIN_TEST_POSTGRES names none");
    };
    let admin = connect(&server).await;
    let name = format!("tongxin_events_{}", uuid::Uuid::now_v7().simple());
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (base, _) = server.rsplit_once('/').expect("a URL with a database");
    let url = format!("{base}/{name}");
    let db = connect(&url).await;
    Migrator::up(&db, None).await.unwrap();
    let world = World { url, db, admin: Some((admin.clone(), name.clone())) };
    let outcome = AssertUnwindSafe(test(&world)).catch_unwind().await;
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(4).acquire_timeout(PATIENCE).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

pub fn noon() -> DateTime<Utc> {
    "2026-03-10T04:00:00Z".parse().unwrap()
}

impl World {
    /// A process that has looked at the database once, so that what it remembers from now on it keeps for a reason.
    pub async fn process(&self, redis_url: Option<&str>, poll: Duration) -> Process {
        let db = connect(&self.url).await;
        let (policy, policy_version) = load_policy(&db).await.unwrap();
        let (clock, bus) = (Clock::manual(noon()), Bus::new());
        let keys = tempfile::tempdir().unwrap();
        let sealing = SealingKeys::open_or_create(&keys.path().join("sealing-keys.json")).unwrap();
        let authority = Authority::new(Parts {
            db,
            policy,
            clock: clock.clone(),
            rules: rules(),
            calendar: Calendar::embedded(),
            writes_within: Duration::from_secs(20),
            sealing,
        });
        let settings = Settings { redis_url: redis_url.map(str::to_owned), policy_version };
        let mut first_look = bus.subscribe(CHANGED, None);
        let watcher = Watcher::start_polling(authority.clone(), bus.clone(), settings, poll).await.unwrap();
        assert_eq!(within(PATIENCE, "the first look", first_look.next()).await, Signal::RightsChanged);
        Process { authority, bus, watcher, clock }
    }

    /// A change of a service item as a committed act leaves it, written by the process.
    pub async fn change(&self, by: &Process, item: &str, region: &str) {
        write_event(&self.db, by.clock.now(), item, region).await;
        by.authority.committed().notify_waiters();
    }
}

pub async fn write_event(db: &impl ConnectionTrait, at: DateTime<Utc>, item: &str, region: &str) {
    let row = event::ActiveModel {
        id: Set(new_id("event", at).unwrap()),
        kind: Set(CHANGED.to_owned()),
        subject_id: Set(item.to_owned()),
        region_code: Set(region.to_owned()),
        created_at: Set(at),
    };
    event::Entity::insert(row).exec_without_returning(db).await.unwrap();
}

/// Waits for it, but not for long.
pub async fn within<T>(limit: Duration, what: &str, future: impl Future<Output = T>) -> T {
    let begun = tokio::time::Instant::now();
    let found = timeout(limit, future).await.unwrap_or_else(|_| panic!("{what}: not within {limit:?}"));
    eprintln!("{what}: after {:?}", begun.elapsed());
    found
}

/// Waits for what must be felt within a second; on a machine so busy that half a second and a query take as long, within
/// twice the time of these.
pub async fn within_a_second<T>(world: &World, what: &str, future: impl Future<Output = T>) -> T {
    let begun = tokio::time::Instant::now();
    let felt = async { (within(PATIENCE, what, future).await, begun.elapsed()) };
    let half = async {
        sleep(POLL).await;
        world.db.execute_unprepared("SELECT 1").await.unwrap();
        begun.elapsed()
    };
    let ((found, took), half) = tokio::join!(felt, half);
    assert!(took <= A_SECOND.max(2 * half), "{what}: after {took:?}, where half a second took {half:?}");
    found
}

/// The next changed object.
pub async fn changed(subscription: &mut Subscription) -> String {
    loop {
        match subscription.next().await {
            Signal::Changed(id) => return id,
            Signal::RightsChanged => {}
            Signal::Overflowed => panic!("overflowed"),
        }
    }
}

fn rules() -> Rules {
    Rules {
        claim_start_days: 3,
        claim_overdue_days: 7,
        lapse_window_days: 90,
        lapses_until_suspension: 3,
        suspension_days: 30,
        close_after_days: 14,
        adopt_within_days: 10,
        judge_working_days: 5,
    }
}
