//! Regions 行政区划: the tree of city, district, street and community, keyed by statistical codes. Everybody reads it;
//! it changes only by import.

mod board;
mod rules;
mod shape;

use tongxin_kernel::{
    catalogue::{Capability, RootField},
    see::{self, ByCode, Request, Spliced},
};

use self::board::RegionFilter;

pub use rules::{check_same_place, is_code, named_place};
pub use shape::Region;

pub fn capability() -> Capability {
    let about = "行政区划列表 · 按统计代码列出的地点，先市后区再街道 · places by statistical code: each city before its districts, those before their streets";
    Capability::new().shape::<Region>().query(region()).list::<Region, RegionFilter, ByCode>(
        "regions",
        "readRegion",
        about,
    )
}

fn region() -> RootField {
    let about =
        "行政区划 · 按统计代码读取的地点，如 `120106001` · the place with this statistical code, such as `120106001`";
    let field = RootField::new::<Option<Spliced<Region>>>("region", "readRegion", about, |ctx| {
        Box::pin(async move {
            let code = see::required::<String>(ctx, "code")?;
            let reading = Request::of(ctx)?.reading();
            let found = see::one(ctx, &reading, |sql, row| {
                sql.push(row).push(".code = ").bind(code.clone());
            });
            found.await?.map(Some).ok_or_else(see::not_found::<Region>)
        })
    });
    field.takes::<String>("code", "统计代码 · 4、6、9 或 12 位数字 · 4, 6, 9 or 12 digits")
}
