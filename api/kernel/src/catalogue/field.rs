//! A root field as data: its place in the schema, and how it is answered.

use async_graphql::{
    Context, ID, InputType, OutputType, Pos, ServerResult, TypeDirective as _, Value,
    registry::{MetaField, MetaInputValue, Registry},
};
use futures_util::future::BoxFuture;

use crate::{
    act::{Act, Payload, act, payload_shape},
    directive::{cost, needs},
    error::{Refusal, Result},
    see::{self, Connection, Filter, Order, Request, Shaped, Spliced, Window, argument, meta_field, page_arguments},
};

/// What a look through all objects of a kind costs, as a filter or a count may take.
const ALL_OF_A_KIND: i32 = 150;

/// What a root field comes to.
pub type Answer<'a> = BoxFuture<'a, ServerResult<Option<Value>>>;

type Resolve = Box<dyn for<'x, 'a> Fn(&'x Context<'a>) -> Answer<'x> + Send + Sync>;

type Arguments = Box<dyn Fn(&mut Registry) -> Vec<MetaInputValue> + Send + Sync>;

/// One field of Query or Mutation.
pub struct RootField {
    pub name: &'static str,
    description: &'static str,
    /// The action of the policies that it stands for, or `public`.
    action: &'static str,
    /// What a look through all that it finds costs.
    whole: i32,
    type_of: fn(&mut Registry) -> String,
    arguments: Vec<Arguments>,
    resolve: Resolve,
}

impl RootField {
    /// A field of type `T`; `read` answers it.
    pub fn new<T: OutputType + 'static>(
        name: &'static str,
        action: &'static str,
        description: &'static str,
        read: impl for<'x, 'a> Fn(&'x Context<'a>) -> BoxFuture<'x, Result<T>> + Send + Sync + 'static,
    ) -> Self {
        let resolve: Resolve = Box::new(move |ctx| {
            let read = read(ctx);
            Box::pin(async move { answer(ctx, read.await).await })
        });
        Self { name, description, action, whole: 0, type_of: T::create_type_info, arguments: Vec::new(), resolve }
    }

    /// Takes an argument, which [`see::parameter`] or [`see::required`] reads.
    #[must_use]
    pub fn takes<T: InputType>(self, name: &'static str, description: &'static str) -> Self {
        self.with(move |registry| vec![argument(name, T::create_type_info(registry), None, description)])
    }

    /// Says what it costs beyond its kind, in whole units, however little of it is asked for.
    #[must_use]
    pub fn costs(self, whole: i32) -> Self {
        Self { whole, ..self }
    }

    fn with(mut self, arguments: impl Fn(&mut Registry) -> Vec<MetaInputValue> + Send + Sync + 'static) -> Self {
        self.arguments.push(Box::new(arguments));
        self
    }

    pub(super) fn list<T: Shaped, F: Filter, O: Order>(
        name: &'static str,
        action: &'static str,
        description: &'static str,
    ) -> Self {
        let field = Self::new::<Connection<T>>(name, action, description, |ctx| {
            Box::pin(async move {
                let window = Window::of_field::<T, F, O>(ctx).map(Window::of_all);
                let reading = Request::of(ctx)?.reading();
                see::connection(ctx, &reading, window, |sql, _| {
                    sql.push("1=1");
                })
                .await
            })
        });
        Self { whole: ALL_OF_A_KIND, ..field.with(page_arguments::<F, O>) }
    }

    pub(super) fn find<T: Shaped>(name: &'static str, action: &'static str, description: &'static str) -> Self {
        let field = Self::new::<Option<Spliced<T>>>(name, action, description, |ctx| {
            Box::pin(async move {
                let id = see::required::<ID>(ctx, "id")?;
                let reading = Request::of(ctx)?.reading();
                let found = see::one(ctx, &reading, see::by_id(&id)).await?;
                found.map(Some).ok_or_else(see::not_found::<T>)
            })
        });
        field.takes::<ID>("id", "编号 · 所读取对象的编号 · its opaque id")
    }

    pub(super) fn act<A: Act>() -> Self {
        // Once for each mutation and process.
        let shape = &*Box::leak(Box::new(payload_shape::<A>()));
        let resolve: Resolve = Box::new(move |ctx| {
            Box::pin(async move {
                let (_, input) = ctx.param_value::<A>("input", None)?;
                answer(ctx, act(ctx, shape, input).await).await
            })
        });
        let arguments: Arguments = Box::new(|registry| {
            let ty = A::create_type_info(registry);
            // What the input says of itself, the term of the act aside.
            let about = registry.types.get(&*A::type_name()).and_then(description).unwrap_or_default();
            let about = about.split_once(" · ").map_or("", |(_, english)| english);
            vec![argument("input", ty, None, &format!("输入 · {about}"))]
        });
        Self {
            name: A::ACTION,
            description: A::ABOUT,
            action: A::ACTION,
            whole: 0,
            type_of: Payload::<A>::create_type_info,
            arguments: vec![arguments],
            resolve,
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) -> MetaField {
        // Whatever is asked for may be refused.
        let ty = (self.type_of)(registry).trim_end_matches('!').to_owned();
        let (_, mut field) = meta_field(self.name, self.description, ty);
        let arguments = self.arguments.iter().flat_map(|arguments| arguments(registry)).collect::<Vec<_>>();
        field.args = arguments.into_iter().map(|argument| (argument.name.clone(), argument)).collect();
        needs.register(registry);
        field.directive_invocations.push(needs::apply(self.action.to_owned()));
        if self.whole > 0 {
            cost.register(registry);
            field.directive_invocations.push(cost::apply(0, 0, self.whole));
        }
        field
    }

    pub(super) fn resolve<'x>(&self, ctx: &'x Context<'_>) -> Answer<'x> {
        (self.resolve)(ctx)
    }
}

fn description(ty: &async_graphql::registry::MetaType) -> Option<&str> {
    match ty {
        async_graphql::registry::MetaType::InputObject { description, .. } => description.as_deref(),
        _ => None,
    }
}

/// Writes what was read into the answer, or the refusal at the field's place.
async fn answer<T: OutputType>(ctx: &Context<'_>, read: Result<T>) -> ServerResult<Option<Value>> {
    let refuse =
        |refusal: Refusal, pos: Pos| ctx.set_error_path(async_graphql::Error::from(refusal).into_server_error(pos));
    let read = read.map_err(|refusal| refuse(refusal, ctx.item.pos))?;
    let set = ctx.with_selection_set(&ctx.item.node.selection_set);
    read.resolve(&set, ctx.item).await.map(Some)
}
