//! The acts on implementations: the community adopts or objects, works and submits; the street decides.

mod adopt;
mod judge;
mod work;

use serde_json::{Value, json};
use tongxin_entity::implementation::{self, ImplementationStatus as Status};
use tongxin_kernel::{
    act::{Permit, Record, Seen, Step, Way},
    error::Result,
    say,
};

use super::Implementation;

pub use adopt::{AdoptPriorityInput, ObjectToPriorityInput};
pub use judge::{AcceptImplementationInput, DecideObjectionInput, ReturnImplementationInput};
pub use work::{ReportImplementationInput, SubmitImplementationInput};

/// Leads the implementation on, if it still is as it was seen.
async fn change<A>(
    permit: &Permit<'_, A>,
    step: &Step<Status>,
    seen: &implementation::Model,
    values: implementation::ActiveModel,
) -> Result<()> {
    permit.change::<Implementation>(step, seen, Seen::Row, values).await.map(drop)
}

/// Where a community does about a priority what it does, while that is published.
fn by_community() -> Way {
    while_published(Way::on::<Implementation>())
}

fn while_published(way: Way) -> Way {
    let ended = "NOT EXISTS (SELECT 1 FROM priority d WHERE d.id = {c}.priority_id AND d.status = 'PUBLISHED')";
    way.unless_told(ended, || say!("重点任务已结束", "its priority is no longer published"))
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
