//! The lists of priorities: states, conditions and orders.

use async_graphql::{
    Context, Enum, InputType,
    registry::{MetaInputValue, Registry},
};
use tongxin_entity::priority::PriorityStatus;
use tongxin_kernel::{
    error::Result,
    filter,
    see::{Condition, Key, Keys, Order, Sql, USE_REGION, argument, parameter, push_within},
};

filter!(PriorityFilter: "重点任务筛选 · 筛选重点任务的条件，须全部符合 · conditions on priorities; all given must hold", vec![
    Condition::of_place("streetCode", "街道 · 由此街道下达，填 9 位统计代码 · set by this street, by its 9-digit code", set_by).deprecated(USE_REGION),
    Condition::status::<PriorityStatus>("{c}.status"),
    Condition::of_place("communityCode", "社区 · 下达给此社区，填 12 位统计代码 · set for this community, by its 12-digit code", set_for).costs(13)
        .deprecated(USE_REGION),
    Condition::of_place(
        "regionCode",
        "所在地 · 由此地或其下辖各地下达，或下达给此社区，填任一级统计代码 · set by this place or anything under it, or for this community, by statistical code of any level",
        push_place,
    )
    .costs(13),
    Condition::status_in::<PriorityStatus>("{c}.status"),
    Condition::due_by("{c}.due_on"),
    Condition::overdue(overdue),
    Condition::mine(mine),
    Condition::updated_since("{c}.updated_at"),
]);

fn set_by(sql: &mut Sql<'_>, row: &str, street: &str) {
    sql.push(row).push(".street_code = ").bind(street);
}

fn set_for(sql: &mut Sql<'_>, row: &str, community: &str) {
    sql.push("EXISTS (SELECT 1 FROM priority_target d WHERE d.priority_id = ").push(row).push(".id");
    sql.push(" AND d.community_code = ").bind(community).push(")");
}

/// A street sets what it does for communities: below it, a place has what is set for it.
fn push_place(sql: &mut Sql<'_>, row: &str, code: &str) {
    if code.len() > STREET {
        set_for(sql, row, code);
    } else {
        push_within(sql, "{c}.street_code", row, code);
    }
}

/// Digits of the code of a street.
const STREET: usize = 9;

fn overdue(sql: &mut Sql<'_>, row: &str) {
    let today = sql.today;
    sql.push_template("{c}.status = 'PUBLISHED' AND {c}.due_on < ", row, row).bind(today);
}

fn mine(sql: &mut Sql<'_>, row: &str) {
    let me = sql.actor.person_id().unwrap_or_default().to_owned();
    sql.push(row).push(".created_by = ").bind(me);
}

/// 重点任务排序 · the order of a list of priorities
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PriorityOrder {
    /// 最新在前 · newest first
    #[default]
    Newest,
    /// 最早在前 · oldest first
    Oldest,
    /// 先到期在前 · due soonest first
    DueFirst,
}

impl Order for PriorityOrder {
    fn keys(self) -> Keys {
        let by_id = &[("{c}.id", Key::Text)];
        match self {
            Self::Newest => Keys { name: "NEWEST", columns: by_id, descending: true },
            Self::Oldest => Keys { name: "OLDEST", columns: by_id, descending: false },
            Self::DueFirst => Keys {
                name: "DUE_FIRST",
                columns: &[("{c}.due_on", Key::Date), ("{c}.id", Key::Text)],
                descending: false,
            },
        }
    }

    fn argument(registry: &mut Registry) -> Option<MetaInputValue> {
        let ty = <Option<Self> as InputType>::create_type_info(registry);
        Some(argument(
            "orderBy",
            ty,
            None,
            "排序 · 列表的顺序，不填则由新到旧 · the order of the list; newest first unless given",
        ))
    }

    fn of_field(ctx: &Context<'_>) -> Result<Self> {
        Ok(parameter(ctx, "orderBy")?.unwrap_or_default())
    }
}
