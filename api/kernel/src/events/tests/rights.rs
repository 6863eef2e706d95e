use std::sync::Arc;

use tongxin_policies::Role;

use super::{
    database::{CHANGED, PATIENCE, POLL, Process, on_each, within, within_a_second},
    stories::{end_post, secretary},
};
use crate::{events::Bus, who::Subject};

pub async fn is_secretary(process: &Process, person: &str) -> bool {
    let actor = process.authority.actor(Some(&Subject::id(person))).await.unwrap();
    actor.posts.iter().any(|post| Role::parse("community_secretary") == Some(post.role))
}

/// Waits until what was known of rights is dropped often enough for the condition to hold.
pub async fn until(bus: &Bus, condition: impl AsyncFn() -> bool) {
    let mut signals = bus.subscribe(CHANGED, None);
    while !condition().await {
        signals.next().await;
    }
}

#[tokio::test]
async fn a_post_ended_anywhere_is_ended_everywhere_within_a_second() {
    on_each(async |world| {
        let (person, post) = secretary(&world.db).await;
        let (one, other) = (world.process(None, POLL).await, world.process(None, POLL).await);
        assert!(is_secretary(&one, &person).await);
        let before = other.authority.actor(Some(&Subject::id(&*person))).await.unwrap();
        let again = other.authority.actor(Some(&Subject::id(&*person))).await.unwrap();
        assert!(Arc::ptr_eq(&before, &again), "rights are remembered");
        end_post(&world.db, &post).await;
        let felt = async |process: &Process| until(&process.bus, async || !is_secretary(process, &person).await).await;
        within_a_second(world, "the end of a post", async { tokio::join!(felt(&one), felt(&other)) }).await;
        assert_eq!(before.posts.len(), 2, "who was decided upon before keeps the answer got");
    })
    .await;
}

#[tokio::test]
async fn rights_stay_in_memory_while_nothing_changes() {
    on_each(async |world| {
        let (person, _) = secretary(&world.db).await;
        let process = world.process(None, POLL / 10).await;
        let mut items = process.bus.subscribe(CHANGED, None);
        let mut kept = false;
        // On a busy machine the counter of rights may not be read in time, and then rights are forgotten as they should.
        for round in 0..5 {
            let known = process.authority.actor(Some(&Subject::id(&*person))).await.unwrap();
            for item in ["item_a", "item_b", "item_c"].map(|item| format!("{item}_{round}")) {
                world.change(&process, &item, "120106001002").await;
                within(PATIENCE, &item, super::database::changed(&mut items)).await;
            }
            let again = process.authority.actor(Some(&Subject::id(&*person))).await.unwrap();
            kept = Arc::ptr_eq(&known, &again);
            if kept {
                break;
            }
        }
        assert!(kept, "an event changes nobody's rights");
    })
    .await;
}
