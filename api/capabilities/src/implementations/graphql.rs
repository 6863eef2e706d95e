//! The root fields of implementations.

use std::sync::LazyLock;

use async_graphql::{Context, MergedObject, Object};
use tongxin_kernel::{
    act::act,
    directive::needs,
    error::Result,
    see::{Field, Shape, Shaped, Spliced},
};

use super::{
    Implementation, ImplementationFilter, ImplementationReport,
    service::{
        AcceptImplementationInput, AdoptPriorityInput, DecideObjectionInput, ObjectToPriorityInput,
        ReportImplementationInput, ReturnImplementationInput, SubmitImplementationInput,
    },
};
use crate::{find_query, list_query};

list_query!(ImplementationList, implementations: Implementation, ImplementationFilter, "readImplementation", " 落实列表 · what communities do about priorities");
find_query!(FindImplementation, implementation: Implementation, "readImplementation", " 落实 · one implementation");

#[derive(MergedObject, Default)]
pub struct ImplementationQuery(ImplementationList, FindImplementation);

/// The payloads of this capability: each shows the implementation, and what else came of the act.
macro_rules! implementation_payload {
    ($($name:ident $graphql:literal $description:literal $(+ $more:expr)?;)*) => {$(
        #[doc = $description]
        pub struct $name;

        impl Shaped for $name {
            fn shape() -> &'static Shape {
                static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
                    let implementation = Field::given::<Implementation>("implementation", "落实 · the implementation as it is now");
                    Shape::payload($graphql, $description, vec![implementation $(, $more)?])
                });
                &SHAPE
            }
        }
    )*};
}

implementation_payload! {
    AdoptPriorityPayload "AdoptPriorityPayload" "承接重点任务的结果 · the adopted implementation";
    ObjectToPriorityPayload "ObjectToPriorityPayload" "提出异议的结果 · the implementation objected to";
    DecideObjectionPayload "DecideObjectionPayload" "裁定异议的结果 · the implementation as decided";
    ReportImplementationPayload "ReportImplementationPayload" "报告进展的结果 · the report and its implementation"
        + Field::given::<ImplementationReport>("report", "进展报告 · the report");
    SubmitImplementationPayload "SubmitImplementationPayload" "提交验收的结果 · the submitted implementation";
    AcceptImplementationPayload "AcceptImplementationPayload" "验收的结果 · the accepted implementation";
    ReturnImplementationPayload "ReturnImplementationPayload" "退回的结果 · the returned implementation";
}

#[derive(Default)]
pub struct ImplementationMutation;

#[Object]
impl ImplementationMutation {
    /// 承接重点任务 · the community's secretary adopts a priority of its street
    #[graphql(directive = needs::apply("adoptPriority".into()))]
    async fn adopt_priority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which priority, for which community, and how")] input: AdoptPriorityInput,
    ) -> Result<Spliced<AdoptPriorityPayload>> {
        act(ctx, input).await
    }

    /// 提出异议 · the community's secretary objects to a priority of its street, with reasons
    #[graphql(directive = needs::apply("objectToPriority".into()))]
    async fn object_to_priority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · to which priority, for which community, and why")] input: ObjectToPriorityInput,
    ) -> Result<Spliced<ObjectToPriorityPayload>> {
        act(ctx, input).await
    }

    /// 裁定异议 · the street's secretary releases the community, or holds it to the task
    #[graphql(directive = needs::apply("decideObjection".into()))]
    async fn decide_objection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which objection, how it is decided, and why")] input: DecideObjectionInput,
    ) -> Result<Spliced<DecideObjectionPayload>> {
        act(ctx, input).await
    }

    /// 报告进展 · a community worker reports on an implementation under way
    #[graphql(directive = needs::apply("reportImplementation".into()))]
    async fn report_implementation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · on which implementation, and what was done")] input: ReportImplementationInput,
    ) -> Result<Spliced<ReportImplementationPayload>> {
        act(ctx, input).await
    }

    /// 提交验收 · a community worker hands in what was reached for the street to inspect
    #[graphql(directive = needs::apply("submitImplementation".into()))]
    async fn submit_implementation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which implementation, and what it reached")] input: SubmitImplementationInput,
    ) -> Result<Spliced<SubmitImplementationPayload>> {
        act(ctx, input).await
    }

    /// 验收 · the street's secretary accepts what a community reached; never who had a hand in it
    #[graphql(directive = needs::apply("acceptImplementation".into()))]
    async fn accept_implementation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which implementation")] input: AcceptImplementationInput,
    ) -> Result<Spliced<AcceptImplementationPayload>> {
        act(ctx, input).await
    }

    /// 退回 · an officer of the street returns what falls short, with the reason; never who had a hand in it
    #[graphql(directive = needs::apply("returnImplementation".into()))]
    async fn return_implementation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which implementation, and what is missing")] input: ReturnImplementationInput,
    ) -> Result<Spliced<ReturnImplementationPayload>> {
        act(ctx, input).await
    }
}
