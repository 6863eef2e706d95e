//! How a region is read.

use std::sync::LazyLock;

use tongxin_entity::region::{RegionKind, RegionLevel};
use tongxin_kernel::see::{ByCode, Field, Gate, Gates, Owner, Shape, Shaped, Stored};

use super::board::RegionFilter;
use crate::boards::board;
use crate::possible::possible;
use crate::service_items::{ServiceItem, ServiceItemFilter, ServiceItemOrder};

/// 行政区划.
pub struct Region;

impl Shaped for Region {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            Shape {
            name: "Region",
            description: "行政区划 · 行政区划中的一个地点，即市、区、街道或社区 · a place of the administrative tree: city, district, street or community",
            prefix: Some("region"),
            table: "region",
            only: "",
            gates: Gates::through([Gate::all("readRegion")]),
            owner: Owner { region: "{c}.code", ..Owner::default() },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                possible::<Region>(),
                board(),
                Field::text(
                    "code",
                    "{c}.code",
                    "统计代码 · 市 4 位、区 6 位、街道 9 位、社区 12 位数字 · statistical code: city 4, district 6, street 9, community 12 digits",
                ),
                Field::text("name", "{c}.name", "名称 · 公布的名称 · name as published"),
                Field::word::<RegionLevel>("level", "{c}.level", "层级 · 在行政区划中的层级 · depth in the tree"),
                Field::word::<RegionKind>(
                    "kind",
                    "{c}.kind",
                    "类别 · 依统计代码判断的地点类别 · what sort of place it is, by the digits of its code",
                ),
                Field::one::<Region>(
                    "parent",
                    "{c}.code = {p}.parent_code",
                    "上级 · 上一级的地点，市没有上级 · the place one level up; none for a city",
                )
                .nullable(),
                Field::page::<Region, RegionFilter, ByCode>(
                    "children",
                    "{c}.parent_code = {p}.code",
                    "下级 · 下一级的各地点，按统计代码排列 · the places one level down, by code",
                ),
                Field::page_by::<ServiceItem, ServiceItemFilter, ServiceItemOrder>(
                    "serviceItems",
                    // Only an equality lets an index give a community's items in their order.
                    vec![
                        "{c}.community_code = {p}.code".into(),
                        "length({p}.code) < 12 AND {c}.community_code > {p}.code AND {c}.community_code < {p}.code || ':'"
                            .into(),
                    ],
                    "服务项目 · 此地及其下辖各地的服务项目 · the service items of this place and everything under it",
                )
                .costs(100, 1, 170),
            ],
        }
        });
        &SHAPE
    }
}

impl Stored for Region {
    type Entity = tongxin_entity::region::Entity;
}
