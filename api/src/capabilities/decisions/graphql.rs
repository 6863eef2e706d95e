//! The root field of decisions.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::place::place_of_object;
use crate::{
    auth::{grounds::Judged, permit::Reader as _},
    directive::needs,
    error::{Refusal, Result},
    request::Request,
    say,
};

/// 权限判断 · whether the caller may do something, and why
#[derive(SimpleObject)]
pub struct Decision {
    /// 是否允许 · whether the policies allow it; the object's state may still refuse it
    allowed: bool,
    /// 理由 · in words: which post and rule, or which reach is missing and who may
    reason: String,
    /// 依据 · the policy line that decided, such as `claims.csv:12`; none where no line speaks of it
    rule: Option<String>,
    /// 所缺 · the roles and reaches of which one would do, as `role:reach`; empty when allowed
    missing: Vec<String>,
}

#[derive(Default)]
pub struct DecisionQuery;

#[Object]
impl DecisionQuery {
    /// 能否 · whether the caller may do this to an object, by the engine that enforces it
    #[graphql(directive = needs::apply("public".into()))]
    async fn can(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "行为 · the mutation's name, such as `claimServiceItem`")] action: String,
        #[graphql(desc = "对象 · id of what it would be done to; a region for what is created there")] on: ID,
    ) -> Result<Decision> {
        let request = Request::of(ctx)?;
        let reading = request.reading();
        let Some(named) = reading.policy().action(&action) else {
            return Err(Refusal::invalid("action", "UNKNOWN", say!("没有这一行为", "there is no such action")));
        };
        let place = place_of_object(&reading, &action, &on).await?;
        let judged = Judged::new(reading.policy(), named, reading.actor(), &place);
        Ok(Decision {
            allowed: judged.decision.is_allowed(),
            reason: judged.reason.in_lang(request.lang()).to_owned(),
            rule: judged.grounds.rule.clone(),
            missing: judged.missing(),
        })
    }
}
