use chrono::TimeDelta;
use sea_orm::TransactionTrait as _;

use super::database::{
    CHANGED, PATIENCE, POLL, changed, noon, on_each, on_postgres, within, within_a_second, write_event,
};

const HERE: &str = "120106001002";

#[tokio::test]
async fn what_one_process_commits_reaches_every_subscriber_once() {
    on_each(async |world| {
        write_event(&world.db, noon(), "item_before", HERE).await;
        let (one, other) = (world.process(None, POLL).await, world.process(None, POLL).await);
        let mut here = one.bus.subscribe(CHANGED, None);
        let mut there = other.bus.subscribe(CHANGED, None);
        // Each wait spans another look at the window; a second delivery of an older one would come first.
        for item in ["item_a", "item_b", "item_c", "item_d"] {
            world.change(&one, item, HERE).await;
            let both = async { tokio::join!(changed(&mut here), changed(&mut there)) };
            let both = within_a_second(world, "an event without Redis", both).await;
            assert_eq!(both, (item.to_owned(), item.to_owned()));
        }
    })
    .await;
}

#[tokio::test]
async fn the_process_that_commits_tells_its_own_subscribers_at_once() {
    on_each(async |world| {
        let process = world.process(None, super::database::NEVER).await;
        let mut items = process.bus.subscribe(CHANGED, None);
        for item in ["item_a", "item_b"] {
            world.change(&process, item, HERE).await;
            assert_eq!(within(PATIENCE, "an event in the same process", changed(&mut items)).await, item);
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_behind_a_newer_one_is_not_lost() {
    on_each(async |world| {
        let process = world.process(None, POLL).await;
        let mut items = process.bus.subscribe(CHANGED, None);
        write_event(&world.db, noon(), "item_new", HERE).await;
        assert_eq!(within(PATIENCE, "the newer one", changed(&mut items)).await, "item_new");
        // A replica whose clock is ten seconds behind.
        write_event(&world.db, noon() - TimeDelta::seconds(10), "item_old", HERE).await;
        assert_eq!(within(PATIENCE, "the older one", changed(&mut items)).await, "item_old");
    })
    .await;
}

#[tokio::test]
async fn transactions_that_commit_in_another_order_both_arrive() {
    on_postgres(async |world| {
        let process = world.process(None, POLL).await;
        let mut items = process.bus.subscribe(CHANGED, None);
        let first = world.db.begin().await.unwrap();
        write_event(&first, noon(), "item_first", HERE).await;
        let second = world.db.begin().await.unwrap();
        write_event(&second, noon() + TimeDelta::seconds(1), "item_second", HERE).await;
        second.commit().await.unwrap();
        assert_eq!(within(PATIENCE, "the later, first", changed(&mut items)).await, "item_second");
        first.commit().await.unwrap();
        assert_eq!(within(PATIENCE, "the earlier, last", changed(&mut items)).await, "item_first");
    })
    .await;
}

#[tokio::test]
async fn a_burst_of_commits_arrives_whole() {
    on_each(async |world| {
        let (one, other) = (world.process(None, POLL).await, world.process(None, POLL).await);
        let mut items = other.bus.subscribe(CHANGED, None);
        let mut missing = (0..600).map(|n| format!("item_{n}")).collect::<std::collections::HashSet<_>>();
        let burst = world.db.begin().await.unwrap();
        for item in &missing {
            write_event(&burst, one.clock.now(), item, HERE).await;
        }
        burst.commit().await.unwrap();
        let all = async {
            while !missing.is_empty() {
                let item = changed(&mut items).await;
                assert!(missing.remove(&item), "{item} came twice");
            }
        };
        within(PATIENCE, "600 events", all).await;
    })
    .await;
}
