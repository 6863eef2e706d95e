//! The acts on priorities: officers draft and discard drafts, the secretary publishes, amends, closes and withdraws.

mod amend;
mod draft;
mod end;
mod publish;

use sea_orm::{EntityTrait as _, QuerySelect as _};
use tongxin_entity::priority;
use tongxin_kernel::{
    act::{Living as _, Permit, Record, Way},
    error::{Refusal, Result},
    say,
    see::not_found,
};

use super::{Priority, rules::LIFE};

pub use amend::AmendPriorityInput;
pub use draft::{CreatePriorityInput, DiscardPriorityInput, UpdatePriorityInput};
pub use end::{ClosePriorityInput, WithdrawPriorityInput};
pub use publish::PublishPriorityInput;

/// The priority, if it is published; it stays so until the permit's transaction ends.
///
/// # Errors
/// `CONFLICT` when it is not.
pub async fn hold_published<A>(permit: &Permit<'_, A>, id: &str) -> Result<priority::Model> {
    let found = priority::Entity::find_by_id(id).lock_shared().one(permit.db()).await?;
    let priority = found.ok_or_else(not_found::<Priority>)?;
    match priority.status {
        priority::PriorityStatus::Published => Ok(priority),
        priority::PriorityStatus::Draft | priority::PriorityStatus::Discarded => Err(Priority::wrong_state(&priority)),
        ended @ (priority::PriorityStatus::Closed | priority::PriorityStatus::Withdrawn) => {
            let message = say!(
                "重点任务已为 {ended}：不再承接、报告、提交、裁定、验收，也不再发布其下的新项目；进行中的认领可继续办理",
                "the priority is {ended}: nothing more is adopted, reported, handed in, judged or published under it; running claims finish"
            );
            Err(Refusal::conflict(message, ended.as_str()).with("allowed", LIFE.allowed_in(ended)))
        }
    }
}

/// A priority is its street's.
fn by_street() -> Way {
    Way::on::<Priority>()
}

fn record(priority: &priority::Model) -> Record {
    Record {
        subject: priority.id.clone(),
        region_code: Some(priority.street_code.clone()),
        priority_id: Some(priority.id.clone()),
        ..Record::default()
    }
}
