//! The root field of decisions.

use async_graphql::{ID, SimpleObject};
use tongxin_kernel::{
    act::{Verdict, Way, judge},
    catalogue::RootField,
    error::{Refusal, Result},
    say,
    see::{self, Reader, Request, Shape, ShapedInterface as _},
};
use tongxin_policies::{Action, ReachSet, Role};

use crate::{Node, possible::acts_on};

/// 权限判断 · 调用者能否办理某事、理由为何 · whether the caller may do something, and why
#[derive(SimpleObject)]
pub struct Decision {
    /// 是否允许 · 调用者现在是否有某种填写方式可以办成，依据政策、对象状态及此事项的其他限制，不判断文字和数值 · whether some input exists with which the caller may do it now: by the policies, by the state of this very object, and by whatever else the act refuses; texts and numbers are not judged
    allowed: bool,
    /// 有权 · 不论对象状态，调用者是否有权对其办理此事 · whether authority lets the caller do it to this object, whatever its state
    permitted: bool,
    /// 理由 · 说明依据哪个岗位和条款、缺少何种关系、何人可办，或对象的何种情况使其不能办理 · in words: which post and rule, or which reach is missing and who may, or what of the object keeps it from being done
    reason: String,
    /// 依据 · 据以判断的政策条款，如 `claims.csv:12`，没有条款涉及时为空 · the policy line that decided, such as `claims.csv:12`; none where no line speaks of it
    rule: Option<String>,
    /// 所缺 · 所缺的岗位和关系，写作 `role:reach`，具备其一即可；允许时为空 · the roles and reaches of which one would do, as `role:reach`; empty when allowed
    missing: Vec<String>,
}

pub fn can() -> RootField {
    let about = "能否 · 调用者能否对某一对象办理此事，由实际执行权限的同一引擎判断；除对象外还须选定他项时（代表谁认领、由哪个社区答复、任命到哪个岗位），指任选其一能否办理 · whether the caller may do this to an object, by the engine that enforces it; where the act names more than the object (for whom it claims, which community answers, to which post it appoints), whether it may with any";
    let field = RootField::new::<Option<Decision>>("can", "public", about, |ctx| {
        Box::pin(async move {
            let (action, on) = (see::required::<String>(ctx, "action")?, see::required::<ID>(ctx, "on")?);
            let request = Request::of(ctx)?;
            let reading = request.reading();
            let verdict = decide(&reading, named(&reading, &action)?, &on).await?;
            let allowed = verdict.is_allowed();
            let Verdict { judged, hindrance } = verdict;
            let reason = hindrance.filter(|_| judged.is_allowed()).unwrap_or(judged.reason.clone());
            Ok(Some(Decision {
                allowed,
                permitted: judged.is_allowed(),
                reason: reason.in_lang(request.lang()).to_owned(),
                rule: judged.grounds.rule.clone(),
                missing: judged.missing(),
            }))
        })
    });
    field
        .takes::<String>("action", "行为 · 变更的名称，如 `claimServiceItem`，最多 200 字 · the mutation's name, such as `claimServiceItem`; up to 200 characters")
        .takes::<ID>("on", "对象 · 所要办理的对象的编号，在某地新建时填该地的编号 · id of what it would be done to; a region for what is created there")
}

/// 可办岗位 · 可以对某一对象办理某事的岗位 · posts by which an action could be done to an object
#[derive(SimpleObject)]
struct MayAct {
    /// 岗位 · 具备此岗位全部权限的岗位同样可以 · the role; whoever has all that it has may too
    role: String,
    /// 中文名 · 人们对此岗位的称呼 · what people call it
    zh: String,
    /// 英文名 · 此岗位的英文称呼 · the same in English
    en: String,
    /// 关系 · 任职组织与对象须有的关系，具备其一即可 · how the organisation of the post must stand to the object; one of these
    reaches: Vec<String>,
}

pub fn who_may() -> RootField {
    let about = "何人可办 · 按现行政策，哪些岗位可以对某一对象办理此事，不涉及具体人员 · by which posts an action could be done to an object, as the policies say it; no persons are named";
    let field = RootField::new::<Vec<MayAct>>("whoMay", "public", about, |ctx| {
        Box::pin(async move {
            let (action, on) = (see::required::<String>(ctx, "action")?, see::required::<ID>(ctx, "on")?);
            let reading = Request::of(ctx)?.reading();
            let named = named(&reading, &action)?;
            let shape =
                Node::interface().member_of(&on).ok_or_else(|| Refusal::not_found(Node::interface().called()))?;
            // Who does not see the object does not hear of it either.
            judge(&reading, named, shape, &on, &[&Way::reading(shape)]).await?;
            if named.changes() && ways_on(shape, named).is_empty() {
                return Ok(Vec::new());
            }
            let one = |(role, reaches): (Role, ReachSet)| MayAct {
                role: role.to_string(),
                zh: role.name().zh.to_owned(),
                en: role.name().en.to_owned(),
                reaches: reaches.reaches().map(|reach| reach.to_string()).collect(),
            };
            Ok(reading.policy().who_may(named).into_iter().map(one).collect())
        })
    });
    field
        .takes::<String>("action", "行为 · 变更的名称，如 `claimServiceItem`，最多 200 字 · the mutation's name, such as `claimServiceItem`; up to 200 characters")
        .takes::<ID>("on", "对象 · 所要办理的对象的编号，在某地新建时填该地的编号 · id of what it would be done to; a region for what is created there")
}

fn named(reader: &impl Reader, action: &str) -> Result<Action> {
    let unknown = || Refusal::invalid("action", "UNKNOWN", say!("没有这一行为", "there is no such action"));
    reader.policy().action(action).ok_or_else(unknown)
}

/// The ways in which an action is done to objects of a shape.
fn ways_on(shape: &Shape, action: Action) -> Vec<&'static Way> {
    let acts = acts_on(shape).iter().filter(|(act, _)| act.name == action.as_str());
    acts.flat_map(|(_, ways)| ways.iter().copied()).collect()
}

/// Decides about an action on whatever has this id.
async fn decide(reader: &impl Reader, action: Action, id: &str) -> Result<Verdict> {
    let shape = Node::interface().member_of(id).ok_or_else(|| Refusal::not_found(Node::interface().called()))?;
    if !action.changes() {
        return judge(reader, action, shape, id, &[&Way::reading(shape)]).await;
    }
    let ways = ways_on(shape, action);
    if !ways.is_empty() {
        return judge(reader, action, shape, id, &ways).await;
    }
    let mut verdict = judge(reader, action, shape, id, &[&Way::reading(shape)]).await?;
    let (zh, en) = (action.name().zh, action.name().en);
    let (called, kind) = (shape.called().zh, shape.name);
    verdict.hindrance = Some(say!("不能对{called}办理“{zh}”", "one does not {en} on a {kind}"));
    Ok(verdict)
}
