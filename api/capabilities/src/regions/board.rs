//! The list of regions: its conditions.

use tongxin_entity::region::RegionLevel;
use tongxin_kernel::{
    filter,
    see::{Condition, Spelt},
};

filter!(RegionFilter: "行政区划筛选 · conditions on regions; all given must hold", vec![
    Condition::equal::<Spelt<RegionLevel>>("level", "{c}.level", "层级 · of this level; cities are the roots of the tree"),
    Condition::of_place("parentCode", "上级 · one level below the place with this statistical code", |sql, row, code| {
        sql.push(row).push(".parent_code = ").bind(code);
    }),
    Condition::region("{c}.code"),
    Condition::holding(
        "nameContains",
        "{c}.name_folded",
        "名称含有 · whose name holds this text, letters of either case alike; up to 200 characters",
    ),
]);
