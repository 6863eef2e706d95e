//! How many priorities, implementations, service items and claims stand in each state at each place.

use sea_orm_migration::prelude::*;

use crate::{
    dialect::run,
    tallies::{Tally, forget, keep},
};

/// A place is the narrowest at which such things are: wider ones are sums over the codes.
const TABLE: &str = r"
CREATE TABLE tally_state (
    kind   text NOT NULL,
    place  {code} NOT NULL,
    status text NOT NULL,
    -- Which gate of the reading lets such rows through.
    gate   {smallint} NOT NULL,
    slot   {smallint} NOT NULL,
    -- Of one slot it may be less than none.
    n      {bigint} NOT NULL,
    PRIMARY KEY (kind, place, status, gate, slot)
){strict};
";

const TALLIES: [Tally; 4] = [
    Tally {
        table: "priority",
        place: "street_code",
        gate: "CASE WHEN {r}.published_at IS NOT NULL THEN 0 ELSE 1 END",
        columns: "street_code, status, published_at",
    },
    Tally { table: "implementation", place: "community_code", gate: "0", columns: "community_code, status" },
    Tally {
        table: "service_item",
        place: "community_code",
        gate: "CASE WHEN {r}.opened_at IS NOT NULL THEN 0 ELSE 1 END",
        columns: "community_code, status, opened_at",
    },
    Tally { table: "claim", place: "community_code", gate: "0", columns: "community_code, status" },
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLE).await?;
        for tally in &TALLIES {
            keep(manager, tally).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for tally in &TALLIES {
            forget(manager, tally).await?;
        }
        run(manager, "DROP TABLE tally_state;").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
