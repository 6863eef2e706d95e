//! Decisions 权限判断: whether the caller may do something to an object, by the engine that enforces it and at the places
//! that the acts themselves ask about: whatever an act would refuse as `FORBIDDEN` is told here too. What the input and the
//! object's state let follow is told by the act.

mod decision;

use tongxin_kernel::catalogue::Capability;

pub fn capability() -> Capability {
    Capability::new().query(decision::can())
}
