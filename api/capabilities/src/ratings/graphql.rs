//! The root field of ratings.

use std::sync::LazyLock;

use async_graphql::{Context, Object};
use tongxin_kernel::{
    act::act,
    directive::needs,
    error::Result,
    see::{Field, Shape, Shaped, Spliced},
};

use super::{Rating, service::RateServiceItemInput};
use crate::service_items::ServiceItem;

/// 评价的结果.
pub struct RateServiceItemPayload;

impl Shaped for RateServiceItemPayload {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            Shape::payload(
                "RateServiceItemPayload",
                "评价的结果 · the rating and the item it judges",
                vec![
                    Field::given::<Rating>("rating", "评价 · the rating"),
                    Field::given::<ServiceItem>("serviceItem", "服务项目 · the item as it is now"),
                ],
            )
        });
        &SHAPE
    }
}

#[derive(Default)]
pub struct RatingMutation;

#[Object]
impl RatingMutation {
    /// 评价服务项目 · a resident of the item's community judges it, once, after a claim of it was accepted and until it is closed
    #[graphql(directive = needs::apply("rateServiceItem".into()))]
    async fn rate_service_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which item, and how it is judged")] input: RateServiceItemInput,
    ) -> Result<Spliced<RateServiceItemPayload>> {
        act(ctx, input).await
    }
}
