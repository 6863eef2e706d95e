use sea_orm::ConnectionTrait as _;

use super::{
    database::{CHANGED, PATIENCE, POLL, changed, on_postgres, within, within_a_second},
    rights::{is_secretary, until},
    stories::{COMMUNITY, end_post, secretary},
};
use crate::{error::Code, who::Subject};

#[tokio::test]
async fn a_database_that_was_gone_leaves_no_right_in_memory_and_loses_no_event() {
    on_postgres(async |world| {
        let (admin, name) = world.admin.as_ref().unwrap();
        let (person, post) = secretary(&world.db).await;
        let process = world.process(None, POLL).await;
        let mut items = process.bus.subscribe(CHANGED, None);
        assert!(is_secretary(&process, &person).await);

        admin.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await.unwrap();
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        admin.execute_unprepared(&end).await.unwrap();
        let forgotten = async {
            let refusal = loop {
                match process.authority.actor(Some(&Subject::id(&*person))).await {
                    Ok(_) => tokio::task::yield_now().await,
                    Err(refusal) => break refusal,
                }
            };
            assert_eq!(refusal.code, Code::Unavailable);
        };
        within(PATIENCE, "the rights are forgotten", forgotten).await;

        admin.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await.unwrap();
        let back = async {
            while world.db.execute_unprepared("SELECT 1").await.is_err() {}
            end_post(&world.db, &post).await;
            world.change(&process, "item_after", COMMUNITY).await;
        };
        within(PATIENCE, "the database is back", back).await;
        assert_eq!(within(PATIENCE, "an event", changed(&mut items)).await, "item_after");
        let ended = async || {
            process.authority.actor(Some(&Subject::id(&*person))).await.is_ok_and(|actor| actor.posts.len() == 1)
        };
        within_a_second(world, "the end of a post", until(&process.bus, ended)).await;
    })
    .await;
}
