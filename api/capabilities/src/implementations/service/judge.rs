//! The street decides on objections, accepts and returns.

use std::sync::LazyLock;

use async_graphql::{ID, InputObject};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use tongxin_entity::{
    audit_entry::AuditOutcome,
    implementation::{self, ImplementationStatus as Status},
    organisation::OrganisationKind,
};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Seen, Step, Way},
    error::Result,
    input::Check,
    on,
    see::{Field, Owner, Shaped as _},
};

use super::{AdoptPriorityInput, ObjectToPriorityInput, SubmitImplementationInput, record, while_published};
use crate::{
    implementations::{
        Implementation,
        rules::{ACCEPT, REJECT, RETURN, UPHOLD, adopt_by_when_asked},
        shape::shown,
    },
    priorities::hold_published,
};

/// 裁定异议 · 是否免除该社区的任务、理由为何 · whether the community is released, and why
#[derive(InputObject, Debug)]
pub struct DecideObjectionInput {
    /// 落实 · 落实的编号 · the implementation's id
    pub implementation_id: ID,
    /// 异议成立 · 填 true 即免除该社区的任务，填 false 即维持任务，社区必须承接 · true releases the community; false holds it to the task: it must adopt
    pub uphold: bool,
    /// 裁定理由 · 为何如此裁定，1 至 1000 字 · why; 1 to 1,000 characters
    pub reason: String,
    /// 版本 · 所验收的落实的版本，版本不符即被拒绝 · the version of the implementation that was judged; another one is refused
    pub version: Option<i32>,
}

impl Act for DecideObjectionInput {
    const ACTION: &'static str = "decideObjection";
    const ABOUT: &'static str = "裁定异议 · 街道书记免除该社区的任务，或维持任务 · the street's secretary releases the community, or holds it to the task";
    const ANSWER: &'static str = "裁定异议的结果 · 裁定后的落实 · the implementation as decided";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Implementation, implementation_id, by_street(&UPHOLD));

    async fn run(&self, permit: &Permit<'_, Self>, seen: implementation::Model) -> Result<Done> {
        let reason = checked_reason(&self.reason)?;
        let step = if self.uphold { &UPHOLD } else { &REJECT };
        permit.ensure::<Implementation>(step, &seen)?;
        let priority = hold_published(permit, &seen.priority_id).await?;
        let mut values = implementation::ActiveModel {
            must_adopt: Set(!self.uphold),
            decision: Set(Some(reason.clone())),
            decided_at: Set(Some(permit.now())),
            ..Default::default()
        };
        let mut after = json!({"decision": reason});
        if !self.uphold {
            // The day may have passed while the community waited for the decision.
            let again = adopt_by_when_asked(&priority, permit.today());
            values.adopt_by = Set(Some(again));
            after["adoptBy"] = json!(again);
        }
        judge(permit, step, &seen, self.version, values).await?;
        let record = record(&seen, step, after);
        Ok(Done::new(Record { reason: Some(reason), ..record }).show("implementation", seen.id))
    }
}

/// 验收落实 · 指明哪一项落实已达成目标 · which implementation reached its target
#[derive(InputObject, Debug)]
pub struct AcceptImplementationInput {
    /// 落实 · 落实的编号 · the implementation's id
    pub implementation_id: ID,
    /// 版本 · 所验收的落实的版本，版本不符即被拒绝 · the version of the implementation that was judged; another one is refused
    pub version: Option<i32>,
}

impl Act for AcceptImplementationInput {
    const ACTION: &'static str = "acceptImplementation";
    const ABOUT: &'static str = "验收落实 · 街道书记验收社区达成的结果，参与办理者不得验收 · the street's secretary accepts what a community reached; never who had a hand in it";
    const ANSWER: &'static str = "验收落实的结果 · 已验收的落实 · the accepted implementation";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Implementation, implementation_id, by_street(&ACCEPT));

