//! Types and root fields of claims.

use std::sync::LazyLock;

use async_graphql::{Context, Enum, ID, InputObject, MergedObject, Object};
use tongxin_entity::claim;
use tongxin_kernel::{
    act::act,
    directive::needs,
    error::Result,
    filter,
    see::{Field, Shape, Shaped, Spliced},
};

use super::{
    Claim,
    service::{
        AcceptClaimInput, ClaimServiceItemInput, ReturnClaimInput, StartClaimInput, SubmitClaimInput,
        WithdrawClaimInput,
    },
};
use crate::{find_query, list_query, service_items::ServiceItem};

/// 认领状态 · where a claim stands
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "claim::ClaimStatus")]
pub enum ClaimStatus {
    /// 已认领 · a place is taken
    Claimed,
    /// 进行中 · work has begun
    InProgress,
    /// 已提交 · handed in, waits for the community
    Submitted,
    /// 已验收 · accepted by the community
    Accepted,
    /// 已退回 · returned by the community with a reason
    Returned,
    /// 已退出 · withdrawn by the claimant
    Withdrawn,
    /// 已释放 · released because it lapsed or the item was cancelled
    Released,
}

/// 认领筛选 · conditions on claims; all given must hold
#[derive(InputObject, Debug, Default)]
pub struct ClaimFilter {
    /// 状态 · in this state
    status: Option<ClaimStatus>,
    /// 认领方 · of this organisation
    claimant_id: Option<ID>,
    /// 服务项目 · of this item
    service_item_id: Option<ID>,
}

filter!(ClaimFilter, |this, sql, row| {
    if let Some(status) = this.status {
        sql.push(" AND ").push(row).push(".status = ").bind(claim::ClaimStatus::from(status).as_str());
    }
    for (column, id) in [(".claimant_id = ", &this.claimant_id), (".service_item_id = ", &this.service_item_id)] {
        if let Some(id) = id {
            sql.push(" AND ").push(row).push(column).bind(id.0.clone());
        }
    }
});

list_query!(ClaimList, claims: Claim, ClaimFilter, "readClaim", " 认领列表 · claims, such as those of one claimant");
find_query!(FindClaim, claim: Claim, "readClaim", " 认领 · one claim");

#[derive(MergedObject, Default)]
pub struct ClaimQuery(ClaimList, FindClaim);

/// The payloads of this capability: each shows the claim and its item.
macro_rules! claim_payload {
    ($($name:ident $graphql:literal $description:literal;)*) => {$(
        #[doc = $description]
        pub struct $name;

        impl Shaped for $name {
            fn shape() -> &'static Shape {
                static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
                    let claim = Field::given::<Claim>("claim", "认领 · the claim as it is now");
                    let item = Field::given::<ServiceItem>("serviceItem", "服务项目 · its item as it is now");
                    Shape::payload($graphql, $description, vec![claim, item])
                });
                &SHAPE
            }
        }
    )*};
}

claim_payload! {
    ClaimServiceItemPayload "ClaimServiceItemPayload" "认领的结果 · the new claim and its item";
    StartClaimPayload "StartClaimPayload" "开始办理的结果 · the claim in progress";
    SubmitClaimPayload "SubmitClaimPayload" "提交的结果 · the claim handed in";
    AcceptClaimPayload "AcceptClaimPayload" "验收的结果 · the accepted claim and its item";
    ReturnClaimPayload "ReturnClaimPayload" "退回的结果 · the returned claim";
    WithdrawClaimPayload "WithdrawClaimPayload" "退出的结果 · the withdrawn claim and its item";
}

#[derive(Default)]
pub struct ClaimMutation;

#[Object]
impl ClaimMutation {
    /// 认领服务项目 · a partner takes a place of an open item where it serves; of any number at once exactly the quota succeeds
    #[graphql(directive = needs::apply("claimServiceItem".into()))]
    async fn claim_service_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which item, and for which organisation")] input: ClaimServiceItemInput,
    ) -> Result<Spliced<ClaimServiceItemPayload>> {
        act(ctx, input).await
    }

    /// 开始办理 · the claimant begins to work
    #[graphql(directive = needs::apply("startClaim".into()))]
    async fn start_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which claim")] input: StartClaimInput,
    ) -> Result<Spliced<StartClaimPayload>> {
        act(ctx, input).await
    }

    /// 提交结果 · the claimant hands in what was done, also after a return
    #[graphql(directive = needs::apply("submitClaim".into()))]
    async fn submit_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which claim, and what was done")] input: SubmitClaimInput,
    ) -> Result<Spliced<SubmitClaimPayload>> {
        act(ctx, input).await
    }

    /// 验收认领 · the community's secretary accepts what was handed in
    #[graphql(directive = needs::apply("acceptClaim".into()))]
    async fn accept_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which claim")] input: AcceptClaimInput,
    ) -> Result<Spliced<AcceptClaimPayload>> {
        act(ctx, input).await
    }

    /// 退回认领 · the community returns what was handed in, with a reason
    #[graphql(directive = needs::apply("returnClaim".into()))]
    async fn return_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which claim, and what is missing")] input: ReturnClaimInput,
    ) -> Result<Spliced<ReturnClaimPayload>> {
        act(ctx, input).await
    }

    /// 退出认领 · the claimant gives its place back; the item is open again
    #[graphql(directive = needs::apply("withdrawClaim".into()))]
    async fn withdraw_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which claim, and why")] input: WithdrawClaimInput,
    ) -> Result<Spliced<WithdrawClaimPayload>> {
        act(ctx, input).await
    }
}
