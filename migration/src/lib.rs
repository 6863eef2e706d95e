//! The schema of the database, for SQLite and PostgreSQL, as a history that never changes once released.
//!
//! A migration says its tables in plain DDL, once for both databases; [`dialect`] fills in what they name differently.
//! Nothing here imports the entities: they follow today's schema, a migration keeps the day it was written.

mod dialect;
mod m20261126_000001_regions;
mod m20261126_000002_organisations;
mod m20261126_000003_people_and_posts;
mod m20261126_000004_alliances;
mod m20261126_000005_priorities;
mod m20261126_000006_service_items;
mod m20261126_000007_audit_and_retries;
mod m20261126_000008_authority;
mod m20261126_000009_tallies;
mod m20261126_000010_first_posts;
mod m20261126_000011_links;
mod m20261126_000012_founding;
mod m20261126_000014_imports;
mod m20261126_000015_erasure;
mod tallies;
mod terms;
mod words;

pub use sea_orm_migration::{MigrationStatus, MigratorTrait};

use sea_orm_migration::prelude::*;

/// Runs the migrations: `Migrator::up(db, None)`, `Migrator::down(db, None)`, `Migrator::status(db)`.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261126_000001_regions::Migration),
            Box::new(m20261126_000002_organisations::Migration),
            Box::new(m20261126_000003_people_and_posts::Migration),
            Box::new(m20261126_000004_alliances::Migration),
            Box::new(m20261126_000005_priorities::Migration),
            Box::new(m20261126_000006_service_items::Migration),
            Box::new(m20261126_000007_audit_and_retries::Migration),
            Box::new(m20261126_000008_authority::Migration),
            Box::new(m20261126_000009_tallies::Migration),
            Box::new(m20261126_000010_first_posts::Migration),
            Box::new(m20261126_000011_links::Migration),
            Box::new(m20261126_000012_founding::Migration),
            Box::new(m20261126_000014_imports::Migration),
            Box::new(m20261126_000015_erasure::Migration),
        ]
    }
}
