//! The lists of service items: conditions and orders.

use async_graphql::{
    Context, Enum, ID, InputType,
    registry::{MetaInputValue, Registry},
};
use tongxin_entity::service_item::{ClaimantKind, ServiceItemStatus, ServiceItemStatus as Status};
use tongxin_kernel::{
    error::Result,
    filter,
    scalars::Date,
    see::{At, By, Is, IsIn, Key, Keys, Order, So, Spelt, Sql, Whether, Within, argument, parameter},
};

filter! {
    ServiceItemFilter: "服务项目筛选 · conditions on service items; all given must hold";
    region_code: String = Within("{c}.community_code"), "地点 · of this place or anything under it, of any level, by statistical code";
    #[graphql(deprecation = "use regionCode, of any level (2026-11-26)")] community_code: String = At("{c}.community_code"), "社区 · of this community, by its 12-digit code";
    #[graphql(deprecation = "use regionCode, of any level (2026-11-26)")] street_code: String = Within("{c}.community_code"), "街道 · of the communities of this street, by its 9-digit code";
    compound_id: ID = Is("{c}.compound_id"), "小区 · for this compound";
    priority_id: ID = Is("{c}.priority_id"), "重点任务 · under this priority";
    implementation_id: ID = Is("{c}.implementation_id"), "落实 · under this implementation";
    status: Spelt<ServiceItemStatus> = Is("{c}.status"), "状态 · in this state";
    status_in: Vec<Spelt<ServiceItemStatus>> = IsIn("{c}.status"), "状态之一 · in one of these states; up to as many as there are";
    claimable_by: Spelt<ClaimantKind> = So(is_open_to), "可认领方 · which this kind of claimant may claim";
    due_by: Date = By("{c}.due_on"), "截止不晚于 · due on or before this day";
    overdue: bool = Whether(push_overdue), "逾期 · whose day is over while it is not done, or not";
    mine: bool = Whether(push_mine), "我的 · drafted by the caller, or claimed by it or an organisation in which it holds a post; or not";
}

fn push_overdue(sql: &mut Sql<'_>, row: &str) {
    let today = sql.today;
    let open = [Status::Open, Status::InProgress].map(|status| status.as_str().to_owned());
    sql.push(row).push(".status IN ").bind_list(&open).push(" AND ").push(row).push(".due_on < ").bind(today);
}

fn push_mine(sql: &mut Sql<'_>, row: &str) {
    let mine = sql.actor.person_and_organisations();
    sql.push(row)
        .push(".created_by IN ")
        .bind_list(&mine)
        .push(" OR EXISTS (SELECT 1 FROM claim k WHERE k.service_item_id = ");
    sql.push(row)
        .push(".id AND (k.claimant_id IN ")
        .bind_list(&mine)
        .push(" OR k.claimed_by IN ")
        .bind_list(&mine)
        .push("))");
}

fn is_open_to(sql: &mut Sql<'_>, row: &str, kind: &Spelt<ClaimantKind>) {
    sql.push("(").push(row).push(".claimable_by & ").bind(i32::from(kind.0.bit())).push(") <> 0");
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
        Some(argument("orderBy", ty, None, "排序 · the order of the list; newest first unless given"))
    }

    fn of_field(ctx: &Context<'_>) -> Result<Self> {
        Ok(parameter(ctx, "orderBy")?.unwrap_or_default())
    }
}
