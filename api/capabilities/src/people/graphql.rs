//! The root fields of people.

use std::sync::LazyLock;

use async_graphql::{Context, InputObject, MergedObject, Object};
use tongxin_kernel::{
    act::act,
    directive::needs,
    error::Result,
    filter,
    see::{Field, Shape, Shaped, Spliced, push_within},
};

use super::{
    Person, Post,
    me::MeQuery,
    post_service::{AppointPostInput, EndPostInput},
    service::RevealPhoneInput,
};
use crate::list_query;

/// 人员筛选 · conditions on persons; all given must hold
#[derive(InputObject, Debug, Default)]
pub struct PersonFilter {
    /// 居住地 · who live in this place or anything under it, by statistical code
    home_code: Option<String>,
}

filter!(PersonFilter, |this, sql, row| {
    if let Some(code) = &this.home_code {
        sql.push(" AND ");
        push_within(sql, "{c}.home_community_code", row, code);
    }
});

list_query!(PersonList, people: Person, PersonFilter, "readPerson", " 人员列表 · the persons whom the caller may see");

#[derive(MergedObject, Default)]
pub struct PeopleQuery(MeQuery, PersonList);

/// A payload that shows the post.
macro_rules! post_payload {
    ($($name:ident $graphql:literal $description:literal;)*) => {$(
        #[doc = $description]
        pub struct $name;

        impl Shaped for $name {
            fn shape() -> &'static Shape {
                static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
                    Shape::payload($graphql, $description, vec![Field::given::<Post>("post", "任职 · the post as it is now")])
                });
                &SHAPE
            }
        }
    )*};
}

post_payload! {
    AppointPostPayload "AppointPostPayload" "任命的结果 · the new post";
    EndPostPayload "EndPostPayload" "终止任职的结果 · the ended post";
}

/// 查看完整电话的结果.
pub struct RevealPhonePayload;

impl Shaped for RevealPhonePayload {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            Shape::payload(
                "RevealPhonePayload",
                "查看完整电话的结果 · the number, for the stated purpose only",
                vec![
                    Field::given::<Person>("person", "人员 · whose number it is"),
                    Field::given_text("phone", "电话 · the full number"),
                ],
            )
        });
        &SHAPE
    }
}

#[derive(Default)]
pub struct PeopleMutation;

#[Object]
impl PeopleMutation {
    /// 任命 · a secretary appoints a person to a post for a term; the right it gives begins with the term. The post is public and shows the name; nothing else of the person is shown to whoever could not see it before
    #[graphql(directive = needs::apply("appointPost".into()))]
    async fn appoint_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · who, to what, where, for which term")] input: AppointPostInput,
    ) -> Result<Spliced<AppointPostPayload>> {
        act(ctx, input).await
    }

    /// 终止任职 · a secretary ends a post, or its holder resigns; every right it gave ends at once
    #[graphql(directive = needs::apply("endPost".into()))]
    async fn end_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which post, and why")] input: EndPostInput,
    ) -> Result<Spliced<EndPostPayload>> {
        act(ctx, input).await
    }

    /// 查看完整电话 · shows a phone number in full to the post that must act on it; each such reading is audited with its purpose
    #[graphql(directive = needs::apply("revealPhone".into()))]
    async fn reveal_phone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · whose, and what for")] input: RevealPhoneInput,
    ) -> Result<Spliced<RevealPhonePayload>> {
        act(ctx, input).await
    }
}
