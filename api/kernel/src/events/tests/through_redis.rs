use super::{
    database::{CHANGED, NEVER, PATIENCE, POLL, changed, noon, on_each, within, within_a_second, write_event},
    redis_server::RedisServer,
    rights::{is_secretary, until},
    stories::{COMMUNITY, end_post, secretary},
};
use crate::{
    error::Code,
    events::{Bus, Settings, Watcher},
};

#[tokio::test]
async fn hints_wake_other_processes_and_come_back_with_redis() {
    on_each(async |world| {
        let Some(mut redis) = RedisServer::start().await else { return };
        let (person, post) = secretary(&world.db).await;
        let url = redis.url();
        // These never look by themselves: what they hear of, a hint told them.
        let (one, other) = (world.process(Some(&url), NEVER).await, world.process(Some(&url), NEVER).await);
        let mut items = other.bus.subscribe(CHANGED, None);
        world.change(&one, "item_first", COMMUNITY).await;
        assert_eq!(within(PATIENCE, "the first hint", changed(&mut items)).await, "item_first");
        for item in ["item_a", "item_b", "item_c"] {
            world.change(&one, item, COMMUNITY).await;
            assert_eq!(within(PATIENCE, "a hint", changed(&mut items)).await, item);
        }
        assert!(is_secretary(&other, &person).await);
        end_post(&world.db, &post).await;
        world.change(&one, "item_x", COMMUNITY).await;
        let felt = until(&other.bus, async || !is_secretary(&other, &person).await);
        within(PATIENCE, "the end of a post by a hint", felt).await;
        assert_eq!(changed(&mut items).await, "item_x");

        redis.kill().await;
        // No hint tells of this one.
        write_event(&world.db, noon(), "item_d", COMMUNITY).await;
        redis.start_again().await;
        assert_eq!(within(PATIENCE, "what a dead Redis kept silent", changed(&mut items)).await, "item_d");
        world.change(&one, "item_e", COMMUNITY).await;
        assert_eq!(within(PATIENCE, "the first hint after it", changed(&mut items)).await, "item_e");
        for item in ["item_f", "item_g"] {
            world.change(&one, item, COMMUNITY).await;
            assert_eq!(within(PATIENCE, "a hint after it", changed(&mut items)).await, item);
        }
    })
    .await;
}

#[tokio::test]
async fn without_redis_nothing_takes_longer_than_a_second() {
    on_each(async |world| {
        let Some(mut redis) = RedisServer::start().await else { return };
        let (person, post) = secretary(&world.db).await;
        let url = redis.url();
        let (one, other) = (world.process(Some(&url), POLL).await, world.process(Some(&url), POLL).await);
        let mut items = other.bus.subscribe(CHANGED, None);
        redis.kill().await;
        for item in ["item_a", "item_b", "item_c"] {
            world.change(&one, item, COMMUNITY).await;
            assert_eq!(within_a_second(world, "an event with Redis dead", changed(&mut items)).await, item);
        }
        assert!(is_secretary(&other, &person).await);
        end_post(&world.db, &post).await;
        let felt = until(&other.bus, async || !is_secretary(&other, &person).await);
        within_a_second(world, "the end of a post with Redis dead", felt).await;
    })
    .await;
}

#[tokio::test]
async fn a_process_starts_without_its_redis_but_not_with_nonsense() {
    on_each(async |world| {
        let process = world.process(Some("redis://127.0.0.1:1"), POLL).await;
        let settings = Settings { redis_url: Some("nonsense".to_owned()), policy_version: 0 };
        let refused = Watcher::start(process.authority.clone(), Bus::new(), settings).await;
        assert_eq!(refused.err().unwrap().code, Code::InvalidInput);
    })
    .await;
}
