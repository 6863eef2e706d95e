//! The lists of implementations: their conditions.

use async_graphql::ID;
use tongxin_entity::implementation::ImplementationStatus;
use tongxin_kernel::{
    filter,
    see::{Condition, Spelt},
};

use super::shape::push_open;

filter!(ImplementationFilter: "落实筛选 · conditions on implementations; all given must hold", vec![
    Condition::equal::<String>("communityCode", "{c}.community_code", "社区 · of this community, by its 12-digit code"),
    Condition::within(
        "streetCode",
        "{c}.community_code",
        "街道 · of the communities of this street, by its 9-digit code",
    ),
    Condition::equal::<ID>("priorityId", "{c}.priority_id", "重点任务 · of this priority"),
    Condition::equal::<Spelt<ImplementationStatus>>("status", "{c}.status", "状态 · in this state"),
    Condition::holds("open", "未了结 · of which something may still be done, or nothing any more", push_open),
]);
