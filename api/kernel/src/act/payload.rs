//! What a mutation answers: the objects that it changed, each read under the caller's own scope.

use std::{any::type_name, borrow::Cow, marker::PhantomData};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
    parser::types::Field as AstField,
    registry::{MetaTypeId, Registry},
};
use bytes::Bytes;

use super::work::Act;
use crate::see::{Shape, meta_fields, meta_object};

/// The answer of an act, read: ready JSON.
pub struct Payload<A>(Bytes, PhantomData<fn() -> A>);

impl<A> From<Bytes> for Payload<A> {
    fn from(json: Bytes) -> Self {
        Self(json, PhantomData)
    }
}

/// `claimServiceItem` answers a `ClaimServiceItemPayload`.
fn name_of<A: Act>() -> String {
    let mut letters = A::ACTION.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).chain("Payload".chars()).collect()
}

/// What the planner reads the answer of an act by.
pub fn payload_shape<A: Act>() -> Shape {
    Shape::payload(name_of::<A>().leak(), A::ANSWER, (A::SHOWS)())
}

impl<A: Act> OutputType for Payload<A> {
    fn type_name() -> Cow<'static, str> {
        name_of::<A>().into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
            let fields = meta_fields(registry, &(A::SHOWS)());
            meta_object(name_of::<A>(), A::ANSWER, fields, type_name::<Self>())
        })
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<AstField>) -> ServerResult<Value> {
        Ok(Value::Binary(self.0.clone()))
    }
}
