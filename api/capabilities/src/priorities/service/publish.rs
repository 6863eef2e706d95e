//! The secretary publishes.

use async_graphql::{ID, InputObject};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use tongxin_entity::priority;
use tongxin_kernel::{
    act::{Act, Done, Living as _, Record, Seen, Work},
    clock::shanghai_day,
    error::{Refusal, Result},
    say,
    see::Field,
    who::actor::Place,
};

use super::record;
use crate::{
    implementations,
    priorities::{
        Priority,
        rules::{self, PUBLISH},
        shape::shown,
        targets,
    },
};

/// 发布重点任务 · which draft becomes public
#[derive(InputObject, Debug)]
pub struct PublishPriorityInput {
    /// 重点任务 · the draft's id
    pub priority_id: ID,
}

impl Act for PublishPriorityInput {
    const ACTION: &'static str = "publishPriority";
    const ABOUT: &'static str =
        "发布重点任务 · the street's secretary publishes a draft; each of its communities is to adopt it or object";
    const ANSWER: &'static str = "发布重点任务的结果 · the published priority";

    fn shows() -> Vec<Field> {
        shown()
    }

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let seen = work.see::<Priority>(&self.priority_id).await?;
        let permit = work.permit(&Place::region(seen.street_code.clone()).person(seen.created_by.clone()))?;
        Priority::ensure(&PUBLISH, &seen)?;
        let today = shanghai_day(permit.now());
        if seen.due_on < today || seen.adopt_by.is_some_and(|day| day < today) {
            let message = say!(
                "草稿的截止日期或承接期限已过，请先修改",
                "the due date or the last day to adopt has passed since it was drafted: update the draft first"
            );
            return Err(Refusal::conflict(message, seen.status.as_str()).with("allowed", vec!["updatePriority"]));
        }
        let adopt_by = seen.adopt_by.unwrap_or_else(|| {
            let within_days = work.rules().adopt_within_days;
            rules::adopt_by(today, within_days, seen.due_on)
        });
        let values = priority::ActiveModel {
            adopt_by: Set(Some(adopt_by)),
            published_at: Set(Some(permit.now())),
            ..Default::default()
        };
        permit.change::<Priority>(&PUBLISH, &seen, Seen::Row, values).await?;
        let communities = targets::of(&permit, &seen.id).await?;
        implementations::open(&permit, &seen.id, &communities).await?;
        let record = Record {
            before: Some(json!({"status": seen.status})),
            after: Some(json!({
                "status": PUBLISH.to, "adoptBy": adopt_by, "communityCodes": communities,
            })),
            ..record(&seen)
        };
        Ok(Done::new(record).show("priority", seen.id))
    }
}
