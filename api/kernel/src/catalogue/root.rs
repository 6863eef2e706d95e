//! Query and Mutation: types whose fields are those that the capabilities declare.

use std::{any::type_name, borrow::Cow, marker::PhantomData};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult, Value,
    parser::types::Field as AstField,
    registry::{MetaTypeId, Registry},
    resolver_utils::resolve_container,
};

use super::field::RootField;
use crate::see::meta_object;

/// What a root holds, put together once in the process.
pub trait Contents: Send + Sync + 'static {
    const NAME: &'static str;
    const ABOUT: &'static str;

    /// Its fields in the order of the schema.
    fn in_order() -> impl Iterator<Item = &'static RootField>;

    fn find(name: &str) -> Option<&'static RootField>;
}

/// The root with these contents.
pub struct Root<C>(PhantomData<fn() -> C>);

impl<C> Default for Root<C> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<C: Contents> OutputType for Root<C> {
    fn type_name() -> Cow<'static, str> {
        C::NAME.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
            let fields = C::in_order().map(|field| (field.name.to_owned(), field.register(registry)));
            let fields = fields.collect();
            meta_object(C::NAME.to_owned(), C::ABOUT, fields, type_name::<Self>())
        })
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<AstField>) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl<C: Contents> ContainerType for Root<C> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        match C::find(ctx.item.node.name.node.as_str()) {
            // One that is refused is null, and leaves the others as they are.
            Some(field) => field.resolve(ctx).await.or_else(|error| {
                ctx.add_error(error);
                Ok(Some(Value::Null))
            }),
            None => Ok(None),
        }
    }
}

impl<C: Contents> ObjectType for Root<C> {}
