//! The acts on implementations: the community adopts or objects, works and submits; the street decides.

mod adopt;
mod judge;
mod work;

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use tongxin_entity::implementation;
use tongxin_kernel::{
    act::{Permit, Record},
    error::{Refusal, Result},
    say,
};

use super::rules::ImplementationAct;

pub use adopt::{AdoptPriorityInput, ObjectToPriorityInput, place_of_answer};
pub use judge::{AcceptImplementationInput, DecideObjectionInput, ReturnImplementationInput, place_of_inspection};
pub use work::{ReportImplementationInput, SubmitImplementationInput};

/// Refuses what the state does not let follow.
fn ensure(act: ImplementationAct, row: &implementation::Model) -> Result<()> {
    if act.may_follow(row.status, row.must_adopt) {
        return Ok(());
    }
    let allowed = ImplementationAct::allowed_in(row.status, row.must_adopt);
    if act == ImplementationAct::Object && row.must_adopt && act.from().contains(&row.status) {
        let message = say!(
            "异议已被街道驳回，须承接",
            "the street rejected an objection before, so that the community must adopt"
        );
        return Err(Refusal::conflict(message, row.status.as_str()).with("allowed", allowed));
    }
    Err(Refusal::wrong_state(row.status.as_str(), &allowed))
}

/// Leads the implementation on, if it still is where the act may be done.
async fn change<A>(
    permit: &Permit<'_, A>,
    act: ImplementationAct,
    seen: &implementation::Model,
    values: implementation::ActiveModel,
) -> Result<()> {
    ensure(act, seen)?;
    let then = act.then().map_or(seen.status, |status| status);
    let changed = implementation::Entity::update_many()
        .set(implementation::ActiveModel { status: Set(then), ..values })
        .col_expr(implementation::Column::Version, Expr::col(implementation::Column::Version).add(1))
        .filter(implementation::Column::Id.eq(&seen.id))
        .filter(implementation::Column::Status.eq(seen.status))
        .filter(implementation::Column::Version.eq(seen.version))
        .exec(permit.db())
        .await?;
    if changed.rows_affected > 0 {
        return Ok(());
    }
    let now = implementation::Entity::find_by_id(&seen.id).one(permit.db()).await?;
    ensure(act, &now.ok_or_else(|| Refusal::not_found("Implementation"))?)?;
    // Another act came between that leaves this one its turn.
    Err(Refusal::gave_way())
}

/// What the audit keeps of every act on an implementation.
fn record(seen: &implementation::Model, act: ImplementationAct, after: Value) -> Record {
    let mut after = after;
    if let Some(status) = act.then() {
        after["status"] = json!(status);
    }
    Record {
        subject: seen.id.clone(),
        region_code: Some(seen.community_code.clone()),
        priority_id: Some(seen.priority_id.clone()),
        before: Some(json!({"status": seen.status})),
        after: Some(after),
        ..Record::default()
    }
}
