//! How to-dos are read.

use std::sync::LazyLock;

use async_graphql::{
    Context, ID, InputType,
    registry::{MetaInputValue, Registry},
};
use tongxin_kernel::{
    act::{TodoFilter, push_todos},
    error::{Refusal, Result},
    say,
    scalars::Date,
    see::{Field, Gates, Owner, Shape, Shaped, Sql, argument, labels, parameter},
    who::actor::Actor,
};

use super::awaited;
use crate::{Node, regions::Region};

/// The most that are told at once.
const MOST: i32 = 100;

/// The order of the counts.
pub(super) const BY_KIND: &str = "{c}.kind";

/// The most that are counted of one sort.
const COUNTED: i64 = 1000;

fn shape(name: &'static str, description: &'static str, table: &'static str, fields: Vec<Field>) -> Shape {
    let gates = Gates::by_way_of_the_actor();
    Shape { name, description, prefix: None, table, only: "", gates, owner: Owner::default(), interfaces: &[], fields }
}

/// 待办.
pub struct Todos;

impl Shaped for Todos {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            let items = "待办事项 · 等待调用者办理的对象，先到期的在前 · what waits for the caller, due soonest first";
            let counts = "各类待办数 · 各类待办各有多少 · how many of each sort wait for the caller";
            let fields = vec![
                Field::made::<Todo>(
                    "items",
                    items_of,
                    "coalesce(CAST({c}.due_on AS text), '9999'), {c}.subject_id",
                    items,
                )
                .takes(|registry| {
                    let mut all = places(registry);
                    let (text, int) =
                        (<Option<String>>::create_type_info(registry), <Option<i32>>::create_type_info(registry));
                    all.push(argument(
                        "kind",
                        text,
                        None,
                        "类别 · 只取此类待办，如 `acceptClaim`，最多 200 字 · only those of this sort, such as `acceptClaim`; up to 200 characters",
                    ));
                    all.push(argument(
                        "first",
                        int,
                        None,
                        "前几条 · 最多几条，0 至 100，不填为 20 · how many at most; 0 to 100, 20 unless given",
                    ));
                    all
                })
                .at_most(MOST)
                .costs(150, 2, 40),
                Field::made::<TodoCount>("counts", counts_of, BY_KIND, counts).takes(places).costs(150, 0, 100),
            ];
            shape("Todos", "待办 · 等待调用者办理的全部事项 · what waits for the caller", "(SELECT 1 AS one)", fields)
        });
        &SHAPE
    }
}

/// 待办事项.
pub struct Todo;

impl Shaped for Todo {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            let fields = vec![
                Field::text(
                    "kind",
                    "{c}.kind",
                    "类别 · 最先等待办理的事项，如 `acceptClaim` · the first act that it waits for, such as `acceptClaim`",
                ),
                labels(),
                Field::by_id::<Node>(
                    "subject",
                    "{c}.subject_id",
                    "对象 · 等待办理的对象，调用者可办的全部事项见其 `possibleActs` · what waits; its `possibleActs` tells all that the caller may do",
                ),
                Field::scalar::<Date>(
                    "dueOn",
                    "{c}.due_on",
                    "期限 · 有期限时为最后一天 · by when, where there is a deadline",
                )
                .nullable(),
                Field::one::<Region>("region", "{c}.code = {p}.region_code", "地点 · 对象所在的地点 · where it is")
                    .nullable(),
            ];
            shape("Todo", "待办事项 · 等待调用者办理的一个对象 · an object that waits for the caller", "", fields)
        });
        &SHAPE
    }
}

/// 待办数.
pub struct TodoCount;

impl Shaped for TodoCount {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            let fields = vec![
                Field::text(
                    "kind",
                    "{c}.kind",
                    "类别 · 最先等待办理的事项，如 `acceptClaim` · the first act that they wait for, such as `acceptClaim`",
                ),
                labels(),
                Field::scalar::<i32>(
                    "count",
                    "{c}.count",
                    "数目 · 等待办理的数量，最多计到 1000 · how many wait; up to 1,000",
                ),
                Field::text(
                    "shown",
                    "CASE WHEN {c}.count >= 1000 THEN '1000+' ELSE CAST({c}.count AS text) END",
                    "显示 · 显示用的数目，超出计数范围时为 `1000+` · the number as it is shown: `1000+` beyond what is counted",
                ),
            ];
            shape(
                "TodoCount",
                "待办数 · 某一类待办的对象有多少 · how many objects of one sort wait for the caller",
                "",
                fields,
            )
        });
        &SHAPE
    }
}

fn places(registry: &mut Registry) -> Vec<MetaInputValue> {
    let text = <Option<String>>::create_type_info(registry);
    let id = <Option<ID>>::create_type_info(registry);
    vec![argument("regionCode", text, None, PLACE), argument("postId", id, None, POST)]
}

pub(super) const PLACE: &str = "地点 · 在此地或其下辖各地，填统计代码，最多 20 位 · of this place or anything under it, by statistical code; up to 20 characters";
pub(super) const POST: &str = "岗位 · 只取调用者以此岗位可以办理的 · only what may be done by this post of the caller";

/// The post that an argument names, which is one of the caller's.
///
/// # Errors
/// `INVALID_INPUT` for any other.
pub(super) fn post_of(actor: &Actor, post_id: Option<ID>) -> Result<Option<String>> {
    let post_id = post_id.map(|id| id.0);
    let holds = |id: &String| actor.posts.iter().any(|post| post.id.as_ref() == Some(id));
    match post_id {
        Some(id) if !holds(&id) => {
            let message = say!("“{id}”不是您在任的岗位", "{id:?} is no post of yours in force");
            Err(Refusal::invalid("postId", "UNKNOWN", message))
        }
        post_id => Ok(post_id),
    }
}

fn filter(sql: &Sql<'_>, ctx: &Context<'_>) -> Result<TodoFilter> {
    Ok(TodoFilter {
        kind: None,
        region_code: parameter(ctx, "regionCode")?,
        post_id: post_of(sql.actor, parameter(ctx, "postId")?)?,
    })
}

fn items_of(sql: &mut Sql<'_>, _: &str, ctx: &Context<'_>) -> Result<()> {
    let first = parameter(ctx, "first")?.unwrap_or(20);
    if !(0..=MOST).contains(&first) {
        let message = say!("应在 0 到 {MOST} 之间，收到 {first}", "must be between 0 and {MOST}, not {first}");
        return Err(Refusal::invalid("first", "OUT_OF_RANGE", message));
    }
    let filter = TodoFilter { kind: parameter(ctx, "kind")?, ..filter(sql, ctx)? };
    push_todos(sql, awaited(), &filter, first.into(), Some(first.into()));
    Ok(())
}

pub(super) fn counts_of(sql: &mut Sql<'_>, _: &str, ctx: &Context<'_>) -> Result<()> {
    let filter = filter(sql, ctx)?;
    push_counts(sql, &filter);
    Ok(())
}

/// Writes the to-dos counted by sort, as rows of a table.
pub(super) fn push_counts(sql: &mut Sql<'_>, filter: &TodoFilter) {
    sql.push("(SELECT kind, zh, en, CAST(count(*) AS integer) AS count FROM ");
    push_todos(sql, awaited(), filter, COUNTED, None);
    sql.push(" waiting GROUP BY kind, zh, en)");
}
