//! The list of people: its conditions.

use tongxin_kernel::{
    filter,
    see::{Condition, USE_REGION},
};

filter!(PersonFilter: "人员筛选 · conditions on persons; all given must hold", vec![
    Condition::within(
        "homeCode",
        "{c}.home_community_code",
        "居住地 · who live in this place or anything under it, by statistical code",
    )
    .deprecated(USE_REGION),
    Condition::within(
        "regionCode",
        "{c}.home_community_code",
        "居住地 · who live in this place or anything under it, by statistical code of any level",
    ),
]);
