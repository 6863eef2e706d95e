//! What the city's work is about: its priorities, and the titles of its items.

use sea_orm::DbErr;
use tongxin_entity::{
    implementation::{self, ImplementationStatus},
    priority::{self, PriorityStatus},
    priority_target, region,
    service_item::ServiceItemKind::{self, *},
};

use crate::demo::cast::Cast;

/// What every street sets: title, status, days ago of publication, due day from today.
const PRIORITIES: &[(&str, PriorityStatus, i64, i64)] = &[
    ("老旧小区环境提升（演示）", PriorityStatus::Published, 395, 120),
    ("为老服务进家门（演示）", PriorityStatus::Published, 393, 180),
    ("便民设施补短板（演示）", PriorityStatus::Closed, 390, -40),
];

/// What items are called, by kind.
pub(super) const TITLES: &[(ServiceItemKind, &str)] = &[
    (Service, "楼道清洁"),
    (Service, "路灯检修"),
    (Service, "管道疏通"),
    (Service, "绿化养护"),
    (Service, "门禁维修"),
    (Helper, "独居老人探访"),
    (Helper, "课后托管"),
    (Helper, "义诊"),
    (PolicyGuide, "政策宣讲"),
    (Information, "信息采集协助"),
    (Adviser, "居民议事"),
    (Civility, "文明劝导"),
    (Safety, "平安夜巡"),
];

/// The priorities of one street. Its officer must be known.
pub(super) fn set_priorities(cast: &mut Cast, street: &region::Model) -> Result<(), DbErr> {
    let when = cast.when;
    for &(title, status, published, due) in PRIORITIES {
        let created_at = when.ago(published + 6);
        let id = cast.make(&format!("priority/{}/{title}", street.code), "priority", created_at)?;
        cast.rows.priorities.push(priority::Model {
            id,
            street_code: street.code.clone(),
            title: title.to_owned(),
            description: "按居民意见确定。".to_owned(),
            target: "各社区全部完成。".to_owned(),
            due_on: when.day(due),
            adopt_by: Some(when.day(14 - published)),
            weight: 10,
            status,
            district_task: None,
            withdraw_reason: None,
            created_by: cast.id(&format!("officer/{}", street.code))?,
            created_at,
            updated_at: created_at,
            published_at: Some(when.ago(published)),
            ended_at: (status == PriorityStatus::Closed).then(|| when.ago(30)),
            version: 2,
        });
    }
    Ok(())
}

/// A community adopts the priorities of its street. Returns those that run: implementation and priority.
pub(super) fn adopt(cast: &mut Cast, street: &str, code: &str) -> Result<Vec<(String, String)>, DbErr> {
    let when = cast.when;
    let mut tasks = Vec::new();
    for &(title, status, published, _) in PRIORITIES {
        let priority_id = cast.id(&format!("priority/{street}/{title}"))?;
        let closed = status == PriorityStatus::Closed;
        let id = cast.make(&format!("implementation/{code}/{title}"), "impl", when.ago(published))?;
        let target = priority_target::Model { priority_id: priority_id.clone(), community_code: code.to_owned() };
        cast.rows.priority_targets.push(target);
        cast.rows.implementations.push(implementation::Model {
            id: id.clone(),
            priority_id: priority_id.clone(),
            community_code: code.to_owned(),
            status: if closed { ImplementationStatus::Accepted } else { ImplementationStatus::Adopted },
            must_adopt: false,
            adopt_by: None,
            plan: Some("发布服务项目，由共建单位认领。".to_owned()),
            objection: None,
            decision: None,
            result: closed.then(|| "已全部完成。".to_owned()),
            adopted_at: Some(when.ago(published - 2)),
            submitted_at: closed.then(|| when.ago(45)),
            judge_by: None,
            judge_by_provisional: false,
            decided_at: closed.then(|| when.ago(35)),
            created_at: when.ago(published),
            updated_at: when.ago(published),
            version: if closed { 4 } else { 2 },
        });
        if !closed {
            tasks.push((id, priority_id));
        }
    }
    Ok(tasks)
}
