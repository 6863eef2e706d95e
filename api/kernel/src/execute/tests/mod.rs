//! The executor over a small schema: each limit, each repair, each refusal.

mod answers;
mod bombs;
mod bounds;
mod limits;
mod merging;
mod requests;
pub(super) mod schema;
mod specification;

use async_graphql::{Data, Variables};
use serde_json::{Value, json};

use super::{Answer, Context, Executor, GraphqlRequest, Limits, Method, Opened, Options, Stage};
use crate::lang::Lang;

fn executor() -> Executor {
    with_limits(Limits::default())
}

fn with_limits(limits: Limits) -> Executor {
    let options = Options { limits, suggestions: false, scalars: vec![("Day", schema::is_day)] };
    Executor::new(schema::build, options).unwrap()
}

fn context() -> Context {
    Context {
        lang: Lang::En,
        request_id: "req-1".into(),
        idempotency_key: None,
        method: Method::Post,
        introspection: true,
        due: None,
        charge: None,
        data: Data::default(),
    }
}

fn request(query: &str, variables: Value) -> GraphqlRequest {
    GraphqlRequest { query: query.to_owned(), variables: Variables::from_json(variables), ..GraphqlRequest::default() }
}

async fn ask(query: &str) -> Value {
    ask_with(query, json!({})).await
}

async fn ask_with(query: &str, variables: Value) -> Value {
    read(&executor().run(request(query, variables), context()).await)
}

fn read(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&answer.body)))
}

/// The codes of all errors.
fn codes(answer: &Value) -> Vec<&str> {
    answer["errors"].as_array().into_iter().flatten().map(|e| e["extensions"]["code"].as_str().unwrap()).collect()
}
