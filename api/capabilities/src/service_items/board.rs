//! The lists of service items: conditions and orders.

use async_graphql::{
    Context, Enum, ID, InputObject, InputType,
    registry::{MetaInputValue, Registry},
};
use tongxin_entity::service_item::{ClaimantKind, ServiceItemStatus};
use tongxin_kernel::{
    error::Result,
    filter,
    scalars::Date,
    see::{Key, Keys, Order, Spelt, argument, parameter, push_within},
};

/// 服务项目筛选 · conditions on service items; all given must hold
#[derive(InputObject, Debug, Default)]
pub struct ServiceItemFilter {
    /// 社区 · of this community, by its 12-digit code
    community_code: Option<String>,
    /// 街道 · of the communities of this street, by its 9-digit code
    street_code: Option<String>,
    /// 小区 · for this compound
    compound_id: Option<ID>,
    /// 重点任务 · under this priority
    priority_id: Option<ID>,
    /// 落实 · under this implementation
    implementation_id: Option<ID>,
    /// 状态 · in this state
    status: Option<Spelt<ServiceItemStatus>>,
    /// 状态之一 · in one of these states; up to as many as there are
    status_in: Option<Vec<Spelt<ServiceItemStatus>>>,
    /// 可认领方 · which this kind of claimant may claim
    claimable_by: Option<Spelt<ClaimantKind>>,
    /// 截止不晚于 · due on or before this day
    due_by: Option<Date>,
}

filter!(ServiceItemFilter, |this, sql, row| {
    if let Some(code) = &this.community_code {
        sql.push(" AND ").push(row).push(".community_code = ").bind(code.clone());
    }
    if let Some(code) = &this.street_code {
        sql.push(" AND ");
        push_within(sql, "{c}.community_code", row, code);
    }
    let ids = [
        (".compound_id = ", &this.compound_id),
        (".priority_id = ", &this.priority_id),
        (".implementation_id = ", &this.implementation_id),
    ];
    for (column, id) in ids {
        if let Some(id) = id {
            sql.push(" AND ").push(row).push(column).bind(id.0.clone());
        }
    }
    let word = |status: &Spelt<ServiceItemStatus>| status.0.as_str().to_owned();
    if let Some(status) = &this.status {
        sql.push(" AND ").push(row).push(".status = ").bind(word(status));
    }
    if let Some(any) = &this.status_in {
        sql.push(" AND ").push(row).push(".status IN ").bind_list(&any.iter().map(word).collect::<Vec<_>>());
    }
    if let Some(kind) = this.claimable_by {
        sql.push(" AND (").push(row).push(".claimable_by & ").bind(i32::from(kind.0.bit())).push(") <> 0");
    }
    if let Some(day) = this.due_by {
        sql.push(" AND ").push(row).push(".due_on <= ").bind(day.0);
    }
});

/// 服务项目排序 · the order of a list of service items
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ServiceItemOrder {
    /// 最新在前 · newest first
    #[default]
    Newest,
    /// 最早在前 · oldest first
    Oldest,
    /// 先到期在前 · due soonest first
    DueFirst,
    /// 后到期在前 · due last first
    DueLast,
}

impl Order for ServiceItemOrder {
    fn keys(self) -> Keys {
        let by_id = &[("{c}.id", Key::Text)];
        let by_due = &[("{c}.due_on", Key::Date), ("{c}.id", Key::Text)];
        match self {
            Self::Newest => Keys { name: "NEWEST", columns: by_id, descending: true },
            Self::Oldest => Keys { name: "OLDEST", columns: by_id, descending: false },
            Self::DueFirst => Keys { name: "DUE_FIRST", columns: by_due, descending: false },
            Self::DueLast => Keys { name: "DUE_LAST", columns: by_due, descending: true },
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
