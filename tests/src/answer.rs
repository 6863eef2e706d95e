//! What the service answers, and what a story expects of it.

use std::fmt;

use reqwest::StatusCode;
use serde_json::Value;

/// The answer to one request.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
    /// The mutation that was asked for, if it was one alone.
    pub(crate) act: Option<String>,
}

impl Answer {
    /// The data of an answer without any error.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.body.get("errors").is_none(), "expected data: {self}");
        &self.body["data"]
    }

    /// The payload of a mutation that was done.
    #[track_caller]
    pub fn done(&self) -> &Value {
        let act = self.act.as_deref().expect("only an act is done");
        &self.data()[act]
    }

    /// The code of the first error, if there is one.
    pub fn code(&self) -> Option<&str> {
        self.body["errors"][0]["extensions"]["code"].as_str()
    }

    /// The first error's extensions, which must carry this code.
    #[track_caller]
    pub fn refused(&self, code: &str) -> &Value {
        assert_eq!(self.code(), Some(code), "{self}");
        &self.body["errors"][0]["extensions"]
    }

    /// What the first error says.
    pub fn message(&self) -> &str {
        self.body["errors"][0]["message"].as_str().unwrap_or_default()
    }

    /// The paths and codes of bad input.
    #[track_caller]
    pub fn bad_fields(&self) -> Vec<(&str, &str)> {
        let fields = self.refused("INVALID_INPUT")["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        fields.iter().filter_map(|fault| Some((fault["path"].as_str()?, fault["code"].as_str()?))).collect()
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.body)
    }
}

/// The ids of a connection's `nodes`.
#[track_caller]
pub fn ids(connection: &Value) -> Vec<&str> {
    let nodes = connection["nodes"].as_array().unwrap_or_else(|| panic!("no nodes: {connection}"));
    nodes.iter().map(|node| node["id"].as_str().expect("an id")).collect()
}
