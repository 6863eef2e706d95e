//! How a rating is read.

use std::sync::LazyLock;

use tongxin_kernel::{
    scalars::DateTime,
    see::{Field, Gate, Gates, On, Owner, Shape, Shaped, Sql},
};

use crate::{people::Person, service_items::ServiceItem};

/// 评价.
pub struct Rating;

impl Shaped for Rating {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "Rating",
            description: "评价 · 居民对服务项目的评判 · how a resident judges a service item",
            prefix: Some("rating"),
            table: "rating",
            only: "",
            gates: Gates::through([Gate::all("readRating")]),
            owner: Owner { person: "{c}.person_id", ..Owner::default() },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                Field::scalar::<i32>("stars", "{c}.stars", "星级 · 1 星最差，5 星最好 · 1 (worst) to 5 (best)"),
                Field::text("comment", "{c}.comment", "评语 · 居民自己的话 · the resident's words").nullable(),
                Field::scalar::<DateTime>("createdAt", "{c}.created_at", "评价时间 · 何时评价 · when it was given"),
                Field::one::<ServiceItem>(
                    "serviceItem",
                    "{c}.id = {p}.service_item_id",
                    "服务项目 · 所评价的项目 · the item judged",
                ),
                Field::one::<Person>(
                    "ratedBy",
                    On::With(author),
                    "评价人 · 何人评价，只对本人显示 · who rated; shown to nobody but that person",
                )
                .nullable(),
            ],
        });
        &SHAPE
    }
}

/// The author, where it is the reader: an opinion is free while nobody learns whose it is, so no policy opens this to others.
fn author(sql: &mut Sql<'_>, parent: &str, child: &str) {
    let me = sql.actor.person_id().map(str::to_owned);
    sql.push_template("{c}.id = {p}.person_id AND {c}.id = ", parent, child).bind(me);
}
