//! `serviceItemChanged`: items as they become, for as long as the subscriber may see them.

use async_graphql::{Context, Subscription};
use futures_util::Stream;
use tongxin_kernel::{
    directive::needs,
    error::Result,
    events,
    see::{Live, Reading},
};

use super::{CHANGED, ServiceItem};

#[derive(Default)]
pub struct ServiceItemSubscription;

#[Subscription]
impl ServiceItemSubscription {
    /// 服务项目变动 · 此后每个有变动的项目当时的内容，可限于某地及其下辖各地，也可不限地点 · each item that changes from now on, as it is then; of one place and everything under it, or everywhere
    #[graphql(directive = needs::apply("readServiceItem".into()))]
    async fn service_item_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "地点 · 社区、街道或区的统计代码，不填即不限地点 · statistical code of a community, street or district; everywhere without"
        )]
        community_code: Option<String>,
    ) -> Result<impl Stream<Item = Result<Live<ServiceItem, Reading>>> + use<>> {
        events::live(ctx, CHANGED, community_code)
    }
}
