//! The filled city on real databases: SQLite always, PostgreSQL where `TONGXIN_TEST_POSTGRES` names one.

mod city;
mod offices;
mod start;
mod work;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DatabaseConnection, EntityTrait as _, FromQueryResult, PaginatorTrait as _, Statement};
use tongxin_entity::{organisation, person, post, rating, service_item};

use super::{fill, is_filled};
use crate::divisions::{embedded, import, tests::database::on_each};

/// A late evening in China, so that its day is not that of UTC.
pub(super) fn now() -> DateTime<Utc> {
    "2026-11-22T17:30:00.123456Z".parse().unwrap()
}

pub(super) fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

/// Runs the test on a fresh small city in each database.
pub(super) async fn on_each_city(test: impl AsyncFn(&DatabaseConnection)) {
    on_each(async |db| {
        import(db, embedded("hongqiao").unwrap(), |_| ()).await.unwrap();
        fill(db, now(), sealed).await.unwrap();
        test(db).await;
    })
    .await;
}

/// A seal that shows in the row what it was given.
fn sealed(person: &str, phone: &str) -> (String, String) {
    (format!("{person}/{phone}"), format!("{}****{}", &phone[..3], &phone[7..]))
}

/// The rows of a query, so that a test can say what it expects of them.
pub(super) async fn rows<T: FromQueryResult>(db: &DatabaseConnection, sql: &str) -> Vec<T> {
    T::find_by_statement(Statement::from_string(db.get_database_backend(), sql)).all(db).await.unwrap()
}

async fn sizes(db: &DatabaseConnection) -> [u64; 5] {
    [
        organisation::Entity::find().count(db).await.unwrap(),
        person::Entity::find().count(db).await.unwrap(),
        post::Entity::find().count(db).await.unwrap(),
        service_item::Entity::find().count(db).await.unwrap(),
        rating::Entity::find().count(db).await.unwrap(),
    ]
}

#[tokio::test]
async fn a_second_filling_changes_nothing() {
    on_each_city(async |db| {
        let before = sizes(db).await;
        assert!(before.iter().all(|&rows| rows > 0), "{before:?}");
        fill(db, now() + chrono::TimeDelta::days(3), |_, _| panic!("nobody is added")).await.unwrap();
        assert_eq!(sizes(db).await, before);
    })
    .await;
}

#[tokio::test]
async fn without_divisions_nothing_is_written() {
    on_each(async |db| {
        let error = fill(db, now(), sealed).await.unwrap_err();
        assert!(error.to_string().contains("120106"), "{error}");
        assert!(!is_filled(db).await.unwrap());
        assert_eq!(sizes(db).await, [0; 5]);
    })
    .await;
}
