//! The secretary publishes.

use async_graphql::{ID, InputObject};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use tongxin_entity::priority;
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Seen},
    error::{Message, Refusal, Result},
    on, say,
    see::{Field, On, Sql},
};

use super::{by_street, record};
use crate::{
    implementations,
    priorities::{
        Priority,
        rules::{self, PUBLISH},
        shape::shown,
        targets,
    },
};

/// 发布重点任务 · 发布哪一份草稿 · which draft becomes public
#[derive(InputObject, Debug)]
pub struct PublishPriorityInput {
    /// 重点任务 · 草稿的编号 · the draft's id
    pub priority_id: ID,
}

impl Act for PublishPriorityInput {
    const ACTION: &'static str = "publishPriority";
    const ABOUT: &'static str = "发布重点任务 · 街道书记发布草稿，各目标社区须承接或提出异议 · the street's secretary publishes a draft; each of its communities is to adopt it or object";
    const ANSWER: &'static str = "发布重点任务的结果 · 已发布的任务 · the published priority";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Priority, priority_id, by_street().step::<Priority>(&PUBLISH).unless_told(On::With(is_late), late));

    async fn run(&self, permit: &Permit<'_, Self>, seen: priority::Model) -> Result<Done> {
        permit.ensure::<Priority>(&PUBLISH, &seen)?;
        let today = permit.today();
        if seen.due_on < today || seen.adopt_by.is_some_and(|day| day < today) {
            return Err(Refusal::conflict(late(), seen.status.as_str()).with("allowed", vec!["updatePriority"]));
        }
        let adopt_by = seen.adopt_by.unwrap_or_else(|| {
            let within_days = permit.rules().adopt_within_days;
            rules::adopt_by(today, within_days, seen.due_on)
        });
        let values = priority::ActiveModel {
            adopt_by: Set(Some(adopt_by)),
            published_at: Set(Some(permit.now())),
            ..Default::default()
        };
        permit.change::<Priority>(&PUBLISH, &seen, Seen::Row, values).await?;
        let communities = targets::of(permit, &seen.id).await?;
        implementations::open(permit, &seen.id, &communities).await?;
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

/// Writes that the days of a draft have passed.
fn is_late(sql: &mut Sql<'_>, _: &str, row: &str) {
    let today = sql.today;
    sql.push(row).push(".due_on < ").bind(today).push(" OR ").push(row).push(".adopt_by < ").bind(today);
}

fn late() -> Message {
    say!(
        "草稿的截止日期或承接期限已过，请先修改",
        "the due date or the last day to adopt has passed since it was drafted: update the draft first"
    )
}
