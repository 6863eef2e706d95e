//! The lists of implementations: their filter.

use async_graphql::ID;
use tongxin_entity::implementation::ImplementationStatus;
use tongxin_kernel::{
    filter,
    see::{At, Is, IsIn, Spelt, Whether, Within},
};

use super::shape::push_open;

filter! {
    ImplementationFilter: "落实筛选 · conditions on implementations; all given must hold";
    region_code: String = Within("{c}.community_code"), "地点 · of this place or anything under it, of any level, by statistical code";
    #[graphql(deprecation = "use regionCode, of any level (2026-11-26)")] community_code: String = At("{c}.community_code"), "社区 · of this community, by its 12-digit code";
    #[graphql(deprecation = "use regionCode, of any level (2026-11-26)")] street_code: String = Within("{c}.community_code"), "街道 · of the communities of this street, by its 9-digit code";
    priority_id: ID = Is("{c}.priority_id"), "重点任务 · of this priority";
    status: Spelt<ImplementationStatus> = Is("{c}.status"), "状态 · in this state";
    status_in: Vec<Spelt<ImplementationStatus>> = IsIn("{c}.status"), "状态之一 · in one of these states; up to as many as there are";
    open: bool = Whether(push_open), "未了结 · of which something may still be done, or nothing any more";
}
