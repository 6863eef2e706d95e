//! The GraphQL library behind one object-safe door: the same schema twice, once to validate and once to run.

use async_graphql::{
    ObjectType, Request, Response, SDLExportOptions, Schema, SchemaBuilder, SubscriptionType, ValidationMode,
    parser::types::ExecutableDocument,
};
use futures_util::{FutureExt as _, future::BoxFuture, stream::BoxStream};

use super::{limits::NESTING, said::Said};

/// No operation can have this name, so that a request for it is validated and not run.
const NOTHING: &str = "\u{0}";

pub(super) trait Engine: Send + Sync {
    /// What the library's validation says about a document, variables aside.
    fn validate(&self, document: ExecutableDocument) -> Vec<Said>;
    fn execute(&self, request: Request) -> BoxFuture<'_, Response>;
    fn stream(&self, request: Request) -> BoxStream<'static, Response>;
    fn sdl(&self) -> String;
}

/// The schema in both modes. Running skips all rules that a cached document has passed.
pub(super) struct Schemas<Q, M, S> {
    strict: Schema<Q, M, S>,
    fast: Schema<Q, M, S>,
}

impl<Q, M, S> Schemas<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    pub fn new(build: impl Fn() -> SchemaBuilder<Q, M, S>, suggestions: bool) -> Self {
        let schema = |mode| {
            let builder = build().validation_mode(mode).limit_recursive_depth(NESTING + 1);
            if suggestions { builder.finish() } else { builder.disable_suggestions().finish() }
        };
        Self { strict: schema(ValidationMode::Strict), fast: schema(ValidationMode::Fast) }
    }
}

impl<Q, M, S> Engine for Schemas<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    fn validate(&self, document: ExecutableDocument) -> Vec<Said> {
        let mut request = Request::new(String::new()).operation_name(NOTHING);
        request.set_parsed_query(document);
        // Without extensions nothing here waits: validation comes before the operation is chosen, and none is.
        let Some(response) = self.strict.execute(request).now_or_never() else { return Vec::new() };
        let unknown = format!("Unknown operation named \"{NOTHING}\"");
        response.errors.into_iter().filter(|e| e.message != unknown).map(|e| Said::of(&e)).collect()
    }

    fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        self.fast.execute(request).boxed()
    }

    fn stream(&self, request: Request) -> BoxStream<'static, Response> {
        self.fast.execute_stream(request)
    }

    fn sdl(&self) -> String {
        self.fast.sdl_with_options(SDLExportOptions::new().include_specified_by())
    }
}
