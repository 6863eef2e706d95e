//! How a deadline is read.

use std::sync::LazyLock;

use tongxin_kernel::{
    act::own_fields,
    see::{Field, Gates, Owner, Shape, Shaped},
};

use crate::{Node, regions::Region};

/// One level up when it is over, the next when half its period is over too; up to the district.
const SUPERVISORS: &str = "{c}.code IN (substr({p}.place, 1, 9), substr({p}.place, 1, 6)) \
    AND length({c}.code) < length({p}.place) AND (length({p}.place) - length({c}.code)) / 3 <= {p}.climbed";

/// 期限.
pub struct Deadline;

impl Shaped for Deadline {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            let mut fields = own_fields();
            fields.push(Field::many::<Region>("supervisors", SUPERVISORS, "{c}.code DESC", "督办地点 · 因逾期而督办的各上级，近者在前；原办理者仍须办理 · the places above that supervise it because it is overdue, the nearest first; whoever was to do it still is"));
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
