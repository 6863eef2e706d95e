//! Officers draft, edit, and throw away what will not be published.

use async_graphql::{ID, InputObject, MaybeUndefined};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tongxin_entity::priority;
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Seen, Way, Work},
    error::{Message, Result},
    id::new_id,
    input::Check,
    on, say,
    scalars::Date,
    see::Field,
    who::actor::Place,
};

use super::{by_street, record};
use crate::priorities::{
    Priority,
    rules::{self, DISCARD, UPDATE},
    shape::{DRAFTS, shown},
    targets,
};
use crate::regions::{Region, named_place};

/// 起草重点任务 · 街道准备给社区下达的任务 · what a street is to set for its communities
#[derive(InputObject, Debug)]
pub struct CreatePriorityInput {
    /// 标题 · 用一句话说明任务，1 至 200 字 · what it is, in a line; 1 to 200 characters
    pub title: String,
    /// 缘由 · 为何下达，最多 4000 字 · why it is set; up to 4,000 characters
    pub description: String,
    /// 目标 · 要达成什么，须可衡量，1 至 4000 字 · what is to be reached, measurably; 1 to 4,000 characters
    pub target: String,
    /// 截止日期 · 达成目标的最后一天，不能早于今天 · the last day to reach the target; not in the past
    pub due_on: Date,
    /// 街道 · 下达任务的街道，填 9 位统计代码 · the street that sets it, by its 9-digit code
    pub street_code: String,
    /// 目标社区 · 街道下辖的社区，填 12 位统计代码，最多 200 个，空列表指全部社区 · the communities of the street, by their 12-digit codes, up to 200; `[]` means all
    pub community_codes: Vec<String>,
    /// 权重 · 在街道各项任务中的权重，1 至 100，不填为 1 · weight among the street's priorities, 1 to 100; 1 unless given
    pub weight: Option<i32>,
    /// 对应区级任务 · 所对应的区级任务原文，最多 1000 字 · the district task that it answers, cited; up to 1,000 characters
    pub district_task: Option<String>,
    /// 承接期限 · 承接或提出异议的最后一天，不晚于截止日期，不填则从发布之日起算 · the last day to adopt or object, no later than the due date; counted from the publication unless given
    pub adopt_by: Option<Date>,
}

impl Act for CreatePriorityInput {
    const ACTION: &'static str = "createPriority";
    const ABOUT: &'static str = "起草重点任务 · 街道干部为本街道起草重点任务，由书记发布 · an officer drafts a priority of the own street for the secretary to publish";
    const ANSWER: &'static str = "起草重点任务的结果 · 起草的草稿 · the draft";
    const SHOWS: fn() -> Vec<Field> = shown;
    type Seen = ();

    fn ways() -> Vec<Way> {
        vec![Way::on::<Region>().unless_told("{c}.level <> 'STREET'", no_street)]
    }

    async fn find(&self, _: &Work<Self>) -> Result<((), Place)> {
        Ok(((), named_place(&self.street_code)))
    }

    async fn run(&self, permit: &Permit<'_, Self>, (): ()) -> Result<Done> {
        let mut check = Check::default();
        let codes = targets::named(permit, &self.street_code, &self.community_codes, &mut check).await?;
        let adopt_by = self.adopt_by.map(|day| day.0);
        rules::check_dates(&mut check, permit.today(), self.due_on.0, adopt_by);
        let priority = priority::Model {
            id: new_id("priority", permit.now())?,
            street_code: self.street_code.clone(),
            title: check.text("title", &self.title, 1..=200),
            description: check.text("description", &self.description, 0..=4000),
            target: check.text("target", &self.target, 1..=4000),
            due_on: self.due_on.0,
            adopt_by,
            weight: check.range("weight", self.weight.unwrap_or(1), 1..=100),
            status: priority::PriorityStatus::Draft,
            district_task: check.optional_text("districtTask", self.district_task.as_deref(), 1000),
            withdraw_reason: None,
            created_by: permit.person()?,
            created_at: permit.now(),
            updated_at: permit.now(),
            published_at: None,
            ended_at: None,
            version: 1,
        };
        check.done()?;
        priority::Entity::insert(priority.clone().into_active_model()).exec_without_returning(permit.db()).await?;
        targets::add(permit, &priority.id, &codes).await?;
        let after = Some(as_kept(&priority, Some(&codes)));
        let record = Record { after, after_by: Some(DRAFTS), ..record(&priority) };
        Ok(Done::new(record).show("priority", priority.id))
    }
}

/// 修改重点任务草稿 · 修改哪一份草稿、改成什么，未填的保持不变 · which draft, and what it shall say; what is left out stays as it is
#[derive(InputObject, Debug)]
pub struct UpdatePriorityInput {
    /// 重点任务 · 草稿的编号 · the draft's id
    pub priority_id: ID,
    /// 版本 · 所读到的版本，版本较旧即被拒绝 · the version that was read; an older one is refused
    pub version: i32,
    /// 标题 · 用一句话说明任务，1 至 200 字 · what it is, in a line; 1 to 200 characters
    pub title: Option<String>,
    /// 缘由 · 为何下达，最多 4000 字 · why it is set; up to 4,000 characters
    pub description: Option<String>,
    /// 目标 · 要达成什么，须可衡量，1 至 4000 字 · what is to be reached, measurably; 1 to 4,000 characters
    pub target: Option<String>,
    /// 截止日期 · 达成目标的最后一天，不能早于今天 · the last day to reach the target; not in the past
    pub due_on: Option<Date>,
    /// 目标社区 · 街道下辖的社区，填 12 位统计代码，最多 200 个，空列表指全部社区 · the communities of the street, by their 12-digit codes, up to 200; `[]` means all
    pub community_codes: Option<Vec<String>>,
    /// 权重 · 在街道各项任务中的权重，1 至 100 · weight among the street's priorities, 1 to 100
    pub weight: Option<i32>,
    /// 对应区级任务 · 所对应的区级任务原文，最多 1000 字，填 null 即没有 · the district task that it answers, cited; up to 1,000 characters; null for none
    pub district_task: MaybeUndefined<String>,
    /// 承接期限 · 承接或提出异议的最后一天，不晚于截止日期，填 null 则从发布之日起算 · the last day to adopt or object, no later than the due date; null to count it from the publication
    pub adopt_by: MaybeUndefined<Date>,
}

