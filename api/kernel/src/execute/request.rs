//! What comes in, and what resolvers are told about it.

use std::{fmt::Write as _, sync::Arc};

use async_graphql::{Data, Value, Variables};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use crate::{
    error::{Code, Refusal, Result},
    lang::Lang,
    say,
};

const LONGEST_KEY: usize = 200;

/// A GraphQL request, as both transports carry it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "Parts")]
pub struct GraphqlRequest {
    /// Empty where the request names a persisted query instead.
    pub query: String,
    pub operation_name: Option<String>,
    pub variables: Variables,
    pub extensions: Option<Extensions>,
}

type Extensions = serde_json::Map<String, serde_json::Value>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parts {
    query: Option<String>,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
    extensions: Option<Extensions>,
}

impl TryFrom<Parts> for GraphqlRequest {
    type Error = &'static str;

    fn try_from(Parts { query, operation_name, variables, extensions }: Parts) -> Result<Self, Self::Error> {
        Self::new(query, operation_name, variables, extensions).ok_or("missing field `query`")
    }
}

impl GraphqlRequest {
    /// `None` where there is no query, and none is named that the service might have kept.
    pub fn new(
        query: Option<String>,
        operation_name: Option<String>,
        variables: Variables,
        extensions: Option<Extensions>,
    ) -> Option<Self> {
        let given = query.is_some();
        let request = Self { query: query.unwrap_or_default(), operation_name, variables, extensions };
        (given || request.names_persisted_query()).then_some(request)
    }

    fn names_persisted_query(&self) -> bool {
        let named = self.extensions.as_ref().and_then(|extensions| extensions.get("persistedQuery"));
        named.is_some_and(|named| !named.is_null())
    }

    /// Refuses a request that has but the hash of its query, in the words by which clients know that they have to send the
    /// query itself: some look for the code, others for the message.
    pub(super) fn holds_its_query(&self) -> Result<()> {
        if self.query.trim().is_empty() && self.names_persisted_query() {
            let message = say!("PersistedQueryNotSupported", "PersistedQueryNotSupported");
            return Err(Refusal::new(Code::PersistedQueryNotSupported, message));
        }
        Ok(())
    }
}

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// May only read.
    Get,
    Post,
    Socket,
}

/// Takes note of the units that an operation costs.
pub type Charge = Box<dyn FnOnce(u64) -> Result<()> + Send>;

/// The circumstances of a request.
pub struct Context {
    pub lang: Lang,
    pub request_id: Arc<str>,
    pub idempotency_key: Option<String>,
    pub method: Method,
    /// Whether this caller may ask for the schema.
    pub introspection: bool,
    /// When the answer is due, for a request that has taken time already; the executor's own deadline unless given.
    pub due: Option<Instant>,
    /// Told what the operation costs before it runs; it may refuse.
    pub charge: Option<Charge>,
    /// What resolvers find beside [`RequestInfo`], such as the caller.
    pub data: Data,
}

/// What a resolver may know about its request; in the request's data.
#[derive(Debug, Clone)]
pub struct RequestInfo {
    pub lang: Lang,
    pub request_id: Arc<str>,
    /// Present for a mutation that may be sent again: such a one has exactly one root field.
    pub idempotency: Option<Idempotency>,
    /// Root fields that run: fragments expanded, those under one key as one, without what is skipped and `__typename`.
    pub root_fields: usize,
}

/// A key under which a mutation happens once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    pub key: String,
    /// Of query, operation name and variables.
    pub body_hash: String,
}

impl Idempotency {
    pub(super) fn new(key: &str, request: &GraphqlRequest) -> Result<Self> {
        if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(|b| b.is_ascii_graphic()) {
            let message = say!(
                "Idempotency-Key 须为 1 至 {LONGEST_KEY} 个可见的 ASCII 字符",
                "An Idempotency-Key has 1 to {LONGEST_KEY} visible ASCII characters"
            );
            return Err(Refusal::new(Code::InvalidInput, message));
        }
        Ok(Self { key: key.to_owned(), body_hash: body_hash(request) })
    }
}

/// The same for the same query, operation name and variables, whatever the order of keys.
fn body_hash(request: &GraphqlRequest) -> String {
    let mut hash = Sha256::new();
    for part in [request.query.as_str(), request.operation_name.as_deref().unwrap_or_default()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut variables = String::new();
    canonical(&request.variables.clone().into_value(), &mut variables);
    hash.update(variables);
    hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in fields {
                let _ = write!(text, "{name}:");
                canonical(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::List(items) => {
            text.push('[');
            for item in items {
                canonical(item, text);
                text.push(',');
            }
            text.push(']');
        }
        scalar => text.push_str(&serde_json::to_string(scalar).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::{GraphqlRequest, Idempotency, body_hash};

    fn request(json: &str) -> GraphqlRequest {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn hashes_by_meaning() {
        let one = request(r#"{"query":"q","variables":{"a":{"x":1,"y":"2"},"b":[1,2]}}"#);
        let same = request(r#"{"variables":{"b":[1,2],"a":{"y":"2","x":1}},"query":"q","operationName":null}"#);
        assert_eq!(body_hash(&one), body_hash(&same));
        for other in [
            r#"{"query":"q","variables":{"a":{"x":"1","y":"2"},"b":[1,2]}}"#,
            r#"{"query":"q","variables":{"a":{"x":1,"y":"2"},"b":[2,1]}}"#,
            r#"{"query":"q ","variables":{"a":{"x":1,"y":"2"},"b":[1,2]}}"#,
            r#"{"query":"q","operationName":"A","variables":{"a":{"x":1,"y":"2"},"b":[1,2]}}"#,
            r#"{"query":"q","variables":{"a":{"x":1,"y":"2,b"},"b":[1,2]}}"#,
        ] {
            assert_ne!(body_hash(&one), body_hash(&request(other)), "{other}");
        }
    }

    #[test]
    fn keys_are_visible_and_bounded() {
        let request = GraphqlRequest::default();
        for (key, good) in [
            ("a", true),
            ("", false),
            ("a b", false),
            ("键", false),
            (&"k".repeat(200), true),
            (&"k".repeat(201), false),
        ] {
            assert_eq!(Idempotency::new(key, &request).is_ok(), good, "{key}");
        }
    }
}
