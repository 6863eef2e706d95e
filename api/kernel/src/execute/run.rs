//! From a request to its answer: what must hold before it runs, and the run itself under a deadline.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use async_graphql::{Request, Response, Value, Variables, parser::types::OperationType};
use futures_util::{
    FutureExt as _, StreamExt as _,
    stream::{self, BoxStream},
};
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument as _, Span};

use super::{
    Answer, Context, GraphqlRequest, Idempotency, Inner, Method, RequestInfo, bounds,
    cost::{self, Cost},
    document::{self, Document, Operation, Unfit},
    faults::Fault,
    unseen, variables,
};
use crate::{
    error::{Code, Refusal, Result},
    lang::Lang,
    say, telemetry,
};

/// An operation that may run, and its request as the library takes it.
pub(super) struct Ready {
    operation: Arc<Operation>,
    request: Request,
    asked: Asked,
    due: Instant,
}

/// Who is answered, and how.
#[derive(Clone)]
struct Asked {
    lang: Lang,
    request_id: Arc<str>,
    /// Most errors in an answer.
    errors: usize,
}

impl Ready {
    pub fn kind(&self) -> OperationType {
        self.operation.kind
    }

    pub fn word(&self) -> &'static str {
        word(self.operation.kind)
    }
}

fn word(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

impl Asked {
    fn refuse(&self, refusal: &Refusal) -> Answer {
        Answer::refused(&[Fault::refused(refusal, self.lang)], &self.request_id, self.errors)
    }

    fn unfit(&self, unfit: &Unfit) -> Answer {
        let faults = match unfit {
            Unfit::Refused(refusal) => vec![Fault::refused(refusal, self.lang)],
            Unfit::Invalid(said) => said.iter().take(self.errors).map(|said| Fault::said(said, self.lang)).collect(),
        };
        Answer::refused(&faults, &self.request_id, self.errors)
    }

    fn answer(&self, response: Response, operation: &Operation) -> Answer {
        Answer::of(response, operation, self.lang, &self.request_id, self.errors)
    }

    fn panicked(&self, payload: &(dyn Any + Send)) -> Answer {
        let said = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
        tracing::error!(panic = said.unwrap_or("-"), "a resolver panicked");
        Answer::refused(&[Fault::panicked(self.lang)], &self.request_id, self.errors)
    }
}

impl Inner {
    /// When the answer to a request that comes now is due.
    pub fn due(&self) -> Instant {
        Instant::now() + self.limits.deadline()
    }

    /// Everything that is checked before an operation may run; the answer is the refusal.
    pub fn prepare(&self, request: GraphqlRequest, context: Context, subscriptions: bool) -> Result<Ready, Answer> {
        let asked = Asked { lang: context.lang, request_id: context.request_id.clone(), errors: self.limits.errors };
        request.holds_its_query().map_err(|refusal| asked.refuse(&refusal))?;
        let document = match catch_unwind(AssertUnwindSafe(|| self.document(&request.query))) {
            Ok(Ok(document)) => document,
            Ok(Err(unfit)) => return Err(asked.unfit(&unfit)),
            Err(panic) => return Err(asked.panicked(&*panic)),
        };
        let operation = document.operation(request.operation_name.as_deref()).map_err(|r| asked.refuse(&r))?.clone();
        if context.method == Method::Get && operation.kind != OperationType::Query {
            let message = say!("GET 只能用于查询，变更请用 POST", "GET is for queries; send mutations by POST");
            return Err(asked.refuse(&Refusal::new(Code::InvalidInput, message)).wrong_method());
        }
        let due = context.due.unwrap_or_else(|| self.due());
        self.request(request, context, &operation, subscriptions)
            .map_err(|refusal| asked.refuse(&refusal))
            .map(|request| Ready { operation, request, asked, due })
    }

    /// What an operation costs with its variables.
    pub fn cost(&self, request: &GraphqlRequest) -> Result<u64, Answer> {
        let asked = Asked { lang: Lang::En, request_id: "-".into(), errors: self.limits.errors };
        let document = self.document(&request.query).map_err(|unfit| asked.unfit(&unfit))?;
        let price = || {
            let operation = document.operation(request.operation_name.as_deref())?;
            let definitions = &operation.definition().variable_definitions;
            let values = variables::coerce(definitions, request.variables.clone(), &self.types)?;
            Ok(self.priced(operation, &values)?.units)
        };
        price().map_err(|refusal: Refusal| asked.refuse(&refusal))
    }

    /// The cost with these values, if it is within the limits.
    fn priced(&self, operation: &Operation, values: &Variables) -> Result<Cost> {
        if !operation.cost.varies {
            return Ok(operation.cost);
        }
        let fragments = &operation.document.fragments;
        let cost = cost::count(operation.definition(), fragments, values, &self.types).with(operation.size);
        cost.check(&self.limits)?;
        Ok(cost)
    }

    fn document(&self, text: &str) -> Result<Arc<Document>, Unfit> {
        if let Some(known) = self.documents.get(text) {
            telemetry::document_cached(true);
            return Ok(known);
        }
        telemetry::document_cached(false);
        let validate = |document| self.engine.validate(document);
        let document = Arc::new(document::prepare(text, &self.types, &self.limits, validate)?);
        self.documents.insert(text.into(), document.clone());
        Ok(document)
    }

    fn request(
        &self,
        request: GraphqlRequest,
        context: Context,
        operation: &Operation,
        subscriptions: bool,
    ) -> Result<Request> {
        if operation.kind == OperationType::Subscription && !subscriptions {
            let message = say!("订阅请使用 WebSocket：/graphql/ws", "Subscriptions go over WebSocket: /graphql/ws");
            return Err(Refusal::new(Code::InvalidInput, message));
        }
        if operation.introspects() && !context.introspection {
            let reason = say!("内省仅对已登录的调用者开放", "Introspection is open to signed-in callers only");
            return Err(Refusal::forbidden(reason));
        }
        let key = context.idempotency_key.filter(|_| operation.kind == OperationType::Mutation);
        let idempotency = key.map(|key| Idempotency::new(&key, &request)).transpose()?;
        let definitions = &operation.definition().variable_definitions;
        let values = variables::coerce(definitions, request.variables, &self.types)?;
        variables::check_growth(&operation.uses, &values)?;
        unseen::check_conditions(&operation.conditions, &values)?;
        bounds::check_open(&operation.open, &values, &self.types)?;
        let cost = self.priced(operation, &values)?;
        if let Some(charge) = context.charge {
            charge(cost.units)?;
        }
        telemetry::costs(word(operation.kind), cost.units);
        let (document, root_fields) = operation.to_run(&values);
        if operation.kind == OperationType::Subscription && root_fields != 1 {
            return Err(document::one_root_field());
        }
        if idempotency.is_some() && root_fields != 1 {
            let message = say!(
                "带 Idempotency-Key 的请求须恰好含一个根字段，现有 {root_fields} 个",
                "A request with an Idempotency-Key has exactly one root field, not {root_fields}"
            );
            return Err(Refusal::new(Code::InvalidInput, message));
        }
        let mut ready = Request::new(String::new()).variables(values);
        ready.set_parsed_query(document);
        ready.data = context.data;
        let (lang, request_id) = (context.lang, context.request_id);
        Ok(ready.data(RequestInfo { lang, request_id, idempotency, root_fields }))
    }

    pub async fn execute(&self, ready: Ready) -> Answer {
        let Ready { operation, request, asked, due } = ready;
        let Some(_place) = self.gate.enter().await else {
            telemetry::shed();
            return asked.refuse(&Refusal::unavailable());
        };
        let run = AssertUnwindSafe(self.engine.execute(request)).catch_unwind();
        match timeout_at(due, run).await {
            Ok(Ok(response)) => asked.answer(response, &operation),
            Ok(Err(panic)) => asked.panicked(&*panic),
            Err(_) => {
                tracing::warn!("given up at its deadline");
                asked.refuse(&Refusal::unavailable())
            }
        }
    }

    /// The answers of a subscription, until it ends or a resolver panics.
    pub fn events(self: Arc<Self>, ready: Ready) -> BoxStream<'static, Answer> {
        let Ready { operation, request, asked, .. } = ready;
        let events = self.engine.stream(request);
        let span = Span::current();
        let answers = stream::unfold((Some(events), true), move |(events, first)| {
            let (operation, asked) = (operation.clone(), asked.clone());
            let event = async move {
                let mut events = events?;
                match AssertUnwindSafe(events.next()).catch_unwind().await {
                    Ok(response) => {
                        let response = response?;
                        let unopened = first && response.data == Value::Null && response.is_err();
                        let answer = asked.answer(response, &operation);
                        // A stream that could not be opened is a refusal, not an event.
                        Some(if unopened { (answer.stopped(), (None, false)) } else { (answer, (Some(events), false)) })
                    }
                    Err(panic) => Some((asked.panicked(&*panic), (None, false))),
                }
            };
            event.instrument(span.clone())
        });
        answers.boxed()
    }
}
