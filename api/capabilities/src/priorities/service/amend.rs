//! The secretary changes what may change after publication.

use std::collections::BTreeSet;

use async_graphql::{ID, InputObject};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::json;
use tongxin_entity::{
    priority,
    priority_change::{self, PriorityChangeWhat as What},
};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Seen},
    error::{Refusal, Result},
    id::new_id,
    input::Check,
    on, say,
    scalars::Date,
    see::Field,
};

use super::{by_street, record};
use crate::{
    implementations,
    priorities::{
        Priority,
        rules::{self, AMEND},
        shape::shown,
        targets,
    },
};

/// 变更重点任务 · 已发布的重点任务变更什么、为何变更，未填的保持不变 · what changes of a published priority, and why; what is left out stays as it is
#[derive(InputObject, Debug)]
pub struct AmendPriorityInput {
    /// 重点任务 · 重点任务的编号 · the priority's id
    pub priority_id: ID,
    /// 版本 · 所读到的版本，版本较旧即被拒绝 · the version that was read; an older one is refused
    pub version: i32,
    /// 截止日期 · 新的完成期限，不能早于今天，也不能早于尚未答复的社区的承接期限 · the new last day to reach the target; not in the past, not before the last day to adopt of any community that has yet to answer
    pub due_on: Option<Date>,
    /// 目标社区 · 此后要求落实的社区，填 12 位统计代码，最多 200 个；空列表指街道的全部社区，新增的社区与其他社区有同样长的承接时间 · the communities that it is set for from now on, by their 12-digit codes, up to 200; `[]` means all of the street. Those that are new have as long to adopt as the others had
    pub community_codes: Option<Vec<String>>,
    /// 变更原因 · 为何变更，1 至 1000 字 · why; 1 to 1,000 characters
    pub reason: String,
}

/// One thing that becomes another.
struct Change {
    what: What,
    before: String,
    after: String,
}

impl Act for AmendPriorityInput {
    const ACTION: &'static str = "amendPriority";
    const ABOUT: &'static str = "变更重点任务 · 街道书记变更已发布任务的期限或目标社区，并说明原因 · the street's secretary changes the due date or the communities of a published priority, with a reason";
    const ANSWER: &'static str = "变更重点任务的结果 · 变更后的重点任务 · the amended priority";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Priority, priority_id, by_street().step::<Priority>(&AMEND).versioned());

    async fn run(&self, permit: &Permit<'_, Self>, seen: priority::Model) -> Result<Done> {
        let mut check = Check::default();
        let codes = match &self.community_codes {
            Some(codes) => Some(targets::named(permit, &seen.street_code, codes, &mut check).await?),
            None => None,
        };
        let due_on = self.due_on.map_or(seen.due_on, |day| day.0);
        if self.due_on.is_some() {
            rules::check_new_due(&mut check, permit.today(), due_on, seen.adopt_by);
        }
        let reason = check.text("reason", &self.reason, 1..=1000);
        check.done()?;

        let values = priority::ActiveModel { due_on: Set(due_on), ..Default::default() };
        permit.change::<Priority>(&AMEND, &seen, Seen::Version(self.version), values).await?;
        let mut changes = Vec::new();
        if due_on != seen.due_on {
            changes.push(Change { what: What::DueOn, before: seen.due_on.to_string(), after: due_on.to_string() });
        }
        let amended = priority::Model { due_on, ..seen.clone() };
        if let Some(codes) = codes {
            changes.extend(retarget(permit, &amended, &codes).await?);
        }
        if due_on < seen.due_on {
            // Looked at while the row of the priority is held, so that no decision gives another day meanwhile.
            let mut check = Check::default();
            rules::check_time_to_adopt(&mut check, due_on, implementations::latest_answer(permit, &seen.id).await?);
            check.done()?;
        }
        if changes.is_empty() {
            let message = say!("没有任何变更", "nothing would change by this");
            return Err(Refusal::invalid("input", "NO_CHANGE", message));
        }
        let (mut before, mut after) = (json!({}), json!({}));
        for Change { what, before: was, after: is } in changes {
            before[what.as_str()] = json!(was);
            after[what.as_str()] = json!(is);
            let row = priority_change::Model {
                id: new_id("change", permit.now())?,
                priority_id: seen.id.clone(),
                what,
                before: was,
                after: is,
                reason: reason.clone(),
                changed_by: permit.person()?,
                changed_at: permit.now(),
            };
            priority_change::Entity::insert(row.into_active_model()).exec_without_returning(permit.db()).await?;
        }
        let record = Record { before: Some(before), after: Some(after), reason: Some(reason), ..record(&seen) };
        Ok(Done::new(record).show("priority", seen.id))
    }
}

/// Sets the priority for these communities and no others: the new are asked, the others released.
async fn retarget<A>(
    permit: &Permit<'_, A>,
    priority: &priority::Model,
    codes: &BTreeSet<String>,
) -> Result<Option<Change>> {
    let priority_id = &priority.id;
    let old = targets::of(permit, priority_id).await?;
    if old == *codes {
        return Ok(None);
    }
    let (gone, new) = (old.difference(codes).cloned().collect(), codes.difference(&old).cloned().collect());
    implementations::release(permit, priority_id, &gone).await?;
    targets::remove(permit, priority_id, &gone).await?;
    targets::add(permit, priority_id, &new).await?;
    implementations::open_later(permit, priority, &new).await?;
    let list = |codes: &BTreeSet<String>| codes.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    Ok(Some(Change { what: What::Communities, before: list(&old), after: list(codes) }))
}