    async fn run(&self, permit: &Permit<'_, Self>, seen: implementation::Model) -> Result<Done> {
        permit.ensure::<Implementation>(&ACCEPT, &seen)?;
        hold_published(permit, &seen.priority_id).await?;
        let values = implementation::ActiveModel { decided_at: Set(Some(permit.now())), ..Default::default() };
        judge(permit, &ACCEPT, &seen, self.version, values).await?;
        let record = record(&seen, &ACCEPT, json!({}));
        Ok(Done::new(record).show("implementation", seen.id))
    }
}

/// 退回落实 · 退回哪一项落实、哪里未达要求 · which implementation falls short, and of what
#[derive(InputObject, Debug)]
pub struct ReturnImplementationInput {
    /// 落实 · 落实的编号 · the implementation's id
    pub implementation_id: ID,
    /// 退回原因 · 缺少什么，1 至 1000 字 · what is missing; 1 to 1,000 characters
    pub reason: String,
    /// 版本 · 所验收的落实的版本，版本不符即被拒绝 · the version of the implementation that was judged; another one is refused
    pub version: Option<i32>,
}

impl Act for ReturnImplementationInput {
    const ACTION: &'static str = "returnImplementation";
    const ABOUT: &'static str = "退回落实 · 街道干部退回未达要求的结果并说明原因，参与办理者不得退回 · an officer of the street returns what falls short, with the reason; never who had a hand in it";
    const ANSWER: &'static str = "退回落实的结果 · 被退回的落实 · the returned implementation";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Implementation, implementation_id, by_street(&RETURN));

    async fn run(&self, permit: &Permit<'_, Self>, seen: implementation::Model) -> Result<Done> {
        let reason = checked_reason(&self.reason)?;
        permit.ensure::<Implementation>(&RETURN, &seen)?;
        hold_published(permit, &seen.priority_id).await?;
        let values = implementation::ActiveModel {
            decision: Set(Some(reason.clone())),
            decided_at: Set(Some(permit.now())),
            ..Default::default()
        };
        judge(permit, &RETURN, &seen, self.version, values).await?;
        let record = record(&seen, &RETURN, json!({"decision": reason}));
        Ok(Done::new(Record { reason: Some(reason), ..record }).show("implementation", seen.id))
    }
}

fn checked_reason(reason: &str) -> Result<String> {
    let mut check = Check::default();
    let reason = check.text("reason", reason, 1..=1000);
    check.done()?;
    Ok(reason)
}

/// An implementation is judged where it is. Involved is whoever had a hand in it: the community's committee, who answered or
/// handed in for it, who reported.
fn by_street(step: &Step<Status>) -> Way {
    static INVOLVED: LazyLock<String> = LazyLock::new(|| {
        let acts = [AdoptPriorityInput::ACTION, ObjectToPriorityInput::ACTION, SubmitImplementationInput::ACTION];
        format!(
            "SELECT o.id FROM organisation o WHERE o.region_code = {{c}}.community_code AND o.kind = '{}' \
             UNION ALL SELECT a.actor_id FROM audit_entry a WHERE a.subject_id = {{c}}.id AND a.outcome = '{}' \
             AND a.action IN ('{}') \
             UNION ALL SELECT r.reported_by FROM implementation_report r WHERE r.implementation_id = {{c}}.id",
            OrganisationKind::CommunityCommittee,
            AuditOutcome::Allowed,
            acts.join("', '")
        )
    });
    let way = Way::on::<Implementation>().at(Owner { involved: &INVOLVED, ..Implementation::shape().owner });
    while_published(way.step::<Implementation>(step).versioned())
}

/// Leads an implementation on that is still as it was judged.
async fn judge<A>(
    permit: &Permit<'_, A>,
    step: &Step<Status>,
    seen: &implementation::Model,
    version: Option<i32>,
    values: implementation::ActiveModel,
) -> Result<()> {
    let by = version.map_or(Seen::Row, Seen::Version);
    permit.change::<Implementation>(step, seen, by, values).await.map(drop)
}
