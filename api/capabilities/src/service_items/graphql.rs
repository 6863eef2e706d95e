//! Types and root fields of service items.

use std::sync::LazyLock;

use async_graphql::{Context, Enum, MergedObject, Object};
use tongxin_entity::service_item::{self, claimable_by};
use tongxin_kernel::{
    act::act,
    directive::needs,
    error::Result,
    see::{Field, Shape, Shaped, Spliced},
};

use super::{
    ServiceItem, ServiceItemFilter, ServiceItemOrder,
    service::{
        CancelServiceItemInput, CloseServiceItemInput, DraftServiceItemInput, FinishServiceItemInput,
        PublishServiceItemInput, UpdateServiceItemInput,
    },
};
use crate::{find_query, list_query};

/// 服务项目状态 · where a service item stands
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "service_item::ServiceItemStatus")]
pub enum ServiceItemStatus {
    /// 草稿 · being prepared, not public
    Draft,
    /// 可认领 · places are free
    Open,
    /// 进行中 · all places are taken
    InProgress,
    /// 已完成 · all its claims are accepted
    Done,
    /// 已结项 · no longer rated
    Closed,
    /// 已过期 · due with no live claim
    Expired,
    /// 已取消 · cancelled by the secretary, with a reason
    Cancelled,
}

/// 服务项目类别 · a service, or one of the service posts 公益岗位
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "service_item::ServiceItemKind")]
pub enum ServiceItemKind {
    /// 服务 · a service
    Service,
    /// 政策宣讲岗 · policy guide
    PolicyGuide,
    /// 信息收集岗 · information
    Information,
    /// 参谋建议岗 · adviser
    Adviser,
    /// 文明劝导岗 · civility
    Civility,
    /// 帮扶岗 · helper
    Helper,
    /// 平安巡防岗 · safety
    Safety,
}

/// 认领方类别 · which kind of organisation may claim
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimantKind {
    /// 物业企业 · property company, where a contract of its is in force
    PropertyCompany,
    /// 业委会 · owners' committee, in its compound once filed
    OwnersCommittee,
    /// 驻区单位 · unit, where it is checked in
    Unit,
    /// 社会组织 · social organisation, where it is checked in
    SocialOrganisation,
}

impl ClaimantKind {
    /// Its bit in `claimable_by`.
    pub const fn bit(self) -> i16 {
        match self {
            Self::PropertyCompany => claimable_by::PROPERTY_COMPANY,
            Self::OwnersCommittee => claimable_by::OWNERS_COMMITTEE,
            Self::Unit => claimable_by::UNIT,
            Self::SocialOrganisation => claimable_by::SOCIAL_ORGANISATION,
        }
    }
}

list_query!(ServiceItemList, service_items: ServiceItem, ServiceItemFilter, by ServiceItemOrder, "readServiceItem", " 服务项目列表 · service items; drafts for those who prepare and decide them");
find_query!(FindServiceItem, service_item: ServiceItem, "readServiceItem", " 服务项目 · one service item");

#[derive(MergedObject, Default)]
pub struct ServiceItemQuery(ServiceItemList, FindServiceItem);

/// The payloads of this capability: each shows the item.
macro_rules! item_payload {
    ($($name:ident $graphql:literal $description:literal;)*) => {$(
        #[doc = $description]
        pub struct $name;

        impl Shaped for $name {
            fn shape() -> &'static Shape {
                static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
                    let item = Field::given::<ServiceItem>("serviceItem", "服务项目 · the item as it is now");
                    Shape::payload($graphql, $description, vec![item])
                });
                &SHAPE
            }
        }
    )*};
}

item_payload! {
    DraftServiceItemPayload "DraftServiceItemPayload" "起草服务项目的结果 · the draft";
    UpdateServiceItemPayload "UpdateServiceItemPayload" "修改服务项目草稿的结果 · the edited draft";
    PublishServiceItemPayload "PublishServiceItemPayload" "发布服务项目的结果 · the published item";
    FinishServiceItemPayload "FinishServiceItemPayload" "结束认领的结果 · the finished item";
    CloseServiceItemPayload "CloseServiceItemPayload" "结项的结果 · the closed item";
    CancelServiceItemPayload "CancelServiceItemPayload" "取消服务项目的结果 · the cancelled item";
}

#[derive(Default)]
pub struct ServiceItemMutation;

#[Object]
impl ServiceItemMutation {
    /// 起草服务项目 · a community worker drafts an item for the secretary to publish
    #[graphql(directive = needs::apply("draftServiceItem".into()))]
    async fn draft_service_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · the draft")] input: DraftServiceItemInput,
    ) -> Result<Spliced<DraftServiceItemPayload>> {
        act(ctx, input).await
    }

    /// 修改服务项目草稿 · a community worker edits a draft
    #[graphql(directive = needs::apply("updateServiceItem".into()))]
    async fn update_service_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which draft, and what it shall say")] input: UpdateServiceItemInput,
    ) -> Result<Spliced<UpdateServiceItemPayload>> {
        act(ctx, input).await
    }

    /// 发布服务项目 · the community's secretary publishes an item, under an adopted priority or as the community's own commitment
    #[graphql(directive = needs::apply("publishServiceItem".into()))]
    async fn publish_service_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · what is published")] input: PublishServiceItemInput,
    ) -> Result<Spliced<PublishServiceItemPayload>> {
        act(ctx, input).await
    }

    /// 结束认领 · the secretary ends claiming: at least one claim is accepted and none is running
    #[graphql(directive = needs::apply("finishServiceItem".into()))]
    async fn finish_service_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which item")] input: FinishServiceItemInput,
    ) -> Result<Spliced<FinishServiceItemPayload>> {
        act(ctx, input).await
    }

    /// 结项 · the secretary closes a done item; it is rated no more
    #[graphql(directive = needs::apply("closeServiceItem".into()))]
    async fn close_service_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which item")] input: CloseServiceItemInput,
    ) -> Result<Spliced<CloseServiceItemPayload>> {
        act(ctx, input).await
    }

    /// 取消服务项目 · the secretary cancels an item with a reason; no mark against its claimants
    #[graphql(directive = needs::apply("cancelServiceItem".into()))]
    async fn cancel_service_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which item, and why")] input: CancelServiceItemInput,
    ) -> Result<Spliced<CancelServiceItemPayload>> {
        act(ctx, input).await
    }
}
