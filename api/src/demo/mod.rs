//! The demo city: invented organisations, people and work on real divisions, placed so that every rule can be tried.
//!
//! [`fill`] writes the small city that `demo` starts from; [`fill_city`] adds one of the size that is measured. Each is one
//! transaction, so a database has all of it or nothing. Tables of plain data say what there is (`accounts`, `organisations`,
//! `places`, `priorities`, `items`); the rest turns them into rows. Dates count from the day of the filling.

mod accounts;
mod cast;
mod city;
mod items;
mod organisations;
mod page;
mod people;
mod places;
mod priorities;
mod rows;
mod samples;
mod story;
mod trail;
mod when;
mod work;

pub use accounts::{ACCOUNTS, Account};
pub use city::{fill_city, is_city_filled};
pub use page::{Ticket, start_page};
pub use samples::{Level, Sample, sample};
pub use story::{Step, story};

use cast::Cast;
use chrono::{DateTime, Utc};
use places::Divisions;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _,
};
use sea_orm_migration::SchemaManager;
use tongxin_entity::{client_application, organisation, person};
use tongxin_kernel::store;
use when::When;

/// Whether the database has the demo city.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_filled(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let first = person::Entity::find().filter(person::Column::Account.eq(ACCOUNTS[0].name));
    Ok(first.count(db).await? > 0)
}

/// Whether a demo may have the database to itself: it holds nobody and nothing, or the demo city and no account that is
/// not the demo's. Divisions do not count, and a database without a schema is empty.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_disposable(db: &DatabaseConnection) -> Result<bool, DbErr> {
    if !SchemaManager::new(db).has_table("person").await? {
        return Ok(true);
    }
    if !is_filled(db).await? {
        let anything = person::Entity::find().count(db).await? + organisation::Entity::find().count(db).await?;
        return Ok(anything == 0);
    }
    let ours = || ACCOUNTS.iter().map(|account| account.name);
    let people = person::Entity::find().filter(person::Column::Account.is_not_in(ours()));
    let clients = client_application::Entity::find().filter(client_application::Column::Account.is_not_in(ours()));
    Ok(people.count(db).await? + clients.count(db).await? == 0)
}

/// Fills the database with the demo city as of `now`; one that has it already stays as it is. The divisions of Hongqiao must
/// have been imported. `seal` makes of a person's id and phone number how it is kept and how it is shown.
///
/// # Errors
/// When the divisions are missing or the database refuses; then nothing is written.
pub async fn fill(
    db: &DatabaseConnection,
    now: DateTime<Utc>,
    seal: impl Fn(&str, &str) -> (String, String),
) -> Result<(), DbErr> {
    let tx = store::begin(db, None).await?;
    if is_filled(&tx).await? {
        return tx.rollback().await;
    }
    let divisions = Divisions::read(&tx, places::DISTRICT).await?;
    let mut cast = Cast::new(When::new(now));
    organisations::add(&mut cast, &divisions)?;
    places::add(&mut cast)?;
    people::add(&mut cast, &divisions, seal)?;
    organisations::join(&mut cast)?;
    priorities::add(&mut cast, &divisions)?;
    work::add(&mut cast, &divisions)?;
    cast.rows.insert(&tx, cast.when.now).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests;
