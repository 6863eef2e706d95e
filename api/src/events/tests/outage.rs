use std::time::Duration;

use sea_orm::ConnectionTrait as _;

use super::{
    database::{A_SECOND, POLL, changed, on_postgres, within},
    rights::{is_secretary, until},
    stories::{COMMUNITY, end_post, secretary},
};
use crate::{error::Code, events::SERVICE_ITEM_CHANGED};

/// What a pool needs to notice that its connections are gone and to make new ones.
const RECOVERY: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_database_that_was_gone_leaves_no_right_in_memory_and_loses_no_event() {
    on_postgres(async |world| {
        let (admin, name) = world.admin.as_ref().unwrap();
        let (person, post) = secretary(&world.db).await;
        let process = world.process(None, POLL).await;
        let mut items = process.bus.subscribe(SERVICE_ITEM_CHANGED, None);
        assert!(is_secretary(&process, &person).await);

        admin.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await.unwrap();
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        admin.execute_unprepared(&end).await.unwrap();
        let forgotten = async {
            let refusal = loop {
                match process.authority.actor(Some(&person)).await {
                    Ok(_) => tokio::task::yield_now().await,
                    Err(refusal) => break refusal,
                }
            };
            assert_eq!(refusal.code, Code::Unavailable);
        };
        within(RECOVERY, "the rights are forgotten", forgotten).await;

        admin.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await.unwrap();
        let back = async {
            while world.db.execute_unprepared("SELECT 1").await.is_err() {}
            end_post(&world.db, &post).await;
            world.change(&process, "item_after", COMMUNITY).await;
        };
        within(RECOVERY, "the database is back", back).await;
        assert_eq!(within(RECOVERY, "an event", changed(&mut items)).await, "item_after");
        let ended = async || process.authority.actor(Some(&person)).await.is_ok_and(|actor| actor.posts.len() == 1);
        within(A_SECOND, "the end of a post", until(&process.bus, ended)).await;
    })
    .await;
}
