//! What may be done with an object: the declared acts, by the shape that they are done to.

use std::{collections::HashMap, sync::LazyLock};

use tongxin_kernel::{
    act::{ActsOn, possible_acts, push_possible},
    catalogue::Capability,
    see::{Field, Shape, Shaped, ShapedInterface as _},
};

use crate::{Node, all};

/// The acts that are done to objects of a shape.
pub fn acts_on(shape: &Shape) -> &'static ActsOn {
    static NONE: ActsOn = Vec::new();
    static BY_SHAPE: LazyLock<HashMap<&'static str, ActsOn>> = LazyLock::new(|| {
        let shapes = Node::interface().members.iter().map(|member| (member.shape)());
        shapes.map(|shape| (shape.name, find(shape))).collect()
    });
    BY_SHAPE.get(shape.name).unwrap_or(&NONE)
}

fn find(shape: &Shape) -> ActsOn {
    let acts = all().iter().flat_map(Capability::acts);
    let acts = acts.map(|act| (act, act.ways.iter().filter(|way| way.is_on(shape)).collect::<Vec<_>>()));
    acts.filter(|(_, ways)| !ways.is_empty()).collect()
}

/// The field of a shape that tells what the caller may do with its objects.
pub fn possible<T: Shaped>() -> Field {
    possible_acts(|sql, row, _| {
        push_possible(sql, acts_on(T::shape()), row);
        Ok(())
    })
}
