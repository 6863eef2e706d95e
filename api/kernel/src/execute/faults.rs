//! Errors on their way out: every one has a code, none tells what is inside the service, all are of bounded size.

use async_graphql::{PathSegment, Pos, ServerError};
use serde_json::{Map, Value as Json, json};

use super::said::Said;
use crate::{
    error::{Code, Refusal},
    lang::Lang,
    say,
};

const LONGEST: usize = 400;

/// One error of an answer.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub code: Code,
    pub message: String,
    pub locations: Vec<Pos>,
    pub path: Vec<PathSegment>,
    /// Further extensions, beside `code`.
    pub facts: Map<String, Json>,
}

impl Fault {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, message: shortened(message), locations: Vec::new(), path: Vec::new(), facts: Map::new() }
    }

    pub fn refused(refusal: &Refusal, lang: Lang) -> Self {
        let mut facts = refusal.extensions(lang);
        facts.remove("code");
        Self { facts, ..Self::new(refusal.code, refusal.message.in_lang(lang)) }
    }

    /// What the library says of the caller's document, or of a value in it.
    pub fn said(said: &Said, lang: Lang) -> Self {
        let message = said.message.in_lang(lang);
        let mut facts = Map::new();
        facts.insert("rule".into(), said.rule.into());
        if let Some(detail) = &said.detail {
            facts.insert("detail".into(), shortened(detail.clone()).into());
        }
        if let Some(path) = &said.argument {
            facts.insert(
                "fields".into(),
                json!([{"path": path, "code": "INVALID", "message": shortened(message.into())}]),
            );
        }
        let locations = said.locations.iter().take(4).copied().collect();
        Self { facts, locations, ..Self::new(Code::InvalidInput, message) }
    }

    /// An error of a running operation. One without a code is the library's own word on an argument, or a bug of ours.
    pub fn from_resolver(mut error: ServerError, lang: Lang) -> Self {
        error.locations.retain(|at| at.line > 0); // an argument that is not there is nowhere
        if let Some(refusal) = error.source::<Refusal>() {
            let fault = Self::refused(refusal, lang);
            return Self { locations: error.locations.clone(), path: error.path.clone(), ..fault };
        }
        let mut facts = match serde_json::to_value(&error.extensions) {
            Ok(Json::Object(facts)) => facts,
            _ => Map::new(),
        };
        let code = facts.remove("code").and_then(|code| code.as_str().and_then(Code::parse));
        let located = |fault: Self| Self { locations: error.locations.clone(), path: error.path.clone(), ..fault };
        match code {
            Some(code) => located(Self { facts, ..Self::new(code, error.message.clone()) }),
            None => located(match Said::known(&error) {
                Some(said) => Self::said(&said, lang),
                None => Self::refused(&Refusal::internal(&error.message), lang),
            }),
        }
    }

    /// A panic: nothing is known of it that may be told.
    pub fn panicked(lang: Lang) -> Self {
        let message = say!("服务内部错误", "Something went wrong inside the service");
        Self::new(Code::Internal, message.in_lang(lang))
    }

    /// The extensions as they are answered; what is internal carries the request id and nothing else.
    pub fn extensions(&self, request_id: &str) -> Map<String, Json> {
        let mut all = Map::new();
        all.insert("code".into(), self.code.as_str().into());
        if self.code == Code::Internal {
            all.insert("requestId".into(), request_id.into());
        } else {
            all.extend(self.facts.clone());
        }
        if self.code == Code::InvalidInput && !all.contains_key("fields") {
            all.insert("fields".into(), Json::Array(self.path_as_field()));
        }
        all
    }

    /// The argument's field, as far as the library tells; a fault of the document itself has none.
    fn path_as_field(&self) -> Vec<Json> {
        let path = self.path.iter().map(|segment| match segment {
            PathSegment::Field(name) => name.clone(),
            PathSegment::Index(index) => index.to_string(),
        });
        let path = path.collect::<Vec<_>>().join(".");
        if path.is_empty() {
            Vec::new()
        } else {
            vec![json!({"path": path, "code": "INVALID", "message": self.message})]
        }
    }

    /// Whether two errors are the same refusal of the same field, in two elements of a list.
    pub fn repeats(&self, other: &Self) -> bool {
        let fields = |path: &[PathSegment]| -> Vec<String> {
            let names =
                path.iter().filter_map(|s| if let PathSegment::Field(name) = s { Some(name.clone()) } else { None });
            names.collect()
        };
        self.code == Code::Forbidden
            && other.code == Code::Forbidden
            && self.message == other.message
            && fields(&self.path) == fields(&other.path)
    }
}

fn shortened(message: String) -> String {
    match message.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}
