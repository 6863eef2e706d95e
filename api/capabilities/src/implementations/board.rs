//! The lists of implementations: their conditions.

use async_graphql::ID;
use tongxin_entity::implementation::ImplementationStatus;
use tongxin_kernel::{
    filter,
    scalars::Date,
    see::{Condition, Sql},
};

use super::shape::{ADOPT_BY, push_open, push_overdue};

filter!(ImplementationFilter: "落实筛选 · 筛选落实的条件，须全部符合 · conditions on implementations; all given must hold", vec![
    Condition::community("{c}.community_code"),
    Condition::street("{c}.community_code"),
    Condition::equal::<ID>("priorityId", "{c}.priority_id", "重点任务 · 属于此重点任务 · of this priority"),
    Condition::status::<ImplementationStatus>("{c}.status"),
    Condition::holds("open", "未了结 · 填 true 取仍待办理的，填 false 取已了结的 · of which something may still be done, or nothing any more", push_open).costs(13),
    Condition::region("{c}.community_code"),
    Condition::status_in::<ImplementationStatus>("{c}.status"),
    Condition::until::<Date>("dueBy", ADOPT_BY, "承接期限不晚于 · 承接或提出异议的最后一天在这一天或之前 · whose last day to adopt or object is on or before this day").costs(13),
    Condition::overdue(push_overdue).costs(13),
    Condition::mine(mine),
    Condition::updated_since("{c}.updated_at"),
]);

/// Whether it is assigned to a community that a post of the caller governs.
fn mine(sql: &mut Sql<'_>, row: &str) {
    let governed = sql.actor.posts.iter().filter_map(|post| post.governs.clone()).collect::<Vec<_>>();
    sql.push(row).push(".community_code IN ").bind_list(&governed);
}
