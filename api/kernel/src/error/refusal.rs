//! Why something was not done, as the service tells it.

use std::{fmt, sync::Arc};

use serde_json::{Map, Value, json};
use tongxin_entity::Word;
use tongxin_policies::Action;

use super::{Code, Message};
use crate::{lang::Lang, say};

/// Why the service did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct Refusal {
    pub code: Code,
    pub message: Message,
    /// Further machine-readable facts, beside `code`.
    pub facts: Map<String, Value>,
    /// Bad input, each with its path; rendered as `fields` in the reader's language.
    pub(super) fields: Vec<BadField>,
    /// Why it is forbidden; rendered as `reason` in the reader's language.
    pub(super) reason: Option<Message>,
    /// The database gave way to another transaction: the same attempt may succeed.
    pub(crate) may_retry: bool,
    /// The connection broke before anything was committed: another one may serve.
    pub(crate) broken: bool,
    /// The store refused to write, or left a commit in doubt: the reason, for those who run the service.
    pub(crate) doubt: Option<Arc<str>>,
}

/// One wrong value of an input.
#[derive(Debug, Clone)]
pub struct BadField {
    /// Dotted path inside the arguments, such as `input.title`.
    pub path: String,
    /// A stable word for the kind of fault, such as `TOO_LONG`.
    pub code: &'static str,
    pub message: Message,
}

impl Refusal {
    pub fn new(code: Code, message: Message) -> Self {
        let (facts, fields) = (Map::new(), Vec::new());
        Self { code, message, facts, fields, reason: None, may_retry: false, broken: false, doubt: None }
    }

    /// The object does not exist, or the caller may not know that it does: the two look the same.
    pub fn not_found(what: Message) -> Self {
        let Message { zh, en } = what;
        Self::new(Code::NotFound, say!("找不到{zh}", "{en} was not found"))
    }

    /// The caller sees it but may not do it; `reason` says which post, rule or reach was missing.
    pub fn forbidden(reason: Message) -> Self {
        let mut refusal = Self::new(Code::Forbidden, reason.clone());
        refusal.reason = Some(reason);
        refusal
    }

    pub fn unauthenticated(message: Message) -> Self {
        Self::new(Code::Unauthenticated, message)
    }

    /// The state forbids it; `current` is the state now.
    pub fn conflict(message: Message, current: impl Into<Value>) -> Self {
        Self::new(Code::Conflict, message).with("current", current)
    }

    /// The state does not let this follow; `allowed` says what may be done now.
    pub fn wrong_state(state: Word, allowed: &[&str]) -> Self {
        let Word { code: current, zh, .. } = state;
        let message = if allowed.is_empty() {
            say!("当前状态为“{zh}”，已不能再变更", "it is {current} now, after which nothing more may follow")
        } else {
            let called =
                |act: &&str| Action::parse(act).map_or_else(|| (*act).to_owned(), |act| act.name().zh.to_owned());
            let (acts, list) = (allowed.iter().map(called).collect::<Vec<_>>().join("、"), allowed.join(", "));
            say!("当前状态为“{zh}”，此时可以：{acts}", "it is {current} now; what may follow: {list}")
        };
        Self::conflict(message, current).with("allowed", allowed.to_vec())
    }

    /// The object was edited since the caller read it.
    pub fn stale(current: i32) -> Self {
        Self::conflict(
            say!("内容已被他人修改，当前版本为 {current}", "it was edited meanwhile; its version is {current} now"),
            current,
        )
    }

    /// One wrong value.
    pub fn invalid(path: impl Into<String>, code: &'static str, message: Message) -> Self {
        Self::invalid_fields(vec![BadField { path: path.into(), code, message }])
    }

    /// Wrong values, all of them at once. `fields` must not be empty.
    pub fn invalid_fields(fields: Vec<BadField>) -> Self {
        let zh = fields.iter().map(|f| format!("{}：{}", f.path, f.message.zh)).collect::<Vec<_>>();
        let en = fields.iter().map(|f| format!("{}: {}", f.path, f.message.en)).collect::<Vec<_>>();
        let message = Message {
            zh: format!("输入有误：{}", zh.join("；")),
            en: format!("The input is not valid: {}", en.join("; ")),
        };
        Self { fields, ..Self::new(Code::InvalidInput, message) }
    }

    /// Another transaction came first; trying again settles it.
    pub fn gave_way() -> Self {
        Self { may_retry: true, ..Self::unavailable() }
    }

    pub fn unavailable() -> Self {
        Self::new(
            Code::Unavailable,
            say!("服务暂时不可用，请稍后重试", "The service is unavailable for the moment; try again shortly"),
        )
        .with("retryAfter", 1)
    }

    /// Something broke inside. The cause goes to the log, never to the client.
    pub fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(Code::Internal, say!("服务内部错误", "Something went wrong inside the service"))
    }

    /// Whether it says nothing of the request, only of the service's own state.
    pub fn is_fault(&self) -> bool {
        matches!(self.code, Code::Unavailable | Code::Internal)
    }

    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(key.to_owned(), value.into());
        self
    }

    /// Why, in words, where the refusal carries a reason.
    pub fn reason(&self) -> Option<&Message> {
        self.reason.as_ref()
    }

    /// The `extensions` of the GraphQL error.
    pub fn extensions(&self, lang: Lang) -> Map<String, Value> {
        let mut all = Map::new();
        all.insert("code".into(), self.code.as_str().into());
        all.extend(self.facts.clone());
        if let Some(reason) = &self.reason {
            all.insert("reason".into(), reason.in_lang(lang).into());
        }
        if !self.fields.is_empty() {
            let fields = self.fields.iter();
            let fields = fields.map(|f| json!({"path": f.path, "code": f.code, "message": f.message.in_lang(lang)}));
            all.insert("fields".into(), fields.collect());
        }
        all
    }
}
