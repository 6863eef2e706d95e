//! Deadlines 期限: by when something is to be done, as the capabilities declare it of their objects.

mod shape;
mod sweep;

use std::{collections::HashMap, sync::LazyLock};

use async_graphql::Context;
use tongxin_kernel::{
    act::{Counted, DeclaredDeadline, deadlines_of, push_columns, push_deadlines, push_told},
    catalogue::{Capability, RootField},
    error::{Refusal, Result},
    rules::Rules,
    say,
    scalars::Date,
    see::{self, Field, Many, Request, Shaped, Sql, parameter, push_rest, push_within},
};

use self::{shape::Deadline, sweep::RecountDays};
use crate::all;

/// The most that are told at once.
const MOST: i32 = 100;

/// By when what was handed in is judged: columns that every such table has.
pub const HANDED_IN: Counted =
    Counted { since: "submitted_at", due: "judge_by", provisional: "judge_by_provisional", period: Rules::judging };

pub fn capability() -> Capability {
    Capability::new().query(deadlines()).chore::<RecountDays>()
}

fn deadlines() -> RootField {
    let about = "期限列表 · 调用者可见的各对象尚未办结的期限，先到期的在前 · deadlines that are not met, of whatever the caller may see, due soonest first";
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
        .takes::<Option<bool>>("paused", "已暂停 · 填 true 取暂停计算的，填 false 取正在计算的 · that stand still, or not")
        .takes::<Option<String>>(
            "supervisedBy",
            "督办地点 · 逾期后已上报到此街道或区的，填统计代码，最多 20 位 · overdue ones that have climbed to this street or district, by statistical code; up to 20 characters",
        )
        .takes::<Option<bool>>("supervised", "由我督办 · 逾期后已上报到调用者任职单位所管之地的；填 false 取全部 · overdue ones that have climbed to a place which an organisation of the caller's posts governs; or, with `false`, all")
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
    let paused: Option<bool> = parameter(ctx, "paused")?;
    let supervisors = supervisors(sql, ctx)?;
    let today = sql.today;
    push_told(sql, |sql| {
        for (at, one) in declared().filter(|one| kind.as_deref().is_none_or(|kind| kind == one.kind.code)).enumerate() {
            let (row, name) = (sql.alias(), sql.alias());
            sql.push(if at > 0 { " UNION ALL SELECT * FROM (SELECT " } else { "SELECT * FROM (SELECT " });
            push_columns(sql, one, &row);
            sql.push(" FROM ").push((one.shape)().table).push(" ").push(&row).push(" WHERE ");
            one.push_unmet(sql, &row);
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
                sql.push(if overdue { " AND " } else { " AND NOT (" });
                one.push_runs(sql, &row);
                sql.push(" AND ");
                one.push_due(sql, &row);
                sql.push(" < ").bind(today).push(if overdue { "" } else { ")" });
            }
            if let Some(paused) = paused {
                sql.push(if paused { " AND NOT " } else { " AND " });
                one.push_runs(sql, &row);
            }
            for places in &supervisors {
                sql.push(" AND ");
                one.push_supervised(sql, &row, places);
            }
            sql.push(" ORDER BY ");
            one.push_due(sql, &row);
            sql.push(", ").push(&row).push(".id LIMIT ").bind(i64::from(first)).push(") ").push(&name);
        }
    });
    sql.push(" ORDER BY due_on, subject_id, kind LIMIT ").bind(i64::from(first)).push(")");
    Ok(())
}

/// The places of which each list must have one that supervises.
fn supervisors(sql: &mut Sql<'_>, ctx: &Context<'_>) -> Result<Vec<Vec<String>>> {
    let by: Option<String> = parameter(ctx, "supervisedBy")?;
    if let Some(code) = &by {
        sql.names_place("supervisedBy", code);
    }
    let mine = parameter(ctx, "supervised")?.unwrap_or(false);
    let governed = || sql.actor.posts.iter().filter_map(|post| post.governs.clone()).collect::<Vec<_>>();
    Ok(by.map(|code| vec![code]).into_iter().chain(mine.then(governed)).collect())
}
