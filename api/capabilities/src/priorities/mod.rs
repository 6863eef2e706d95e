//! Priorities 重点任务: what a street sets for its communities, for a period, with a measurable target.
//!
//! `draft → published → closed | withdrawn`, or `draft → discarded`. Officers draft, the secretary decides. A draft that was
//! discarded stays with those who saw it, as its trail does. Once published, only the due date and
//! the communities change, each change with its reason. Closing leaves every implementation as far as it came, and waits until
//! the street has answered what was put to it. Progress is derived from accepted work and never typed in.

mod board;
mod rules;
mod service;
mod shape;
mod targets;
#[cfg(test)]
mod tests;

use tongxin_kernel::catalogue::Capability;

use self::{
    board::{PriorityFilter, PriorityOrder},
    service::{
        AmendPriorityInput, ClosePriorityInput, CreatePriorityInput, DiscardPriorityInput, PublishPriorityInput,
        UpdatePriorityInput, WithdrawPriorityInput,
    },
};

pub use service::hold_published;
pub use shape::{Priority, PriorityChange};

pub fn capability() -> Capability {
    Capability::new()
        .life::<Priority>()
        .shape::<PriorityChange>()
        .list::<Priority, PriorityFilter, PriorityOrder>(
            "priorities",
            "readPriority",
            "重点任务列表 · 街道的重点任务，草稿只对起草和决定的人可见 · priorities; drafts for those who prepare and decide them",
        )
        .find::<Priority>("priority", "readPriority", "重点任务 · 按编号读取一项重点任务 · one priority")
        .act::<CreatePriorityInput>()
        .act::<UpdatePriorityInput>()
        .act::<DiscardPriorityInput>()
        .act::<PublishPriorityInput>()
        .act::<AmendPriorityInput>()
        .act::<ClosePriorityInput>()
        .act::<WithdrawPriorityInput>()
}