impl Act for UpdatePriorityInput {
    const ACTION: &'static str = "updatePriority";
    const ABOUT: &'static str = "修改重点任务草稿 · 街道干部修改草稿 · an officer edits a draft";
    const ANSWER: &'static str = "修改重点任务草稿的结果 · 修改后的草稿 · the edited draft";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Priority, priority_id, by_street().step::<Priority>(&UPDATE).versioned());

    async fn run(&self, permit: &Permit<'_, Self>, seen: priority::Model) -> Result<Done> {
        let mut check = Check::default();
        let codes = match &self.community_codes {
            Some(codes) => Some(targets::named(permit, &seen.street_code, codes, &mut check).await?),
            None => None,
        };
        let mut edited = seen.clone();
        if let Some(title) = &self.title {
            edited.title = check.text("title", title, 1..=200);
        }
        if let Some(description) = &self.description {
            edited.description = check.text("description", description, 0..=4000);
        }
        if let Some(target) = &self.target {
            edited.target = check.text("target", target, 1..=4000);
        }
        if let Some(weight) = self.weight {
            edited.weight = check.range("weight", weight, 1..=100);
        }
        if !self.district_task.is_undefined() {
            let task = self.district_task.value().map(String::as_str);
            edited.district_task = check.optional_text("districtTask", task, 1000);
        }
        if !self.adopt_by.is_undefined() {
            edited.adopt_by = self.adopt_by.value().map(|day| day.0);
        }
        edited.due_on = self.due_on.map_or(edited.due_on, |day| day.0);
        if (edited.due_on, edited.adopt_by) != (seen.due_on, seen.adopt_by) {
            rules::check_dates(&mut check, permit.today(), edited.due_on, edited.adopt_by);
        }
        check.done()?;
        let values = priority::ActiveModel {
            title: Set(edited.title.clone()),
            description: Set(edited.description.clone()),
            target: Set(edited.target.clone()),
            due_on: Set(edited.due_on),
            adopt_by: Set(edited.adopt_by),
            weight: Set(edited.weight),
            district_task: Set(edited.district_task.clone()),
            ..Default::default()
        };
        permit.change::<Priority>(&UPDATE, &seen, Seen::Version(self.version), values).await?;
        let mut before = None;
        if let Some(codes) = &codes {
            let old = targets::of(permit, &seen.id).await?;
            targets::remove(permit, &seen.id, old.difference(codes)).await?;
            targets::add(permit, &seen.id, codes.difference(&old)).await?;
            before = Some(old);
        }
        let record = Record {
            before: Some(as_kept(&seen, before.as_ref())),
            after: Some(as_kept(&edited, codes.as_ref())),
            before_by: Some(DRAFTS),
            after_by: Some(DRAFTS),
            ..record(&seen)
        };
        Ok(Done::new(record).show("priority", seen.id))
    }
}

/// 作废重点任务草稿 · 作废哪一份草稿 · which draft is thrown away
#[derive(InputObject, Debug)]
pub struct DiscardPriorityInput {
    /// 重点任务 · 草稿的编号 · the draft's id
    pub priority_id: ID,
}

impl Act for DiscardPriorityInput {
    const ACTION: &'static str = "discardPriority";
    const ABOUT: &'static str = "作废重点任务草稿 · 街道干部作废草稿，草稿从此不会公开 · an officer throws a draft away; it never becomes public";
    const ANSWER: &'static str = "作废重点任务草稿的结果 · 已作废的草稿 · the discarded draft";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Priority, priority_id, by_street().step::<Priority>(&DISCARD));

    async fn run(&self, permit: &Permit<'_, Self>, seen: priority::Model) -> Result<Done> {
        let values = priority::ActiveModel { ended_at: Set(Some(permit.now())), ..Default::default() };
        permit.change::<Priority>(&DISCARD, &seen, Seen::Row, values).await?;
        let record = Record {
            before: Some(json!({"status": seen.status})),
            after: Some(json!({"status": DISCARD.to})),
            ..record(&seen)
        };
        Ok(Done::new(record).show("priority", seen.id))
    }
}

fn no_street() -> Message {
    say!("重点任务由街道设定", "a street sets priorities")
}

/// What the audit keeps of a draft; the communities only where they were named.
fn as_kept(priority: &priority::Model, communities: Option<&std::collections::BTreeSet<String>>) -> Value {
    let mut kept = json!({
        "title": priority.title, "description": priority.description, "target": priority.target,
        "dueOn": priority.due_on, "adoptBy": priority.adopt_by, "weight": priority.weight,
        "districtTask": priority.district_task,
    });
    if let Some(communities) = communities {
        kept["communityCodes"] = json!(communities);
    }
    kept
}
