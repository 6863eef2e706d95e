//! The list of regions: its conditions.

use tongxin_entity::region::RegionLevel;
use tongxin_kernel::{
    filter,
    see::{Condition, Spelt},
};

filter!(RegionFilter: "行政区划筛选 · 筛选行政区划的条件，须全部符合 · conditions on regions; all given must hold", vec![
    Condition::equal::<Spelt<RegionLevel>>("level", "{c}.level", "层级 · 属于此层级，市为最高一级 · of this level; cities are the roots of the tree"),
    Condition::of_place("parentCode", "上级 · 此统计代码所指地点的下一级 · one level below the place with this statistical code", |sql, row, code| {
        sql.push(row).push(".parent_code = ").bind(code);
    }),
    Condition::region("{c}.code"),
    Condition::holding(
        "nameContains",
        "{c}.name_folded",
        "名称含有 · 名称中含有此文字，不分大小写，最多 200 字 · whose name holds this text, letters of either case alike; up to 200 characters",
    ),
]);
