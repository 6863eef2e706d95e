//! The secretary closes or withdraws.

use async_graphql::{ID, InputObject};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use tongxin_entity::priority;
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Seen},
    error::{Message, Result},
    input::Check,
    on, say,
    see::{Field, On, Sql},
};

use super::{by_street, record};
use crate::{
    implementations::{self, WAITING_FOR_STREET},
    priorities::{
        Priority,
        rules::{CLOSE, WITHDRAW},
        shape::shown,
    },
};

/// 办结重点任务 · 办结哪一项重点任务 · which priority is done with
#[derive(InputObject, Debug)]
pub struct ClosePriorityInput {
    /// 重点任务 · 重点任务的编号 · the priority's id
    pub priority_id: ID,
}

impl Act for ClosePriorityInput {
    const ACTION: &'static str = "closePriority";
    const ABOUT: &'static str = "办结重点任务 · 没有异议和提交的结果等待街道处理时，街道书记办结任务；各社区的落实维持现状并照此计算，进行中的认领继续办完，不再新增项目 · the street's secretary closes a priority, once no objection and no submission waits for the street. Every implementation stays as far as it came and counts so; running claims finish, no new items";
    const ANSWER: &'static str = "办结重点任务的结果 · 已办结的重点任务 · the closed priority";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Priority, priority_id, by_street().step::<Priority>(&CLOSE).unless_told(On::With(is_waited_for), waited_for));

    async fn run(&self, permit: &Permit<'_, Self>, seen: priority::Model) -> Result<Done> {
        let values = priority::ActiveModel { ended_at: Set(Some(permit.now())), ..Default::default() };
        permit.change::<Priority>(&CLOSE, &seen, Seen::Row, values).await?;
        // From here on no community comes in between: whatever it does holds the priority as published.
        let unfinished = implementations::settle(permit, &seen.id).await?;
        let record = Record {
            before: Some(json!({"status": seen.status})),
            after: Some(json!({"status": CLOSE.to, "implementationsUnfinished": unfinished})),
            ..record(&seen)
        };
        Ok(Done::new(record).show("priority", seen.id))
    }
}

/// 撤回重点任务 · 撤回哪一项任务、为何撤回 · which priority is taken back, and why
#[derive(InputObject, Debug)]
pub struct WithdrawPriorityInput {
    /// 重点任务 · 重点任务的编号 · the priority's id
    pub priority_id: ID,
    /// 撤回原因 · 为何撤回，1 至 1000 字 · why; 1 to 1,000 characters
    pub reason: String,
}

impl Act for WithdrawPriorityInput {
    const ACTION: &'static str = "withdrawPriority";
    const ABOUT: &'static str = "撤回重点任务 · 街道书记撤回任务并说明原因，进行中的认领继续办完，不再新增项目 · the street's secretary withdraws a priority, with a reason; running claims finish, no new items";
    const ANSWER: &'static str = "撤回重点任务的结果 · 已撤回的任务 · the withdrawn priority";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Priority, priority_id, by_street().step::<Priority>(&WITHDRAW));

    async fn run(&self, permit: &Permit<'_, Self>, seen: priority::Model) -> Result<Done> {
        let mut check = Check::default();
        let reason = check.text("reason", &self.reason, 1..=1000);
        check.done()?;
        let values = priority::ActiveModel {
            withdraw_reason: Set(Some(reason.clone())),
            ended_at: Set(Some(permit.now())),
            ..Default::default()
        };
        permit.change::<Priority>(&WITHDRAW, &seen, Seen::Row, values).await?;
        let withdrawn = implementations::withdraw(permit, &seen.id).await?;
        let record = Record {
            before: Some(json!({"status": seen.status})),
            after: Some(json!({"status": WITHDRAW.to, "implementationsWithdrawn": withdrawn})),
            reason: Some(reason),
            ..record(&seen)
        };
        Ok(Done::new(record).show("priority", seen.id))
    }
}

/// Writes that something which was put to the street waits for it.
fn is_waited_for(sql: &mut Sql<'_>, _: &str, row: &str) {
    sql.push("EXISTS (SELECT 1 FROM implementation i WHERE i.priority_id = ").push(row).push(".id AND i.status IN ");
    sql.bind_list(&WAITING_FOR_STREET.map(|status| status.as_str().to_owned())).push(")");
}

fn waited_for() -> Message {
    say!(
        "尚有异议或提交待街道处理，处理后方可办结",
        "objections or submissions wait for the street, which closes once it has dealt with them"
    )
}
