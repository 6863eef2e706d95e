//! The acts on implementations: the community adopts or objects, works and submits; the street decides.

mod adopt;
mod judge;
mod work;

use serde_json::{Value, json};
use tongxin_entity::implementation::{self, ImplementationStatus as Status};
use tongxin_kernel::{
    act::{Living as _, Permit, Record, Seen, Step},
    error::Result,
};

use super::Implementation;

pub use adopt::{AdoptPriorityInput, ObjectToPriorityInput, place_of_answer};
pub use judge::{AcceptImplementationInput, DecideObjectionInput, ReturnImplementationInput, place_of_inspection};
pub use work::{ReportImplementationInput, SubmitImplementationInput};

/// Leads the implementation on, if it still is as it was seen.
async fn change<A>(
    permit: &Permit<'_, A>,
    step: &Step<Status>,
    seen: &implementation::Model,
    values: implementation::ActiveModel,
) -> Result<()> {
    Implementation::ensure(step, seen)?;
    permit.change::<Implementation>(step, seen, Seen::Row, values).await.map(drop)
}

/// What the audit keeps of every act on an implementation.
fn record(seen: &implementation::Model, step: &Step<Status>, after: Value) -> Record {
    let mut after = after;
    if let Some(status) = step.to {
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
