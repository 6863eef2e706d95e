//! The acts on priorities: officers draft and discard drafts, the secretary publishes, amends, closes and withdraws.

mod amend;
mod draft;
mod end;
mod publish;

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect, sea_query::Expr};
use tongxin_entity::priority;
use tongxin_kernel::{
    act::{Permit, Record},
    error::{Refusal, Result},
    say,
};

use super::rules::PriorityAct;

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
    let priority = found.ok_or_else(|| Refusal::not_found("Priority"))?;
    match priority.status {
        priority::PriorityStatus::Published => Ok(priority),
        priority::PriorityStatus::Draft | priority::PriorityStatus::Discarded => Err(wrong_state(&priority)),
        ended @ (priority::PriorityStatus::Closed | priority::PriorityStatus::Withdrawn) => {
            let message = say!(
                "重点任务已为 {ended}：不再承接、报告、提交、裁定、验收，也不再发布其下的新项目；进行中的认领可继续办理",
                "the priority is {ended}: nothing more is adopted, reported, handed in, judged or published under it; running claims finish"
            );
            Err(Refusal::conflict(message, ended.as_str()).with("allowed", PriorityAct::allowed_in(ended)))
        }
    }
}

fn wrong_state(priority: &priority::Model) -> Refusal {
    Refusal::wrong_state(priority.status.as_str(), &PriorityAct::allowed_in(priority.status))
}

/// Refuses at once what the state does not let follow.
fn ensure(act: PriorityAct, priority: &priority::Model) -> Result<()> {
    if priority.status == act.from() { Ok(()) } else { Err(wrong_state(priority)) }
}

/// Changes the priority if it still is as it was seen; `asked` is the version that the client named.
async fn change<A>(
    permit: &Permit<'_, A>,
    act: PriorityAct,
    seen: &priority::Model,
    asked: Option<i32>,
    values: priority::ActiveModel,
) -> Result<()> {
    ensure(act, seen)?;
    let changed = priority::Entity::update_many()
        .set(priority::ActiveModel { status: Set(act.then()), ..values })
        .col_expr(priority::Column::Version, Expr::col(priority::Column::Version).add(1))
        .filter(priority::Column::Id.eq(&seen.id))
        .filter(priority::Column::Status.eq(act.from()))
        .filter(priority::Column::Version.eq(asked.unwrap_or(seen.version)))
        .exec(permit.db())
        .await?;
    if changed.rows_affected > 0 {
        return Ok(());
    }
    let now = priority::Entity::find_by_id(&seen.id).one(permit.db()).await?;
    let now = now.ok_or_else(|| Refusal::not_found("Priority"))?;
    ensure(act, &now)?;
    // Somebody edited it between the look and the change: the client that named its version must look again, another
    // attempt settles it for the others.
    Err(if asked.is_some_and(|asked| asked != now.version) { Refusal::stale(now.version) } else { Refusal::gave_way() })
}

fn record(priority: &priority::Model) -> Record {
    Record {
        subject: priority.id.clone(),
        region_code: Some(priority.street_code.clone()),
        priority_id: Some(priority.id.clone()),
        ..Record::default()
    }
}
