//! Deadlines 期限: by when something is to be done, as the capabilities declare it of their objects.

mod shape;

use std::{collections::HashMap, sync::LazyLock};

use async_graphql::Context;
use tongxin_kernel::{
    act::{DeclaredDeadline, deadlines_of, push_columns, push_deadlines},
    catalogue::{Capability, RootField},
    error::{Refusal, Result},
    say,
    scalars::Date,
    see::{self, Field, Many, Request, Shaped, Sql, parameter, push_rest, push_within},
};

use self::shape::Deadline;
use crate::all;

/// The most that are told at once.
const MOST: i32 = 100;

pub fn capability() -> Capability {
    Capability::new().query(deadlines())
}

fn deadlines() -> RootField {
    let about = "期限列表 · 调用者可见的各对象正在计算的期限，先到期的在前 · deadlines that run, of whatever the caller may see, due soonest first";
    let field = RootField::new::<Many<Deadline>>("deadlines", "public", about, |ctx| {
        Box::pin(async move {
            see::made(ctx, &Request::of(ctx)?.reading(), listed, "{c}.due_on, {c}.subject_id, {c}.kind").await
        })
    });
    field
        .takes::<Option<String>>("kind", "类别 · 只取此类期限，如 `START_CLAIM`，最多 200 字 · only of this sort, such as `START_CLAIM`; up to 200 characters")
        .takes::<Option<String>>(
            "regionCode",
            "地点 · 在此地或其下辖各地，填统计代码，最多 20 位 · of this place or anything under it, by statistical code; up to 20 characters",
        )
        .takes::<Option<Date>>("dueBy", "截止不晚于 · 期限在这一天或之前 · due on or before this day")
        .takes::<Option<bool>>("overdue", "逾期 · 填 true 取已过期限的，填 false 取未过期限的 · whose last day is over, or not yet")
        .takes::<Option<i32>>("first", "前几条 · 最多几条，0 至 100，不填为 20 · how many at most; 0 to 100, 20 unless given")
}

fn declared() -> impl Iterator<Item = &'static DeclaredDeadline> {
    all().iter().flat_map(Capability::deadlines)
}

/// The field of a shape that tells the deadlines of its objects.
pub fn deadlines_on<T: Shaped>() -> Field {
    deadlines_of::<Deadline>(|sql, row, _| {
        static BY_SHAPE: LazyLock<HashMap<&'static str, Vec<&'static DeclaredDeadline>>> = LazyLock::new(|| {
            let mut all = HashMap::<_, Vec<_>>::new();
            declared().for_each(|one| all.entry((one.shape)().name).or_default().push(one));
            all
        });
        let name = T::shape().name;
        let of = BY_SHAPE.get(name).ok_or_else(|| Refusal::internal(format!("{name} declares no deadline")))?;
        push_deadlines(sql, of, row);
        Ok(())
    })
}

fn listed(sql: &mut Sql<'_>, _: &str, ctx: &Context<'_>) -> Result<()> {
    let first = parameter(ctx, "first")?.unwrap_or(20);
    if !(0..=MOST).contains(&first) {
        let message = say!("应在 0 到 {MOST} 之间，收到 {first}", "must be between 0 and {MOST}, not {first}");
        return Err(Refusal::invalid("first", "OUT_OF_RANGE", message));
    }
    let (kind, place): (Option<String>, Option<String>) = (parameter(ctx, "kind")?, parameter(ctx, "regionCode")?);
    let (due_by, overdue): (Option<Date>, Option<bool>) = (parameter(ctx, "dueBy")?, parameter(ctx, "overdue")?);
    if let Some(kind) = kind.as_deref().filter(|kind| declared().all(|one| one.kind.code != *kind)) {
        return Err(Refusal::invalid(
            "kind",
            "UNKNOWN",
            say!("没有“{kind}”这类期限", "there is no deadline of the sort {kind:?}"),
        ));
    }
    let today = sql.today;
    sql.push("(SELECT * FROM (");
    for (at, one) in declared().filter(|one| kind.as_deref().is_none_or(|kind| kind == one.kind.code)).enumerate() {
        let (row, name) = (sql.alias(), sql.alias());
        sql.push(if at > 0 { " UNION ALL SELECT * FROM (SELECT " } else { "SELECT * FROM (SELECT " });
        push_columns(sql, one, &row);
        sql.push(" FROM ").push((one.shape)().table).push(" ").push(&row).push(" WHERE ");
        one.push_runs(sql, &row);
        sql.push(" AND ");
        push_rest(sql, (one.shape)(), &row);
        sql.push(" AND ");
        one.push_due(sql, &row);
        sql.push(" IS NOT NULL");
        if let Some(code) = &place {
            sql.names_place("regionCode", code).push(" AND ");
            push_within(sql, one.region, &row, code);
        }
        if let Some(day) = due_by {
            sql.push(" AND ");
            one.push_due(sql, &row);
            sql.push(" <= ").bind(day.0);
        }
        if let Some(overdue) = overdue {
            sql.push(" AND ");
            one.push_due(sql, &row);
            sql.push(if overdue { " < " } else { " >= " }).bind(today);
        }
        sql.push(" ORDER BY ");
        one.push_due(sql, &row);
        sql.push(", ").push(&row).push(".id LIMIT ").bind(i64::from(first)).push(") ").push(&name);
    }
    sql.push(") every ORDER BY due_on, subject_id, kind LIMIT ").bind(i64::from(first)).push(")");
    Ok(())
}
