//! The community answers its street: it adopts, or objects with reasons.

use async_graphql::{ID, InputObject};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use tongxin_entity::{
    implementation::{self, ImplementationStatus as Status},
    priority::{self, PriorityStatus},
};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Step, Way, Work},
    error::{Message, Refusal, Result},
    input::Check,
    say,
    see::{Field, see, see_where},
    who::actor::{Place, parent_code},
};

use super::{by_community, change, record};
use crate::{
    implementations::{
        Implementation,
        rules::{ADOPT, OBJECT},
        shape::shown,
    },
    priorities::{Priority, hold_published},
    regions::named_place,
};

/// 承接重点任务 · 社区承接哪一项重点任务、打算如何实施 · which priority a community adopts, and how it will go about it
#[derive(InputObject, Debug)]
pub struct AdoptPriorityInput {
    /// 重点任务 · 重点任务的编号 · the priority's id
    pub priority_id: ID,
    /// 社区 · 承接的社区，填 12 位统计代码 · the community that adopts, by its 12-digit code
    pub community_code: String,
    /// 实施方案 · 社区打算如何实施，1 至 4000 字 · how the community will go about it; 1 to 4,000 characters
    pub plan: String,
}

impl Act for AdoptPriorityInput {
    const ACTION: &'static str = "adoptPriority";
    const ABOUT: &'static str =
        "承接重点任务 · 社区书记承接所属街道的重点任务 · the community's secretary adopts a priority of its street";
    const ANSWER: &'static str = "承接重点任务的结果 · 已承接的落实 · the adopted implementation";
    const SHOWS: fn() -> Vec<Field> = shown;
    type Seen = Asked;

    fn ways() -> Vec<Way> {
        let way = || answer(&ADOPT);
        vec![way(), on_priority(way())]
    }

    async fn find(&self, work: &Work<Self>) -> Result<(Asked, Place)> {
        asked(work, &self.priority_id, &self.community_code).await
    }

    async fn run(&self, permit: &Permit<'_, Self>, seen: Asked) -> Result<Done> {
        let mut check = Check::default();
        let plan = check.text("plan", &self.plan, 1..=4000);
        check.done()?;
        let seen = still_asked(permit, seen).await?;
        let values = implementation::ActiveModel {
            plan: Set(Some(plan.clone())),
            adopted_at: Set(Some(permit.now())),
            ..Default::default()
        };
        change(permit, &ADOPT, &seen, values).await?;
        let record = record(&seen, &ADOPT, json!({"plan": plan}));
        Ok(Done::new(record).show("implementation", seen.id))
    }
}

/// 对重点任务提出异议 · 社区对哪一项任务提出异议、理由为何 · to which priority a community objects, and why
#[derive(InputObject, Debug)]
pub struct ObjectToPriorityInput {
    /// 重点任务 · 重点任务的编号 · the priority's id
    pub priority_id: ID,
    /// 社区 · 提出异议的社区，填 12 位统计代码 · the community that objects, by its 12-digit code
    pub community_code: String,
    /// 异议理由 · 为何提出异议，1 至 1000 字 · why; 1 to 1,000 characters
    pub reason: String,
}

impl Act for ObjectToPriorityInput {
    const ACTION: &'static str = "objectToPriority";
    const ABOUT: &'static str = "对重点任务提出异议 · 社区书记对所属街道的重点任务提出异议并说明理由 · the community's secretary objects to a priority of its street, with reasons";
    const ANSWER: &'static str = "对重点任务提出异议的结果 · 已提出异议的落实 · the implementation objected to";
    const SHOWS: fn() -> Vec<Field> = shown;
    type Seen = Asked;

    fn ways() -> Vec<Way> {
        let way = || answer(&OBJECT).unless("{c}.must_adopt", must_adopt);
        vec![way(), on_priority(way())]
    }

    async fn find(&self, work: &Work<Self>) -> Result<(Asked, Place)> {
        asked(work, &self.priority_id, &self.community_code).await
    }

    async fn run(&self, permit: &Permit<'_, Self>, seen: Asked) -> Result<Done> {
        let mut check = Check::default();
        let reason = check.text("reason", &self.reason, 1..=1000);
        check.done()?;
        let seen = still_asked(permit, seen).await?;
        let values = implementation::ActiveModel { objection: Set(Some(reason.clone())), ..Default::default() };
        change(permit, &OBJECT, &seen, values).await?;
        let record = record(&seen, &OBJECT, json!({"objection": reason}));
        Ok(Done::new(Record { reason: Some(reason), ..record }).show("implementation", seen.id))
    }
}

/// The priority, and what the community was asked by it, if it was.
pub struct Asked {
    priority: priority::Model,
    implementation: Option<implementation::Model>,
}

/// A community answers at home, to what it was asked.
fn answer(step: &Step<Status>) -> Way {
    by_community().step::<Implementation>(step)
}

/// It answers by naming the priority.
fn on_priority(way: Way) -> Way {
    Way::on::<Priority>()
        .within("status", &[PriorityStatus::Published])
        .through::<Implementation>("{c}.priority_id = {p}.id", way)
}

fn must_adopt() -> Message {
    say!("异议已被街道驳回，须承接", "the street rejected an objection before, so that the community must adopt")
}

/// What a community was asked by a priority, and where it answers: at home, and to its own street alone.
async fn asked<A: Act>(work: &Work<A>, priority_id: &str, community_code: &str) -> Result<(Asked, Place)> {
    let priority = see::<Priority>(work, priority_id).await?;
    let found = see_where::<Implementation>(work, |sql, row| {
        sql.push(row).push(".priority_id = ").bind(&*priority.id).push(" AND ");
        sql.push(row).push(".community_code = ").bind(community_code);
    });
    let Some(implementation) = found.await?.pop() else {
        let place = place_of_answer(&priority, community_code);
        return Ok((Asked { priority, implementation: None }, place));
    };
    let (implementation, place) = work.find::<Implementation>(&implementation.id).await?;
    Ok((Asked { priority, implementation: Some(implementation) }, place))
}

fn place_of_answer(priority: &priority::Model, community_code: &str) -> Place {
    let street = &priority.street_code;
    let foreign = parent_code(community_code) != Some(&**street);
    named_place(community_code).barred(foreign.then(|| {
        say!(
            "该任务由街道 {street} 设定，社区只能承接本街道的重点任务",
            "street {street} set this priority, and a community answers only to its own street"
        )
    }))
}

/// What the community was asked, by a priority that is published and stays so meanwhile.
async fn still_asked<A>(permit: &Permit<'_, A>, asked: Asked) -> Result<implementation::Model> {
    hold_published(permit, &asked.priority.id).await?;
    asked.implementation.ok_or_else(|| {
        let message = say!("该任务未下达给此社区", "the priority is not set for this community");
        Refusal::conflict(message, "NOT_TARGETED").with("allowed", Vec::<&str>::new())
    })
}
