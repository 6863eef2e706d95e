//! Facts of a district from the files of its operator: each file all of it or nothing, and again without change.

mod checkins;
mod compounds;
mod contracts;
mod logins;
mod organisations;
mod people;
mod posts;
mod refused;
mod run;
mod sheet;

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use tongxin_kernel::{clock::Clock, privacy::SealingKeys, store, who::Operator};
use tongxin_policies::Table;

pub use run::Counts;
pub use sheet::BYTES;

use self::{run::Run, sheet::Sheet};
use crate::divisions::{Fault, digest};

/// Why nothing of a file was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The refused rows, by line.
    #[error("{} rows refused", .0.len())]
    Refused(Vec<Fault>),
    #[error("{0}")]
    Unable(String),
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// A file of one sort: its name without `.csv`, its columns, and which of them it must have.
#[derive(Debug)]
pub struct Kind {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    needed: &'static [&'static str],
    /// The columns that hold codes of places.
    places: &'static [&'static str],
}

/// Every sort, in the order in which they rest on each other.
pub const KINDS: &[Kind] =
    &[compounds::KIND, organisations::KIND, people::KIND, posts::KIND, contracts::KIND, checkins::KIND, logins::KIND];

/// What an import goes by.
pub struct By<'a> {
    pub policy: &'a Table,
    pub sealing: &'a SealingKeys,
    pub clock: &'a Clock,
    /// Whose external ids the files carry.
    pub source: &'a str,
    /// Who imports, for the audit.
    pub operator: &'a Operator,
}

/// Imports one file.
///
/// # Errors
/// What is wrong with it; nothing of it is kept then.
pub async fn import(db: &DatabaseConnection, kind: &Kind, file: &[u8], by: &By<'_>) -> Result<Counts, ImportError> {
    // Read before the transaction, which only checks and writes.
    let sheet = Sheet::parse(file, kind.columns, kind.needed).map_err(ImportError::Refused)?;
    let tx = store::begin(db, None).await?;
    match within(&tx, kind, (&sheet, file), by).await {
        Ok(counts) => {
            tx.commit().await?;
            Ok(counts)
        }
        Err(error) => {
            tx.rollback().await.ok();
            Err(error)
        }
    }
}

/// Does everything that importing these files one after another would, and keeps nothing; what each would bring.
///
/// # Errors
/// Those of the first that would be refused, with its place among the files.
pub async fn rehearse(
    db: &DatabaseConnection,
    files: &[(&Kind, Vec<u8>)],
    by: &By<'_>,
) -> Result<Vec<Counts>, (usize, ImportError)> {
    let tx = store::begin(db, None).await.map_err(|error| (0, error.into()))?;
    let mut all = Vec::new();
    for (at, (kind, file)) in files.iter().enumerate() {
        let sheet = Sheet::parse(file, kind.columns, kind.needed).map_err(ImportError::Refused);
        let outcome = match &sheet {
            Ok(sheet) => within(&tx, kind, (sheet, file), by).await,
            Err(_) => sheet.map(|_| Counts::default()),
        };
        match outcome {
            Ok(counts) => all.push(counts),
            Err(error) => {
                tx.rollback().await.ok();
                return Err((at, error));
            }
        }
    }
    tx.rollback().await.map_err(|error| (0, error.into()))?;
    Ok(all)
}

async fn within(
    tx: &DatabaseTransaction,
    kind: &Kind,
    (sheet, file): (&Sheet, &[u8]),
    by: &By<'_>,
) -> Result<Counts, ImportError> {
    let run = Run::begin(tx, kind.name, by).await?;
    write(run, kind, sheet, digest(file)).await
}

async fn write(mut run: Run<'_>, kind: &Kind, sheet: &Sheet, digest: String) -> Result<Counts, ImportError> {
    let mut codes = Vec::new();
    for mut row in sheet.rows() {
        codes.extend(kind.places.iter().filter_map(|column| row.digits(column)));
    }
    run.learn_places(codes).await?;
    match kind.name {
        "compounds" => compounds::write(&mut run, sheet).await?,
        "organisations" => organisations::write(&mut run, sheet).await?,
        "people" => people::write(&mut run, sheet).await?,
        "posts" => posts::write(&mut run, sheet).await?,
        "contracts" => contracts::write(&mut run, sheet).await?,
        "checkins" => checkins::write(&mut run, sheet).await?,
        _ => logins::write(&mut run, sheet).await?,
    }
    run.conclude(digest).await?;
    Ok(run.counts)
}

/// The items of all rows, or every fault of them.
fn read_all<T>(
    run: &mut Run<'_>,
    sheet: &Sheet,
    read: impl Fn(&mut Run<'_>, &mut sheet::Cells<'_>) -> Option<T>,
) -> Result<Vec<(usize, T)>, ImportError> {
    let mut items = Vec::with_capacity(sheet.len());
    for mut cells in sheet.rows() {
        let (line, item) = (cells.line, read(run, &mut cells));
        match cells.into_fault() {
            Some(fault) => run.faults.push(fault),
            None => items.extend(item.map(|item| (line, item))),
        }
    }
    if run.faults.is_empty() { Ok(items) } else { Err(ImportError::Refused(std::mem::take(&mut run.faults))) }
}

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn every_file_and_column_is_documented() {
        let told = include_str!("../../../docs/importing.md");
        for kind in KINDS {
            let row = told.lines().find(|line| line.starts_with(&format!("| `{}.csv` |", kind.name)));
            let row = row.unwrap_or_else(|| panic!("docs/importing.md tells of no {}.csv", kind.name));
            for column in kind.columns {
                assert!(row.contains(&format!("`{column}`")), "docs/importing.md: {}.csv has {column}", kind.name);
            }
        }
    }
}
