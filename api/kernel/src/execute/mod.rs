//! The one way in for HTTP and WebSocket: limits, the document cache, the run itself, errors and the answer.
//!
//! A text is parsed, measured in linear time and validated once; then it runs as often as it is sent, with its
//! variables checked and its cost counted each time.

mod answer;
mod bounds;
mod compact;
mod cost;
mod document;
mod engine;
mod faults;
mod gate;
mod introspection;
mod limits;
mod merge;
mod overlap;
mod placed;
mod repair;
mod request;
mod run;
mod said;
mod shape;
mod structure;
mod text;
mod types;
mod unseen;
mod variables;
mod weight;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Instant};

use async_graphql::{ObjectType, SchemaBuilder, SubscriptionType, parser::types::OperationType};
use futures_util::stream::BoxStream;
use moka::sync::Cache;
use tracing::Instrument as _;

pub(crate) use self::said::Said;
pub use self::{
    answer::{Answer, Stage},
    limits::Limits,
    request::{Charge, Context, GraphqlRequest, Idempotency, Method, RequestInfo},
    types::ScalarCheck,
};
use self::{
    document::Document,
    engine::{Engine, Schemas},
    gate::Gate,
    types::Types,
};
use crate::{error::Result, telemetry};

/// How an executor is set up.
#[derive(Default)]
pub struct Options {
    pub limits: Limits,
    /// Whether errors suggest names of the schema: only where everyone may read it anyway.
    pub suggestions: bool,
    /// Checks of our own scalars, so that a bad variable is refused before anything runs.
    pub scalars: Vec<(&'static str, ScalarCheck)>,
}

/// Runs operations. Cheap to clone.
#[derive(Clone)]
pub struct Executor(Arc<Inner>);

struct Inner {
    engine: Box<dyn Engine>,
    types: Types,
    limits: Limits,
    documents: Cache<Arc<str>, Arc<Document>>,
    gate: Gate,
}

/// What an operation leads to.
pub enum Opened {
    /// A query or mutation, or a refusal.
    Once(Answer),
    /// A subscription: one answer for each event.
    Events(BoxStream<'static, Answer>),
}

impl Executor {
    /// Builds the schema twice by `build`, and reads its types.
    pub fn new<Q, M, S>(build: impl Fn() -> SchemaBuilder<Q, M, S>, options: Options) -> Result<Self>
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        let engine = Schemas::new(build, options.suggestions);
        let types = Types::read(&engine.sdl(), &options.scalars)?;
        let documents = Cache::builder()
            .max_capacity(options.limits.document_cache_bytes)
            // A parsed document takes some thirty times its text.
            .weigher(|text: &Arc<str>, _| u32::try_from(text.len() * 32 + 1024).unwrap_or(u32::MAX))
            .build();
        let gate = Gate::new(&options.limits);
        Ok(Self(Arc::new(Inner { engine: Box::new(engine), types, limits: options.limits, documents, gate })))
    }

    /// The schema's text.
    pub fn sdl(&self) -> String {
        self.0.engine.sdl()
    }

    /// When the answer to a request that comes now is due.
    pub fn due(&self) -> tokio::time::Instant {
        self.0.due()
    }

    /// What an operation costs with its variables, in units, if it is one that may run.
    ///
    /// # Errors
    /// The refusal that it would be answered with.
    pub fn cost(&self, request: &GraphqlRequest) -> Result<u64, Answer> {
        self.0.cost(request)
    }

    /// Runs a query or a mutation; a subscription is refused, since HTTP carries one answer.
    pub async fn run(&self, request: GraphqlRequest, context: Context) -> Answer {
        match self.open(request, context, false).await {
            Opened::Once(answer) => answer,
            Opened::Events(_) => unreachable!("subscriptions were refused"),
        }
    }

    /// Runs whatever it is.
    pub async fn subscribe(&self, request: GraphqlRequest, context: Context) -> Opened {
        self.open(request, context, true).await
    }

    async fn open(&self, request: GraphqlRequest, context: Context, subscriptions: bool) -> Opened {
        let span = tracing::info_span!("request", id = %context.request_id);
        let started = Instant::now();
        let running = telemetry::InFlight::start();
        let (kind, opened) = async {
            match self.0.prepare(request, context, subscriptions) {
                Ok(ready) if ready.kind() == OperationType::Subscription => {
                    ("subscription", Opened::Events(self.0.clone().events(ready)))
                }
                Ok(ready) => (ready.word(), Opened::Once(self.0.execute(ready).await)),
                Err(answer) => ("refused", Opened::Once(answer)),
            }
        }
        .instrument(span.clone())
        .await;
        drop(running);
        if let Opened::Once(answer) = &opened {
            span.in_scope(|| telemetry::answered(kind, answer.code, started.elapsed()));
        }
        opened
    }
}
