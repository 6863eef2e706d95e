//! The messages of `graphql-transport-ws`, and the codes a socket is closed with.

use actix_ws::{CloseCode, CloseReason};
use serde::Deserialize;
use serde_json::{Map, Value};
use tongxin_kernel::execute::GraphqlRequest;

/// The subprotocol's name.
pub(super) const NAME: &str = "graphql-transport-ws";

/// What a client says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Said {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Opening>,
    },
    Ping {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    Pong {},
    Subscribe {
        id: String,
        payload: GraphqlRequest,
    },
    Complete {
        id: String,
    },
}

/// The payload of `connection_init`. A token that is named twice is no message of ours.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Opening {
    #[serde(alias = "Authorization")]
    pub authorization: Option<Value>,
    /// Takes the rest, and lets the payload be an object only.
    #[serde(flatten)]
    _rest: Map<String, Value>,
}

impl Said {
    /// Reads a message; `None` is not of the protocol.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|said| match said {
            Self::Subscribe { id, .. } | Self::Complete { id } => (1..=128).contains(&id.len()),
            _ => true,
        })
    }
}

/// Why a socket is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    GoingAway,
    TooBig,
    TryAgain,
    Invalid,
    Unauthorized,
    Forbidden,
    NoProtocol,
    NotInitialised,
    Duplicate,
    InitialisedTwice,
    /// Its person has as many sockets as may be.
    TooMany(usize),
}

impl Closing {
    pub fn reason(self) -> CloseReason {
        let (code, text) = match self {
            Self::TooMany(most) => (1013, format!("Too many sockets: at most {most} for one person")),
            Self::GoingAway => (1001, "Going away".to_owned()),
            Self::TooBig => (1009, "Message too big".to_owned()),
            Self::TryAgain => (1013, "Try again later".to_owned()),
            Self::Invalid => (4400, "Invalid message".to_owned()),
            Self::Unauthorized => (4401, "Unauthorized".to_owned()),
            Self::Forbidden => (4403, "Forbidden".to_owned()),
            Self::NoProtocol => (4406, "Subprotocol not acceptable".to_owned()),
            Self::NotInitialised => (4408, "Connection initialisation timeout".to_owned()),
            Self::Duplicate => (4409, "Subscriber already exists".to_owned()),
            Self::InitialisedTwice => (4429, "Too many initialisation requests".to_owned()),
        };
        CloseReason { code: CloseCode::from(code), description: Some(text) }
    }
}

pub(super) const ACKNOWLEDGED: &str = r#"{"type":"connection_ack"}"#;

pub(super) fn pong(payload: Option<Map<String, Value>>) -> String {
    match payload {
        Some(payload) => format!(r#"{{"type":"pong","payload":{}}}"#, Value::Object(payload)),
        None => r#"{"type":"pong"}"#.to_owned(),
    }
}

/// One result of an operation; `body` is JSON.
pub(super) fn next(id: &str, body: &[u8]) -> String {
    with_payload("next", id, body)
}

/// The operation was refused; `errors` is a JSON array.
pub(super) fn error(id: &str, errors: &[u8]) -> String {
    with_payload("error", id, errors)
}

pub(super) fn complete(id: &str) -> String {
    format!(r#"{{"id":{},"type":"complete"}}"#, Value::from(id))
}

fn with_payload(kind: &str, id: &str, payload: &[u8]) -> String {
    let payload = String::from_utf8_lossy(payload);
    format!(r#"{{"id":{},"type":"{kind}","payload":{payload}}}"#, Value::from(id))
}

#[cfg(test)]
mod tests {
    use super::{Said, complete, next};

    #[test]
    fn reads_the_protocol_and_nothing_else() {
        for (text, good) in [
            (r#"{"type":"connection_init"}"#, true),
            (r#"{"type":"connection_init","payload":null}"#, true),
            (r#"{"type":"connection_init","payload":{"authorization":"Bearer x"}}"#, true),
            (r#"{"type":"connection_init","payload":{"Authorization":"Bearer x","client":{"v":1}}}"#, true),
            (r#"{"type":"connection_init","payload":{"authorization":null}}"#, true),
            (r#"{"type":"connection_init","payload":{"authorization":"Bearer x","authorization":"Bearer y"}}"#, false),
            (r#"{"type":"connection_init","payload":{"authorization":"Bearer x","Authorization":"Bearer y"}}"#, false),
            (r#"{"type":"connection_init","payload":["Bearer x"]}"#, false),
            (r#"{"type":"connection_init","payload":"x"}"#, false),
            (r#"{"type":"pong","payload":{"a":1}}"#, true),
            (r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":null}}"#, true),
            (r#"{"type":"subscribe","id":"1","payload":{}}"#, false),
            (r#"{"type":"subscribe","id":"1","payload":{"extensions":{"persistedQuery":null}}}"#, false),
            (r#"{"type":"subscribe","id":"1","payload":{"extensions":{"persistedQuery":{"version":1}}}}"#, true),
            (r#"{"type":"subscribe","id":"","payload":{"query":"{ a }"}}"#, false),
            (r#"{"type":"subscribe","payload":{"query":"{ a }"}}"#, false),
            (r#"{"type":"start","id":"1","payload":{"query":"{ a }"}}"#, false),
            (r#"{"type":"next","id":"1"}"#, false),
            ("[]", false),
            ("{}", false),
            ("hello", false),
        ] {
            assert_eq!(Said::read(text).is_some(), good, "{text}");
        }
    }

    #[test]
    fn ids_are_escaped() {
        assert_eq!(next("a\"b", b"{}"), r#"{"id":"a\"b","type":"next","payload":{}}"#);
        assert_eq!(complete("1"), r#"{"id":"1","type":"complete"}"#);
    }
}
