//! `tongxin check tallies`

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, Statement};
use tongxin_capabilities::all;
use tongxin_kernel::catalogue::Capability;

use super::place;
use crate::{app::StartError, config::Config};

pub async fn run(config: &Config) -> Result<(), StartError> {
    let db = place::open(config).await?;
    let differences = recount(&db).await?;
    if differences.is_empty() {
        println!("tallies: all as counted anew");
        return Ok(());
    }
    let told =
        differences.iter().map(|Difference { kind, place, status, by }| format!("{kind} {place} {status} {by:+}"));
    let told = told.collect::<Vec<_>>().join("\n");
    Err(StartError::Refused(format!(
        "{} counts differ from the rows (table, place, state, by how much the count is too high):\n{told}",
        differences.len()
    )))
}

/// Where a count differs from the rows.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    /// What is counted: the table.
    pub kind: &'static str,
    pub place: String,
    pub status: String,
    /// By how much the count is too high.
    pub by: i64,
}

/// Counts everything that leads a life anew, and tells where what the database keeps differs from that; one snapshot for
/// each table.
///
/// # Errors
/// Those of the database.
pub async fn recount(db: &DatabaseConnection) -> Result<Vec<Difference>, DbErr> {
    let mut all_of_them = Vec::new();
    for shape in all().iter().flat_map(Capability::lives).map(|life| (life.shape)()) {
        let Some(tally) = shape.tally() else { continue };
        let statement = Statement::from_string(db.get_database_backend(), tally.recounted(shape));
        for row in db.query_all_raw(statement).await? {
            let (place, status, by) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            all_of_them.push(Difference { kind: shape.table, place, status, by });
        }
    }
    Ok(all_of_them)
}
