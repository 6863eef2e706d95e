//! The streets' priorities and what the communities do about them, in every state.

use sea_orm::DbErr;
use tongxin_entity::{
    implementation::{
        self,
        ImplementationStatus::{self, *},
    },
    implementation_report,
    priority::{self, PriorityStatus},
    priority_change::{self, PriorityChangeWhat},
    priority_target,
};

use super::{
    cast::{Cast, make_id},
    places::{Divisions, FAR, FAR_STREET, HERE, SIBLING, STREET},
};

/// A priority; its days count from today.
struct Plan {
    name: &'static str,
    street: &'static str,
    by: &'static str,
    title: &'static str,
    why: &'static str,
    target: &'static str,
    weight: i32,
    status: PriorityStatus,
    district_task: Option<&'static str>,
    drafted: i64,
    published: Option<i64>,
    /// Closed, withdrawn or discarded.
    ended: Option<i64>,
    adopt_by: Option<i64>,
    due: i64,
    communities: &'static [(&'static str, ImplementationStatus)],
    /// Where the other communities of the street stand, if it is set for them too.
    rest: Option<ImplementationStatus>,
}

/// The one community whose objection was rejected, so that it must adopt.
const MUST_ADOPT: (&str, &str) = ("stairwells", "120106001011");

#[rustfmt::skip]
const PLANS: &[Plan] = &[
    Plan { name: "stairwells", street: STREET, by: "street-officer", title: "老旧小区楼道整治（演示）",
        why: "楼道堆物、照明损坏是居民反映最多的问题。", target: "年内整治楼道 300 个，居民满意率不低于 90%。", weight: 30,
        status: PriorityStatus::Published, district_task: Some("红桥区演示任务〔1〕号：老旧小区环境提升"),
        drafted: 75, published: Some(70), ended: None, adopt_by: Some(-49), due: 110,
        communities: &[
            (HERE, Adopted), (SIBLING, Pending), ("120106001006", Objected), ("120106001008", Released), ("120106001009", Submitted),
            ("120106001010", Returned), (MUST_ADOPT.1, Pending), ("120106001012", Accepted), ("120106001014", Adopted),
        ],
        rest: Some(Pending) },
    Plan { name: "elderly", street: STREET, by: "street-officer", title: "独居老人探访关爱（演示）",
        why: "冬季独居老人需要常态化探访。", target: "每周至少探访一次，建立结对 200 对。", weight: 20,
        status: PriorityStatus::Published, district_task: None,
        drafted: 9, published: Some(5), ended: None, adopt_by: Some(12), due: 150,
        communities: &[(HERE, Pending), (SIBLING, Pending)], rest: None },
    Plan { name: "parking", street: STREET, by: "street-officer", title: "小区停车秩序治理（演示）",
        why: "夜间停车矛盾突出。", target: "新增错时停车位 150 个。", weight: 10,
        status: PriorityStatus::Draft, district_task: None,
        drafted: 2, published: None, ended: None, adopt_by: None, due: 180, communities: &[(HERE, Pending), (SIBLING, Pending)], rest: None },
    Plan { name: "waste", street: STREET, by: "street-officer", title: "生活垃圾分类宣传（演示）",
        why: "提高分类准确率。", target: "分类准确率达到 85%。", weight: 15,
        status: PriorityStatus::Closed, district_task: None,
        drafted: 260, published: Some(250), ended: Some(50), adopt_by: Some(-230), due: -55,
        communities: &[(HERE, Accepted), (SIBLING, Accepted)], rest: None },
    Plan { name: "night-market", street: STREET, by: "street-officer", title: "便民夜市试点（演示）",
        why: "方便居民，带动就业。", target: "试点夜市一处。", weight: 5,
        status: PriorityStatus::Withdrawn, district_task: None,
        drafted: 100, published: Some(95), ended: Some(40), adopt_by: Some(-80), due: 60,
        communities: &[(HERE, Withdrawn), (SIBLING, Withdrawn)], rest: None },
    Plan { name: "far-elevators", street: FAR_STREET, by: "other-street-officer", title: "加装电梯协商（演示）",
        why: "高龄居民上下楼困难。", target: "完成协商 20 个单元。", weight: 25,
        status: PriorityStatus::Published, district_task: None,
        drafted: 32, published: Some(30), ended: None, adopt_by: Some(10), due: 200,
        communities: &[(FAR, Adopted)], rest: Some(Pending) },
    Plan { name: "far-cables", street: FAR_STREET, by: "other-street-officer", title: "飞线充电整治（演示）",
        why: "消除火灾隐患。", target: "新建充电棚 40 处。", weight: 20,
        status: PriorityStatus::Draft, district_task: None,
        drafted: 1, published: None, ended: None, adopt_by: None, due: 120, communities: &[(FAR, Pending)], rest: None },
    Plan { name: "far-signs", street: FAR_STREET, by: "other-street-officer", title: "统一更换楼牌（演示）",
        why: "楼牌陈旧。", target: "更换楼牌 600 块。", weight: 5,
        status: PriorityStatus::Discarded, district_task: None,
        drafted: 20, published: None, ended: Some(18), adopt_by: None, due: 90, communities: &[(FAR, Pending)], rest: None },
];

