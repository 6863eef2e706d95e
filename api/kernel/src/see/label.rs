//! What people call something, beside an object that is made.

use std::sync::LazyLock;

use super::{
    field::{Field, Rows},
    scope::{Gates, Owner},
    shape::{Shape, Shaped},
};

/// 名称.
pub struct Label;

impl Shaped for Label {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "Label",
            description: "名称 · 人们对某事物的中文和英文称呼 · what people call something, in both languages",
            prefix: None,
            table: "",
            only: "",
            gates: Gates::by_way_of_the_actor(),
            owner: Owner::default(),
            interfaces: &[],
            fields: vec![
                Field::text("zh", "{c}.zh", "中文 · 中文的称呼 · in Chinese"),
                Field::text("en", "{c}.en", "英文 · 英文的称呼 · in English"),
            ],
        });
        &SHAPE
    }
}

/// What people call a made object, from its columns `zh` and `en`.
pub fn labels() -> Field {
    let rows: Rows = |sql, parent, _| {
        sql.push_template("(SELECT {p}.zh AS zh, {p}.en AS en)", parent, "");
        Ok(())
    };
    Field::made_one::<Label>("labels", rows, "名称 · 人们对此事项的称呼 · what people call it")
}
