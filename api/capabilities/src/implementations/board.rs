//! The lists of implementations: their filter.

use async_graphql::ID;
use tongxin_entity::implementation::ImplementationStatus;
use tongxin_kernel::{
    filter,
    see::{Is, Spelt, Whether, Within},
};

use super::shape::push_open;

filter! {
    ImplementationFilter: "落实筛选 · conditions on implementations; all given must hold";
    community_code: String = Is("{c}.community_code"), "社区 · of this community, by its 12-digit code";
    street_code: String = Within("{c}.community_code"), "街道 · of the communities of this street, by its 9-digit code";
    priority_id: ID = Is("{c}.priority_id"), "重点任务 · of this priority";
    status: Spelt<ImplementationStatus> = Is("{c}.status"), "状态 · in this state";
    open: bool = Whether(push_open), "未了结 · of which something may still be done, or nothing any more";
}
