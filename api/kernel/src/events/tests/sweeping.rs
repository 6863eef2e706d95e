use chrono::TimeDelta;
use sea_orm::{ActiveValue::Set, EntityTrait as _, TransactionTrait as _};
use tongxin_entity::{event, idempotency_key};

use super::database::{NEVER, noon, on_each, write_event};

#[tokio::test]
async fn only_what_nobody_needs_is_deleted_a_part_at_a_time() {
    on_each(async |world| {
        let process = world.process(None, NEVER).await;
        let tx = world.db.begin().await.unwrap();
        for n in 0..1200 {
            write_event(&tx, noon(), &format!("item_{n}"), "120106001002").await;
        }
        write_event(&tx, noon() + TimeDelta::days(7), "item_today", "120106001002").await;
        for (key, at) in [("old", noon()), ("young", noon() + TimeDelta::days(1))] {
            let row = idempotency_key::ActiveModel {
                actor: Set("person_a".to_owned()),
                key: Set(key.to_owned()),
                body_hash: Set(String::new()),
                answer: Set(None),
                created_at: Set(at),
            };
            idempotency_key::Entity::insert(row).exec_without_returning(&tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        process.watcher.stop().await;

        process.clock.advance(TimeDelta::days(7) + TimeDelta::hours(1));
        assert!(process.authority.sweep().await.unwrap(), "more than one part");
        assert!(!process.authority.sweep().await.unwrap());
        let left = event::Entity::find().all(&world.db).await.unwrap();
        assert_eq!(left.iter().map(|event| &event.subject_id).collect::<Vec<_>>(), ["item_today"]);
        let left = idempotency_key::Entity::find().all(&world.db).await.unwrap();
        assert_eq!(left.iter().map(|key| &key.key).collect::<Vec<_>>(), ["young"]);
    })
    .await;
}
