//! The list of claims: its filter.

use async_graphql::ID;
use tongxin_entity::claim::ClaimStatus;
use tongxin_kernel::{
    filter,
    see::{Is, Spelt},
};

filter! {
    ClaimFilter: "认领筛选 · conditions on claims; all given must hold";
    status: Spelt<ClaimStatus> = Is("{c}.status"), "状态 · in this state";
    claimant_id: ID = Is("{c}.claimant_id"), "认领方 · of this organisation";
    service_item_id: ID = Is("{c}.service_item_id"), "服务项目 · of this item";
}
