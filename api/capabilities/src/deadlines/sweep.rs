//! Last days that were counted through days of which the working calendar knew nothing are counted anew, until it does.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait as _, QueryResult};
use serde_json::json;
use tongxin_kernel::{
    act::{Chore, Counted, DeclaredDeadline, Done, Permit, Record, Work},
    error::Result,
};

use super::declared;

/// How many rows are looked at together.
const BATCH: usize = 100;

/// 重算期限: by a calendar that knows more. No other day moves.
#[derive(Default)]
pub struct RecountDays;

impl Chore for RecountDays {
    const NAME: &'static str = "recountDeadlines";

    async fn run(&self, work: &Work<Self>) -> Result<Vec<Done>> {
        let permit = work.as_system();
        for (deadline, counted) in declared().filter_map(|one| Some((one, one.counted?))) {
            let moved = recount(&permit, deadline, counted).await?;
            if !moved.is_empty() {
                return Ok(moved);
            }
        }
        Ok(Vec::new())
    }
}

/// The next rows that move; none when all were looked at.
async fn recount(permit: &Permit<'_, RecountDays>, deadline: &DeclaredDeadline, counted: Counted) -> Result<Vec<Done>> {
    let mut after = String::new();
    loop {
        let rows = provisional(permit, deadline, counted, &after).await?;
        let mut moved = Vec::new();
        for row in &rows {
            moved.extend(count(permit, deadline, counted, row).await?);
        }
        match rows.last() {
            Some(last) if moved.is_empty() && rows.len() == BATCH => after = last.try_get("", "id")?,
            _ => return Ok(moved),
        }
    }
}

async fn provisional(
    permit: &Permit<'_, RecountDays>,
    deadline: &DeclaredDeadline,
    Counted { since, due, provisional, .. }: Counted,
    after: &str,
) -> Result<Vec<QueryResult>> {
    let mut sql = permit.sql();
    sql.push(&format!("SELECT r.id, r.version, r.{since} AS since, r.{due} AS due, "));
    sql.push_template(deadline.region, "r", "r").push(" AS place FROM ").push((deadline.shape)().table);
    sql.push(&format!(" r WHERE r.{provisional} AND r.id > ")).bind(after).push(" AND ");
    deadline.push_runs(&mut sql, "r");
    sql.push(" ORDER BY r.id LIMIT ").bind(BATCH as i64);
    Ok(permit.db().query_all_raw(sql.into_statement()).await?)
}

/// Counts one anew, unless it changes just now.
async fn count(
    permit: &Permit<'_, RecountDays>,
    deadline: &DeclaredDeadline,
    Counted { due, provisional, period, .. }: Counted,
    row: &QueryResult,
) -> Result<Option<Done>> {
    let (id, version): (String, i32) = (row.try_get("", "id")?, row.try_get("", "version")?);
    let (since, before): (DateTime<Utc>, NaiveDate) = (row.try_get("", "since")?, row.try_get("", "due")?);
    let counted = permit.due(since, period(permit.rules()));
    if counted.provisional && counted.day() == before {
        return Ok(None);
    }
    let mut sql = permit.sql();
    sql.push("UPDATE ").push((deadline.shape)().table).push(&format!(" SET {due} = ")).bind(counted.day());
    sql.push(&format!(", {provisional} = ")).bind(counted.provisional).push(", version = version + 1, updated_at = ");
    sql.bind(permit.now()).push(" WHERE id = ").bind(id.clone()).push(" AND version = ").bind(version);
    if permit.db().execute_raw(sql.into_statement()).await?.rows_affected() == 0 {
        return Ok(None);
    }
    let told = |day: NaiveDate, provisional: bool| {
        Some(json!({"deadline": deadline.kind.code, "dueOn": day, "provisional": provisional}))
    };
    Ok(Some(Done::new(Record {
        subject: id,
        region_code: row.try_get("", "place")?,
        before: told(before, true),
        after: told(counted.day(), counted.provisional),
        ..Record::default()
    })))
}
