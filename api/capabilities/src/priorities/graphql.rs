//! The root fields of priorities.

use std::sync::LazyLock;

use async_graphql::{Context, MergedObject, Object};
use tongxin_kernel::{
    act::act,
    directive::needs,
    error::Result,
    see::{Field, Shape, Shaped, Spliced},
};

use super::{
    Priority,
    board::{PriorityFilter, PriorityOrder},
    service::{
        AmendPriorityInput, ClosePriorityInput, CreatePriorityInput, DiscardPriorityInput, PublishPriorityInput,
        UpdatePriorityInput, WithdrawPriorityInput,
    },
};
use crate::{find_query, list_query};

list_query!(PriorityList, priorities: Priority, PriorityFilter, by PriorityOrder, "readPriority", " 重点任务列表 · priorities; drafts for those who prepare and decide them");
find_query!(FindPriority, priority: Priority, "readPriority", " 重点任务 · one priority");

#[derive(MergedObject, Default)]
pub struct PriorityQuery(PriorityList, FindPriority);

/// The payloads of this capability: each shows the priority.
macro_rules! priority_payload {
    ($($name:ident $graphql:literal $description:literal;)*) => {$(
        #[doc = $description]
        pub struct $name;

        impl Shaped for $name {
            fn shape() -> &'static Shape {
                static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
                    let priority = Field::given::<Priority>("priority", "重点任务 · the priority as it is now");
                    Shape::payload($graphql, $description, vec![priority])
                });
                &SHAPE
            }
        }
    )*};
}

priority_payload! {
    CreatePriorityPayload "CreatePriorityPayload" "起草重点任务的结果 · the draft";
    UpdatePriorityPayload "UpdatePriorityPayload" "修改重点任务草稿的结果 · the edited draft";
    DiscardPriorityPayload "DiscardPriorityPayload" "作废重点任务草稿的结果 · the discarded draft";
    PublishPriorityPayload "PublishPriorityPayload" "发布重点任务的结果 · the published priority";
    AmendPriorityPayload "AmendPriorityPayload" "变更重点任务的结果 · the amended priority";
    ClosePriorityPayload "ClosePriorityPayload" "办结重点任务的结果 · the closed priority";
    WithdrawPriorityPayload "WithdrawPriorityPayload" "撤回重点任务的结果 · the withdrawn priority";
}

#[derive(Default)]
pub struct PriorityMutation;

#[Object]
impl PriorityMutation {
    /// 起草重点任务 · an officer drafts a priority of the own street for the secretary to publish
    #[graphql(directive = needs::apply("createPriority".into()))]
    async fn create_priority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · the draft")] input: CreatePriorityInput,
    ) -> Result<Spliced<CreatePriorityPayload>> {
        act(ctx, input).await
    }

    /// 修改重点任务草稿 · an officer edits a draft
    #[graphql(directive = needs::apply("updatePriority".into()))]
    async fn update_priority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which draft, and what it shall say")] input: UpdatePriorityInput,
    ) -> Result<Spliced<UpdatePriorityPayload>> {
        act(ctx, input).await
    }

    /// 作废重点任务草稿 · an officer throws a draft away; it never becomes public
    #[graphql(directive = needs::apply("discardPriority".into()))]
    async fn discard_priority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which draft")] input: DiscardPriorityInput,
    ) -> Result<Spliced<DiscardPriorityPayload>> {
        act(ctx, input).await
    }

    /// 发布重点任务 · the street's secretary publishes a draft; each of its communities is to adopt it or object
    #[graphql(directive = needs::apply("publishPriority".into()))]
    async fn publish_priority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which draft")] input: PublishPriorityInput,
    ) -> Result<Spliced<PublishPriorityPayload>> {
        act(ctx, input).await
    }

    /// 变更重点任务 · the street's secretary changes the due date or the communities of a published priority, with a reason
    #[graphql(directive = needs::apply("amendPriority".into()))]
    async fn amend_priority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which priority, what changes, and why")] input: AmendPriorityInput,
    ) -> Result<Spliced<AmendPriorityPayload>> {
        act(ctx, input).await
    }

    /// 办结重点任务 · the street's secretary closes a priority, once no objection and no submission waits for the street. Every implementation stays as far as it came and counts so; running claims finish, no new items
    #[graphql(directive = needs::apply("closePriority".into()))]
    async fn close_priority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which priority")] input: ClosePriorityInput,
    ) -> Result<Spliced<ClosePriorityPayload>> {
        act(ctx, input).await
    }

    /// 撤回重点任务 · the street's secretary withdraws a priority, with a reason; running claims finish, no new items
    #[graphql(directive = needs::apply("withdrawPriority".into()))]
    async fn withdraw_priority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which priority, and why")] input: WithdrawPriorityInput,
    ) -> Result<Spliced<WithdrawPriorityPayload>> {
        act(ctx, input).await
    }
}
