use chrono::TimeDelta;
use sea_orm::{ActiveValue::Set, ConnectionTrait as _, DbBackend, EntityTrait as _, Statement, TransactionTrait as _};
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

#[tokio::test]
async fn the_counts_of_connections_are_gathered_and_stay_what_they_are() {
    on_each(async |world| {
        let backend = world.db.get_database_backend();
        let process = world.process(None, NEVER).await;
        process.watcher.stop().await;
        let counts = async || {
            let sql = "SELECT place, status, CAST(sum(n) AS bigint) AS n, count(*) AS slots FROM tally_state
                       GROUP BY place, status ORDER BY place, status";
            let rows = world.db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
            rows.iter()
                .map(|row| row.try_get_many_by_index::<(String, String, i64, i64)>().unwrap())
                .collect::<Vec<_>>()
        };
        for (status, slot, n) in [("OPEN", 0, 5), ("OPEN", 3, -2), ("OPEN", 7, 1), ("DONE", 3, 2)] {
            let row =
                format!("INSERT INTO tally_state VALUES ('service_item', '120106001002', '{status}', 0, {slot}, {n})");
            world.db.execute_unprepared(&row).await.unwrap();
        }
        let told = |slots: [i64; 2]| {
            let place = "120106001002".to_owned();
            vec![(place.clone(), "DONE".to_owned(), 2, slots[0]), (place, "OPEN".to_owned(), 4, slots[1])]
        };
        assert_eq!(counts().await, told([1, 3]));
        for _ in 0..2 {
            process.authority.sweep().await.unwrap();
            // SQLite has one writer, and one slot.
            assert_eq!(counts().await, told(if backend == DbBackend::Postgres { [1, 1] } else { [1, 3] }));
        }
    })
    .await;
}
