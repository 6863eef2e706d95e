//! The lists of service items: conditions and orders.

use async_graphql::{
    Context, Enum, ID, InputType,
    registry::{MetaInputValue, Registry},
};
use tongxin_entity::service_item::{ClaimantKind, ServiceItemStatus};
use tongxin_kernel::{
    error::Result,
    filter,
    see::{Condition, Key, Keys, Order, Shaped as _, Spelt, Sql, argument, parameter, push_rest},
};

use crate::claims::{Claim, push_mine};

filter!(ServiceItemFilter: "服务项目筛选 · 筛选服务项目的条件，须全部符合 · conditions on service items; all given must hold", vec![
    Condition::community("{c}.community_code"),
    Condition::street("{c}.community_code"),
    Condition::equal::<ID>("compoundId", "{c}.compound_id", "小区 · 面向此小区 · for this compound"),
    Condition::equal::<ID>("priorityId", "{c}.priority_id", "重点任务 · 落实此重点任务 · under this priority"),
    Condition::equal::<ID>("implementationId", "{c}.implementation_id", "落实 · 属于此项落实 · under this implementation"),
    Condition::status::<ServiceItemStatus>("{c}.status"),
    Condition::status_in::<ServiceItemStatus>("{c}.status"),
    Condition::new("claimableBy", "可认领方 · 此类组织可以认领 · which this kind of claimant may claim", claimable_by),
    Condition::due_by("{c}.due_on"),
    Condition::region("{c}.community_code"),
    Condition::overdue(overdue),
    // Two sub-selects, in each of the two ways by which the items of a place come.
    Condition::mine(mine).costs(52),
    Condition::updated_since("{c}.updated_at"),
]);

fn claimable_by(sql: &mut Sql<'_>, row: &str, kind: &Spelt<ClaimantKind>) {
    sql.push("(").push(row).push(".claimable_by & ").bind(i32::from(kind.0.bit())).push(") <> 0");
}

fn overdue(sql: &mut Sql<'_>, row: &str) {
    let today = sql.today;
    sql.push_template("{c}.status IN ('OPEN', 'IN_PROGRESS') AND {c}.due_on < ", row, row).bind(today);
}

/// Drafted by the caller, or claimed as [`push_mine`] says. By ids, so that an index finds them: a person has few.
fn mine(sql: &mut Sql<'_>, row: &str) {
    let me = sql.actor.person_id().unwrap_or_default().to_owned();
    let (item, claim) = (sql.alias(), sql.alias());
    sql.push(row).push(".id IN (SELECT ").push(&item).push(".id FROM service_item ").push(&item).push(" WHERE ");
    sql.push(&item).push(".created_by = ").bind(me).push(" UNION ALL SELECT ").push(&claim);
    sql.push(".service_item_id FROM claim ").push(&claim).push(" WHERE (");
    push_mine(sql, &claim);
    sql.push(") AND ");
    push_rest(sql, Claim::shape(), &claim);
    sql.push(")");
}

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
