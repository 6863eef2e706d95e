//! One folder per capability, each with the same files: `shape.rs` (how it is read, under which scope), `rules.rs` (what
//! may follow what, pure), `service.rs` (its acts), `graphql.rs` (types and root fields that parse and delegate).

pub mod audit;
pub mod chores;
pub mod claims;
pub mod decisions;
pub mod implementations;
mod node;
pub mod organisations;
pub mod people;
pub mod priorities;
pub mod ratings;
pub mod regions;
pub mod service_items;

pub use node::{Node, NodeQuery};

/// What a look through all objects of a kind costs, as a filter or a count may take.
const ALL_OF_A_KIND: i32 = 150;

/// A root field that lists the objects of a shape: `list_query!(Name, field: Shape, Filter, by Order, action, "description")`,
/// newest first where it takes no order.
macro_rules! list_query {
    ($name:ident, $field:ident: $shape:ty, $filter:ty $(, by $order:ty)?, $action:literal, $description:literal) => {
        #[derive(Default)]
        pub struct $name;

        #[async_graphql::Object]
        impl $name {
            #[doc = $description]
            #[graphql(
                directive = tongxin_kernel::directive::needs::apply($action.into()),
                directive = tongxin_kernel::directive::cost::apply(0, 0, $crate::ALL_OF_A_KIND)
            )]
            #[allow(clippy::too_many_arguments, reason = "the arguments of every list")]
            async fn $field(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "筛选 · only the objects that meet every condition given")] filter: Option<$filter>,
                $(#[graphql(desc = "排序 · the order of the list; newest first unless given")] order_by: Option<$order>,)?
                #[graphql(desc = "前几条 · how many from the start or after `after`; 0 to 100, 20 unless given")]
                first: Option<i32>,
                #[graphql(desc = "起点游标 · only what comes after this cursor; up to 500 characters")] after: Option<String>,
                #[graphql(desc = "后几条 · how many from the end or before `before`; 0 to 100")] last: Option<i32>,
                #[graphql(desc = "终点游标 · only what comes before this cursor; up to 500 characters")] before: Option<String>,
            ) -> tongxin_kernel::error::Result<tongxin_kernel::see::Connection<$shape>> {
                let args = tongxin_kernel::see::PageArgs { first, after, last, before };
                // The first of these: the order asked for, where the list has any.
                let order = ($(order_by.map(<$order>::from).unwrap_or_default(),)? tongxin_kernel::see::Newest,).0;
                let window = tongxin_kernel::see::Window::new::<$shape>(args, filter, order);
                let reading = tongxin_kernel::see::Request::of(ctx)?.reading();
                tongxin_kernel::see::connection(ctx, &reading, window, |sql, _| {
                    sql.push("1=1");
                })
                .await
            }
        }
    };
}
use list_query;

/// A root field that finds one object of a shape by its id.
macro_rules! find_query {
    ($name:ident, $field:ident: $shape:ty, $action:literal, $description:literal) => {
        #[derive(Default)]
        pub struct $name;

        #[async_graphql::Object]
        impl $name {
            #[doc = $description]
            #[graphql(directive = tongxin_kernel::directive::needs::apply($action.into()))]
            async fn $field(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "编号 · its opaque id")] id: async_graphql::ID,
            ) -> tongxin_kernel::error::Result<Option<tongxin_kernel::see::Spliced<$shape>>> {
                let reading = tongxin_kernel::see::Request::of(ctx)?.reading();
                let found = tongxin_kernel::see::one(ctx, &reading, tongxin_kernel::see::by_id(&id)).await?;
                let name = <$shape as tongxin_kernel::see::Shaped>::shape().name;
                found.map(Some).ok_or_else(|| tongxin_kernel::error::Refusal::not_found(name))
            }
        }
    };
}
use find_query;
