//! The list of people: its conditions.

use tongxin_kernel::{
    filter,
    see::{Condition, USE_REGION},
};

filter!(PersonFilter: "人员筛选 · 筛选人员的条件，须全部符合 · conditions on persons; all given must hold", vec![
    Condition::within(
        "homeCode",
        "{c}.home_community_code",
        "居住地 · 居住在此地或其下辖各地，填统计代码 · who live in this place or anything under it, by statistical code",
    )
    .deprecated(USE_REGION),
    Condition::within(
        "regionCode",
        "{c}.home_community_code",
        "居住地 · 居住在此地或其下辖各地，填任一级统计代码 · who live in this place or anything under it, by statistical code of any level",
    ),
]);

filter!(InvitationFilter: "邀请筛选 · 筛选邀请的条件，须全部符合 · conditions on invitations; all given must hold", vec![
    Condition::within(
        "regionCode",
        "(SELECT coalesce(h.home_community_code, h.registered_code) FROM person h WHERE h.id = {c}.person_id)",
        "登记地 · 为登记在此地或其下辖各地的人发出的，填任一级统计代码 · for persons who are registered in this place or anything under it, by statistical code of any level",
    ),
]);
