//! The root field of decisions.

use async_graphql::{ID, SimpleObject};
use tongxin_kernel::{
    catalogue::RootField,
    error::{Refusal, Result},
    say,
    see::{self, Reader, Request},
    who::grounds::Judged,
};
use tongxin_policies::Action;

use super::place::{Way, ways_to};

/// 权限判断 · whether the caller may do something, and why
#[derive(SimpleObject)]
pub struct Decision {
    /// 是否允许 · whether the caller may do it, by the policies and for this very object; its state may still refuse it
    allowed: bool,
    /// 理由 · in words: which post and rule, or which reach is missing and who may, or why this object is not for the caller
    reason: String,
    /// 依据 · the policy line that decided, such as `claims.csv:12`; none where no line speaks of it
    rule: Option<String>,
    /// 所缺 · the roles and reaches of which one would do, as `role:reach`; empty when allowed
    missing: Vec<String>,
}

pub fn can() -> RootField {
    let about = "能否 · whether the caller may do this to an object, by the engine that enforces it; where the act names more than the object (for whom it claims, which community answers, to which post it appoints), whether it may with any";
    let field = RootField::new::<Decision>("can", "public", about, |ctx| {
        Box::pin(async move {
            let (action, on) = (see::required::<String>(ctx, "action")?, see::required::<ID>(ctx, "on")?);
            let request = Request::of(ctx)?;
            let reading = request.reading();
            let Some(named) = reading.policy().action(&action) else {
                return Err(Refusal::invalid("action", "UNKNOWN", say!("没有这一行为", "there is no such action")));
            };
            let judged = judge(&reading, named, &ways_to(&reading, &action, &on).await?)?;
            Ok(Decision {
                allowed: judged.is_allowed(),
                reason: judged.reason.in_lang(request.lang()).to_owned(),
                rule: judged.grounds.rule.clone(),
                missing: judged.missing(),
            })
        })
    });
    field
        .takes::<String>("action", "行为 · the mutation's name, such as `claimServiceItem`; up to 200 characters")
        .takes::<ID>("on", "对象 · id of what it would be done to; a region for what is created there")
}

/// The first way that is allowed; else the one that comes closest to it.
fn judge(reader: &impl Reader, action: Action, ways: &[Way]) -> Result<Judged> {
    let mut closest: Option<Judged> = None;
    for way in ways {
        let judged = way.iter().map(|place| Judged::new(reader.policy(), action, reader.actor(), place));
        let mut verdict = None;
        for judged in judged {
            let refused = !judged.is_allowed();
            verdict = Some(judged);
            if refused {
                break;
            }
        }
        let Some(verdict) = verdict else { continue };
        if verdict.is_allowed() {
            return Ok(verdict);
        }
        if closest.as_ref().is_none_or(|closest| verdict.is_barred() && !closest.is_barred()) {
            closest = Some(verdict);
        }
    }
    closest.ok_or_else(|| Refusal::internal("there is no way to judge"))
}
