//! The lists of priorities: states, conditions and orders.

use async_graphql::{
    Context, Enum, InputType,
    registry::{MetaInputValue, Registry},
};
use tongxin_entity::priority::PriorityStatus;
use tongxin_kernel::{
    error::Result,
    filter,
    see::{Condition, Key, Keys, Order, Spelt, Sql, argument, parameter},
};

filter!(PriorityFilter: "重点任务筛选 · conditions on priorities; all given must hold", vec![
    Condition::equal::<String>("streetCode", "{c}.street_code", "街道 · set by this street, by its 9-digit code"),
    Condition::equal::<Spelt<PriorityStatus>>("status", "{c}.status", "状态 · in this state"),
    Condition::of_place("communityCode", "社区 · set for this community, by its 12-digit code", set_for),
]);

/// A priority is set for a community.
fn set_for(sql: &mut Sql<'_>, row: &str, code: &str) {
    sql.push("EXISTS (SELECT 1 FROM priority_target d WHERE d.priority_id = ").push(row).push(".id");
    sql.push(" AND d.community_code = ").bind(code).push(")");
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
        Some(argument("orderBy", ty, None, "排序 · the order of the list; newest first unless given"))
    }

    fn of_field(ctx: &Context<'_>) -> Result<Self> {
        Ok(parameter(ctx, "orderBy")?.unwrap_or_default())
    }
}
