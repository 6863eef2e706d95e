//! The list of claims: its conditions.

use async_graphql::ID;
use tongxin_entity::claim::ClaimStatus;
use tongxin_kernel::{
    filter,
    see::{Condition, Spelt},
};

filter!(ClaimFilter: "认领筛选 · conditions on claims; all given must hold", vec![
    Condition::equal::<Spelt<ClaimStatus>>("status", "{c}.status", "状态 · in this state"),
    Condition::equal::<ID>("claimantId", "{c}.claimant_id", "认领方 · of this organisation"),
    Condition::equal::<ID>("serviceItemId", "{c}.service_item_id", "服务项目 · of this item"),
]);