/// Every priority with its targets; once published, with an implementation for each of them.
pub(super) fn add(cast: &mut Cast, divisions: &Divisions) -> Result<(), DbErr> {
    for plan in PLANS {
        let id = add_priority(cast, plan)?;
        let mut targets = plan.communities.to_vec();
        if let Some(status) = plan.rest {
            let named = |code: &str| plan.communities.iter().any(|&(known, _)| known == code);
            let others = divisions.of(plan.street).map(|community| community.code.as_str());
            targets.extend(others.filter(|code| !named(code)).map(|code| (code, status)));
        }
        for (code, status) in targets {
            let target = priority_target::Model { priority_id: id.clone(), community_code: code.to_owned() };
            cast.rows.priority_targets.push(target);
            if let Some(published) = plan.published {
                let ended = plan.ended.unwrap_or(0);
                add_implementation(cast, plan, &id, code, status, (published, ended))?;
            }
        }
    }
    change_due_date(cast)?;
    report(cast)
}

fn add_priority(cast: &mut Cast, plan: &Plan) -> Result<String, DbErr> {
    let when = cast.when;
    let created_at = when.ago(plan.drafted);
    let id = cast.make(plan.name, "priority", created_at)?;
    let withdrawn = plan.status == PriorityStatus::Withdrawn;
    cast.rows.priorities.push(priority::Model {
        id: id.clone(),
        street_code: plan.street.to_owned(),
        title: plan.title.to_owned(),
        description: plan.why.to_owned(),
        target: plan.target.to_owned(),
        due_on: when.day(plan.due),
        adopt_by: plan.adopt_by.map(|day| when.day(day)),
        weight: plan.weight,
        status: plan.status,
        district_task: plan.district_task.map(str::to_owned),
        withdraw_reason: withdrawn.then(|| "场地另有安排，本年度不再推进（演示）。".to_owned()),
        created_by: cast.id(plan.by)?,
        created_at,
        updated_at: created_at,
        published_at: plan.published.map(|days| when.ago(days)),
        ended_at: plan.ended.map(|days| when.ago(days)),
        version: 1 + i32::from(plan.published.is_some()) + i32::from(plan.ended.is_some()),
    });
    Ok(id)
}

/// An implementation that got as far as its status, between publication and the end of the priority (or today).
fn add_implementation(
    cast: &mut Cast,
    plan: &Plan,
    priority: &str,
    code: &str,
    status: ImplementationStatus,
    (published, ended): (i64, i64),
) -> Result<(), DbErr> {
    let when = cast.when;
    let share = |percent: i64| when.ago(published - (published - ended) * percent / 100);
    let must_adopt = (plan.name, code) == MUST_ADOPT;
    let objected = must_adopt || matches!(status, Objected | Released);
    let adopted = matches!(status, Adopted | Submitted | Returned | Accepted | Withdrawn);
    let submitted = matches!(status, Submitted | Returned | Accepted);
    let decided = must_adopt || matches!(status, Released | Returned | Accepted);
    let decision = match status {
        Released => Some("理由成立，本年度免除（演示）。"),
        Returned => Some("三号楼尚未清理，请补充后再报（演示）。"),
        _ if must_adopt => Some("条件具备，不予免除，请承接（演示）。"),
        _ => None,
    };
    let text = |there: bool, text: &str| there.then(|| text.to_owned());
    let created_at = share(0);
    let id = cast.make(&format!("{}/{code}", plan.name), "impl", created_at)?;
    cast.rows.implementations.push(implementation::Model {
        id,
        priority_id: priority.to_owned(),
        community_code: code.to_owned(),
        status,
        must_adopt,
        adopt_by: None,
        plan: text(adopted, "分楼栋排查，发布服务项目，由共建单位认领（演示）。"),
        objection: text(objected, "本社区老旧楼道已于去年整治完毕（演示）。"),
        decision: decision.map(str::to_owned),
        result: text(submitted, "已完成全部楼栋，居民评价良好（演示）。"),
        adopted_at: adopted.then(|| share(10)),
        submitted_at: submitted.then(|| share(70)),
        judge_by: None,
        judge_by_provisional: false,
        decided_at: decided.then(|| share(if must_adopt || status == Released { 20 } else { 90 })),
        created_at,
        updated_at: created_at,
        version: 1 + i32::from(objected) + i32::from(adopted) + i32::from(submitted) + i32::from(decided),
    });
    Ok(())
}

/// One published priority whose due date was moved.
fn change_due_date(cast: &mut Cast) -> Result<(), DbErr> {
    let when = cast.when;
    let change = priority_change::Model {
        id: make_id("change", when.ago(25))?,
        priority_id: cast.id("stairwells")?,
        what: PriorityChangeWhat::DueOn,
        before: when.day(80).to_string(),
        after: when.day(110).to_string(),
        reason: "雨季影响施工，顺延一个月（演示）。".to_owned(),
        changed_by: cast.id("street-secretary")?,
        changed_at: when.ago(25),
    };
    cast.rows.priority_changes.push(change);
    Ok(())
}

/// Two reports of progress.
fn report(cast: &mut Cast) -> Result<(), DbErr> {
    let when = cast.when;
    let bodies = [(45, "已排查 42 个楼道，建立清单（演示）。"), (12, "已清理 30 个楼道，更换灯具 56 盏（演示）。")];
    for (days, body) in bodies {
        let report = implementation_report::Model {
            id: make_id("report", when.ago(days))?,
            implementation_id: cast.id(&format!("stairwells/{HERE}"))?,
            body: body.to_owned(),
            reported_by: cast.id("community-worker")?,
            created_at: when.ago(days),
        };
        cast.rows.implementation_reports.push(report);
    }
    Ok(())
}
