//! Brings a checked file into the database: all of it or nothing, and again without change.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, EntityTrait as _, QueryFilter as _, sea_query::Expr,
};
use serde_json::json;
use tongxin_entity::region;
use tongxin_kernel::{
    input::folded,
    store,
    who::{Deed, Operator},
};
use type_safe_id::{DynamicType, TypeSafeId};

use super::{
    Fault,
    check::{Checked, Division, check, parents_elsewhere},
    digest,
    parse::{Parsed, parse},
};

/// Rows of one statement.
const CHUNK: usize = 1000;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Rows of the file; empty ones do not count.
    pub read: usize,
    pub new: usize,
    /// Known codes whose name is another now.
    pub changed: usize,
    /// Rows that were taken, though their names are doubtful.
    pub warnings: Vec<Fault>,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The refused rows, by line.
    #[error("{} rows refused, the first in {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Refused(Vec<Fault>),
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Imports a CSV file in one transaction; `progress` hears how many rows are done. Known regions keep their ids.
pub async fn import(
    db: &DatabaseConnection,
    file: &[u8],
    progress: impl Fn(usize) + Send + Sync,
) -> Result<Report, ImportError> {
    whole(db, file, progress, None).await
}

/// The same by an operator: what it changed goes into the audit.
pub async fn import_by(
    operator: &Operator,
    db: &DatabaseConnection,
    file: &[u8],
    progress: impl Fn(usize) + Send + Sync,
    now: DateTime<Utc>,
) -> Result<Report, ImportError> {
    whole(db, file, progress, Some((operator, now))).await
}

async fn whole(
    db: &DatabaseConnection,
    file: &[u8],
    progress: impl Fn(usize) + Send + Sync,
    by: Option<(&Operator, DateTime<Utc>)>,
) -> Result<Report, ImportError> {
    let parsed = parse(file);
    let tx = store::begin(db, None).await?;
    match write(&tx, parsed, progress).await {
        Ok(report) => {
            if let Some((operator, now)) = by {
                audit(&tx, operator, &report, digest(file), now).await?;
            }
            tx.commit().await?;
            Ok(report)
        }
        Err(error) => {
            // Where this fails too, SQLite has ended it already; what was wrong first is what matters.
            tx.rollback().await.ok();
            Err(error)
        }
    }
}

async fn write(tx: &DatabaseTransaction, parsed: Parsed, progress: impl Fn(usize)) -> Result<Report, ImportError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // Two imports at once take turns; readers, and writers of other tables, do not wait.
        tx.execute_unprepared("LOCK TABLE region IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    let elsewhere = stored(tx, parents_elsewhere(&parsed)).await?.into_keys().collect::<HashSet<_>>();
    let Checked { divisions, warnings } = check(parsed, &elsewhere).map_err(ImportError::Refused)?;
    let known = stored(tx, divisions.iter().map(|division| division.code.as_str())).await?;

    let mut report = Report { read: divisions.len(), warnings, ..Report::default() };
    let (old, new): (Vec<_>, Vec<_>) = divisions.into_iter().partition(|division| known.contains_key(&division.code));
    let mut done = 0;
    for division in old {
        let kept = &known[&division.code];
        if (&kept.name, kept.kind) != (&division.name, division.kind) {
            rename(tx, kept, division).await?;
            report.changed += 1;
        }
        done += 1;
        progress(done);
    }
    report.new = new.len();
    let mut new = new.into_iter().map(row).peekable();
    while new.peek().is_some() {
        let chunk: Vec<_> = new.by_ref().take(CHUNK).collect();
        done += chunk.len();
        region::Entity::insert_many(chunk).exec_without_returning(tx).await?;
        progress(done);
    }
    Ok(report)
}

/// Nothing is to be kept of a file that changed nothing. The entry belongs to no place, as that of applied policies.
async fn audit(
    tx: &DatabaseTransaction,
    operator: &Operator,
    &Report { read, new, changed, .. }: &Report,
    digest: String,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if new + changed == 0 {
        return Ok(());
    }
    let after = Some(json!({"digest": digest, "read": read, "new": new, "changed": changed}));
    operator.audit(tx, now, Deed { action: "importDivisions", subject: "divisions", after, ..Deed::default() }).await
}

/// Those of the codes that the database has.
async fn stored(
    tx: &DatabaseTransaction,
    codes: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, region::Model>, DbErr> {
    let codes: Vec<&str> = codes.into_iter().collect();
    let mut found = HashMap::with_capacity(codes.len());
    for chunk in codes.chunks(CHUNK) {
        let regions = region::Entity::find().filter(region::Column::Code.is_in(chunk.iter().copied())).all(tx).await?;
        found.extend(regions.into_iter().map(|region| (region.code.clone(), region)));
    }
    Ok(found)
}

async fn rename(tx: &DatabaseTransaction, kept: &region::Model, division: Division) -> Result<(), DbErr> {
    region::Entity::update_many()
        .col_expr(region::Column::NameFolded, Expr::value(folded(&division.name)))
        .col_expr(region::Column::Name, Expr::value(division.name))
        .col_expr(region::Column::Kind, Expr::value(division.kind))
        .filter(region::Column::Id.eq(&kept.id))
        .exec(tx)
        .await?;
    Ok(())
}

fn row(division: Division) -> region::ActiveModel {
    let prefix = DynamicType::new("region").expect("a lower-case word");
    region::ActiveModel {
        id: Set(TypeSafeId::from_type_and_uuid(prefix, uuid::Uuid::now_v7()).to_string()),
        code: Set(division.code),
        level: Set(division.level),
        kind: Set(division.kind),
        name_folded: Set(folded(&division.name)),
        name: Set(division.name),
        parent_code: Set(division.parent),
    }
}
