//! The lists of priorities: states, conditions and orders.

use async_graphql::{
    Context, Enum, InputType,
    registry::{MetaInputValue, Registry},
};
use tongxin_entity::priority::PriorityStatus;
use tongxin_kernel::{
    error::Result,
    filter,
    scalars::Date,
    see::{At, By, Is, IsIn, Key, Keys, Order, SoAt, Spelt, Sql, Within, argument, parameter},
};

filter! {
    PriorityFilter: "重点任务筛选 · conditions on priorities; all given must hold";
    region_code: String = Within("{c}.street_code"), "地点 · set by this street, or by the streets under this place, by statistical code";
    #[graphql(deprecation = "use regionCode, of any level (2026-11-26)")] street_code: String = At("{c}.street_code"), "街道 · set by this street, by its 9-digit code";
    status: Spelt<PriorityStatus> = Is("{c}.status"), "状态 · in this state";
    status_in: Vec<Spelt<PriorityStatus>> = IsIn("{c}.status"), "状态之一 · in one of these states; up to as many as there are";
    due_by: Date = By("{c}.due_on"), "截止不晚于 · due on or before this day";
    community_code: String = SoAt(is_set_for), "社区 · set for this community, by its 12-digit code";
}

fn is_set_for(sql: &mut Sql<'_>, row: &str, community_code: &str) {
    sql.push("EXISTS (SELECT 1 FROM priority_target d WHERE d.priority_id = ").push(row).push(".id");
    sql.push(" AND d.community_code = ").bind(community_code).push(")");
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
