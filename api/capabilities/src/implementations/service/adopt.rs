//! The community answers its street: it adopts, or objects with reasons.

use async_graphql::{ID, InputObject};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use tongxin_entity::{implementation, priority};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Work},
    error::{Refusal, Result},
    input::Check,
    say,
    see::Field,
    who::actor::{Place, parent_code},
};

use super::{change, record};
use crate::{
    implementations::{
        rules::{ADOPT, OBJECT},
        shape::shown,
    },
    priorities::{Priority, hold_published, named_place},
};

/// 承接重点任务 · which priority a community adopts, and how it will go about it
#[derive(InputObject, Debug)]
pub struct AdoptPriorityInput {
    /// 重点任务 · the priority's id
    pub priority_id: ID,
    /// 社区 · the community that adopts, by its 12-digit code
    pub community_code: String,
    /// 实施方案 · how the community will go about it; 1 to 4,000 characters
    pub plan: String,
}

impl Act for AdoptPriorityInput {
    const ACTION: &'static str = "adoptPriority";
    const ABOUT: &'static str = "承接重点任务 · the community's secretary adopts a priority of its street";
    const ANSWER: &'static str = "承接重点任务的结果 · the adopted implementation";

    fn shows() -> Vec<Field> {
        shown()
    }

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let (permit, priority) = permit_to_answer(work, &self.priority_id, &self.community_code).await?;
        let mut check = Check::default();
        let plan = check.text("plan", &self.plan, 1..=4000);
        check.done()?;
        let seen = asked(&permit, &priority, &self.community_code).await?;
        let values = implementation::ActiveModel {
            plan: Set(Some(plan.clone())),
            adopted_at: Set(Some(permit.now())),
            ..Default::default()
        };
        change(&permit, &ADOPT, &seen, values).await?;
        let record = record(&seen, &ADOPT, json!({"plan": plan}));
        Ok(Done::new(record).show("implementation", seen.id))
    }
}

/// 提出异议 · to which priority a community objects, and why
#[derive(InputObject, Debug)]
pub struct ObjectToPriorityInput {
    /// 重点任务 · the priority's id
    pub priority_id: ID,
    /// 社区 · the community that objects, by its 12-digit code
    pub community_code: String,
    /// 异议理由 · why; 1 to 1,000 characters
    pub reason: String,
}

impl Act for ObjectToPriorityInput {
    const ACTION: &'static str = "objectToPriority";
    const ABOUT: &'static str =
        "提出异议 · the community's secretary objects to a priority of its street, with reasons";
    const ANSWER: &'static str = "提出异议的结果 · the implementation objected to";

    fn shows() -> Vec<Field> {
        shown()
    }

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let (permit, priority) = permit_to_answer(work, &self.priority_id, &self.community_code).await?;
        let mut check = Check::default();
        let reason = check.text("reason", &self.reason, 1..=1000);
        check.done()?;
        let seen = asked(&permit, &priority, &self.community_code).await?;
        let values = implementation::ActiveModel { objection: Set(Some(reason.clone())), ..Default::default() };
        change(&permit, &OBJECT, &seen, values).await?;
        let record = record(&seen, &OBJECT, json!({"objection": reason}));
        Ok(Done::new(Record { reason: Some(reason), ..record }).show("implementation", seen.id))
    }
}

/// The right to answer for the community, to a priority of its own street.
async fn permit_to_answer<'w, A: Act>(
    work: &'w Work<A>,
    priority_id: &str,
    community_code: &str,
) -> Result<(Permit<'w, A>, priority::Model)> {
    let priority = work.see::<Priority>(priority_id).await?;
    let permit = work.permit(&place_of_answer(&priority, community_code))?;
    Ok((permit, priority))
}

/// Where a community answers to a priority: at home, and to its own street alone.
pub fn place_of_answer(priority: &priority::Model, community_code: &str) -> Place {
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
async fn asked<A>(
    permit: &Permit<'_, A>,
    priority: &priority::Model,
    community_code: &str,
) -> Result<implementation::Model> {
    hold_published(permit, &priority.id).await?;
    let found = implementation::Entity::find()
        .filter(implementation::Column::PriorityId.eq(&priority.id))
        .filter(implementation::Column::CommunityCode.eq(community_code));
    found.one(permit.db()).await?.ok_or_else(|| {
        let message = say!("该任务未下达给此社区", "the priority is not set for this community");
        Refusal::conflict(message, "NOT_TARGETED").with("allowed", Vec::<&str>::new())
    })
}
