//! How a deadline is read.

use std::sync::LazyLock;

use tongxin_kernel::{
    act::own_fields,
    see::{Field, Gates, Owner, Shape, Shaped},
};

use crate::Node;

/// 期限.
pub struct Deadline;

impl Shaped for Deadline {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            let mut fields = own_fields();
            fields.push(Field::by_id::<Node>(
                "subject",
                "{c}.subject_id",
                "对象 · 此期限所属的对象 · what it is about",
            ));
            Shape {
                name: "Deadline",
                description: "期限 · 对某一对象的某一事项应于何时办理 · by when something is to be done about an object",
                prefix: None,
                table: "",
                only: "",
                gates: Gates::by_way_of_the_actor(),
                owner: Owner::default(),
                interfaces: &[],
                fields,
            }
        });
        &SHAPE
    }
}
