//! The answer, written by ourselves: in selection order, with ready JSON spliced in as it is.

use std::ops::Range;

use async_graphql::{PathSegment, Response, Value, parser::types::OperationType};
use serde::Serialize;

use super::{
    compact,
    document::Operation,
    faults::Fault,
    repair,
    shape::{Key, Shape},
};
use crate::{
    error::{Code, Refusal},
    lang::Lang,
};

/// An answer to one operation, or one event of a subscription.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The GraphQL response as JSON.
    pub body: Vec<u8>,
    /// Where in `body` the array of errors stands.
    errors: Option<Range<usize>>,
    /// How far the request came.
    pub stage: Stage,
    /// The code of the first error.
    pub code: Option<Code>,
    /// Seconds until trying again makes sense.
    pub retry_after: Option<u64>,
}

/// How far a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was run: there is no `data` entry.
    Refused,
    /// Nothing was run: this method may only read.
    WrongMethod,
    /// It was run: there is a `data` entry.
    Ran,
}

impl Answer {
    /// A refusal of a request that did not reach the executor, such as a body that is no JSON.
    pub fn refusal(refusal: &Refusal, lang: Lang, request_id: &str) -> Self {
        Self::refused(&[Fault::refused(refusal, lang)], request_id, 1)
    }

    /// The same errors, as a refusal that ran nothing.
    pub(super) fn stopped(self) -> Self {
        let errors = self.errors().unwrap_or(b"[]");
        let body = [b"{\"errors\":", errors, b"}"].concat();
        let errors = Some(b"{\"errors\":".len()..body.len() - 1);
        Self { body, errors, stage: Stage::Refused, ..self }
    }

    pub(super) fn wrong_method(self) -> Self {
        Self { stage: Stage::WrongMethod, ..self }
    }

    /// The array of errors as JSON.
    pub fn errors(&self) -> Option<&[u8]> {
        self.errors.clone().map(|range| &self.body[range])
    }

    /// A refusal of the whole request: no `data`.
    pub(super) fn refused(faults: &[Fault], request_id: &str, limit: usize) -> Self {
        let mut body = b"{".to_vec();
        let errors = write_errors(&mut body, faults, request_id, limit);
        body.push(b'}');
        Self {
            body,
            errors: Some(errors),
            stage: Stage::Refused,
            code: faults.first().map(|f| f.code),
            retry_after: faults.iter().find_map(retry_after),
        }
    }

    /// What the library answered, put right and in order.
    pub(super) fn of(response: Response, operation: &Operation, lang: Lang, request_id: &str, limit: usize) -> Self {
        let Response { mut data, errors, .. } = response;
        // A mutation of which a part happened is answered as such, though the whole is `null`: it must not be repeated.
        let happened = operation.kind == OperationType::Mutation && !is_empty(&data);
        let shape = &operation.shape;
        if errors.is_empty() {
            if data == Value::Null && !shape.is_empty() {
                data = Value::Object(Default::default()); // every field was skipped
            }
        } else {
            repair::nulls(&mut data, &errors, shape);
        }
        let mut faults: Vec<Fault> = Vec::new();
        for error in errors {
            let fault = Fault::from_resolver(error, lang);
            if !faults.iter().any(|known| known.repeats(&fault)) {
                faults.push(fault);
            }
        }
        if !faults.is_empty() && !happened && is_empty(&data) && faults.iter().all(|f| f.code == Code::Unavailable) {
            return Self::refused(&faults, request_id, limit);
        }
        let mut body = Vec::with_capacity(1024);
        body.push(b'{');
        let errors = (!faults.is_empty()).then(|| {
            let range = write_errors(&mut body, &faults, request_id, limit);
            body.push(b',');
            range
        });
        body.extend_from_slice(b"\"data\":");
        write_value(&mut body, &data, Some(shape));
        body.push(b'}');
        Self { body, errors, stage: Stage::Ran, code: faults.first().map(|f| f.code), retry_after: None }
    }
}

fn retry_after(fault: &Fault) -> Option<u64> {
    fault.facts.get("retryAfter").and_then(serde_json::Value::as_u64)
}

/// Whether no field of the root has a value; `__typename` says nothing.
fn is_empty(data: &Value) -> bool {
    match data {
        Value::Null => true,
        Value::Object(fields) => {
            fields.values().all(|value| matches!(value, Value::Null) || matches!(value, Value::String(s) if is_root(s)))
        }
        _ => false,
    }
}

fn is_root(type_name: &str) -> bool {
    matches!(type_name, "Query" | "Mutation" | "Subscription")
}

#[derive(Serialize)]
struct Written<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    locations: &'a [async_graphql::Pos],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    path: &'a [PathSegment],
    extensions: serde_json::Map<String, serde_json::Value>,
}

fn write_errors(body: &mut Vec<u8>, faults: &[Fault], request_id: &str, limit: usize) -> Range<usize> {
    body.extend_from_slice(b"\"errors\":");
    let start = body.len();
    let written = faults.iter().take(limit).map(|fault| Written {
        message: &fault.message,
        locations: &fault.locations,
        path: &fault.path,
        extensions: fault.extensions(request_id),
    });
    write_json(body, &written.collect::<Vec<_>>());
    start..body.len()
}

fn write_value(body: &mut Vec<u8>, value: &Value, shape: Option<&Shape>) {
    match value {
        Value::Binary(json) => compact::push(body, json),
        Value::List(items) => {
            body.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    body.push(b',');
                }
                write_value(body, item, shape);
            }
            body.push(b']');
        }
        Value::Object(fields) => {
            let mut written = 0;
            body.push(b'{');
            let mut entry = |body: &mut Vec<u8>, name: &str, value: &Value, inside: Option<&Shape>| {
                if written > 0 {
                    body.push(b',');
                }
                written += 1;
                write_json(body, name);
                body.push(b':');
                write_value(body, value, inside);
            };
            // A scalar that is an object (JSON) has no keys of its own in the selection.
            match shape.filter(|shape| !shape.is_empty()) {
                Some(shape) => {
                    for Key { name, inside, .. } in &shape.keys {
                        if let Some(value) = fields.get(name) {
                            entry(body, name, value, Some(inside));
                        }
                    }
                }
                None => fields.iter().for_each(|(name, value)| entry(body, name, value, None)),
            }
            body.push(b'}');
        }
        other => write_json(body, other),
    }
}

fn write_json<T: Serialize + ?Sized>(body: &mut Vec<u8>, value: &T) {
    if serde_json::to_writer(&mut *body, value).is_err() {
        body.extend_from_slice(b"null");
    }
}
