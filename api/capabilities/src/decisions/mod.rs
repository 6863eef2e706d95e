//! Decisions 权限判断: whether the caller may do something to an object, by the engine that enforces it and at the places
//! that the acts themselves declare, by authority and by how the object stands. What the input lets follow is told by the
//! act.

mod decision;

use tongxin_kernel::catalogue::Capability;

pub fn capability() -> Capability {
    Capability::new().query(decision::can()).query(decision::who_may())
}
