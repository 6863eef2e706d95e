//! `serviceItemChanged`: items as they become, for as long as the subscriber may see them.

use std::sync::Arc;

use async_graphql::{Context, Subscription};
use futures_util::{Stream, StreamExt as _};
use tongxin_kernel::{
    directive::needs,
    error::{Refusal, Result},
    events::{self, Bus},
    see::{Live, Reading, is_visible},
    who::{Authority, TokenInfo},
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
        let missing = |error: async_graphql::Error| Refusal::internal(error.message);
        let authority = ctx.data::<Arc<Authority>>().map_err(missing)?.clone();
        let bus = ctx.data::<Bus>().map_err(missing)?;
        let token = ctx.data::<TokenInfo>().map_err(missing)?.clone();
        let changes =
            events::changes_of(Some(CHANGED), authority, bus, token.subject, token.expires_at, community_code);
        // What the subscriber may not see is left out, as it is from every list.
        Ok(changes.filter_map(async |change| match change {
            Err(refusal) => Some(Err(refusal)),
            Ok((reading, id)) => match is_visible::<ServiceItem>(&reading, &id).await {
                Ok(true) => Some(Ok(Live::new(reading, id))),
                Ok(false) => None,
                Err(refusal) => Some(Err(refusal)),
            },
        }))
    }
}
