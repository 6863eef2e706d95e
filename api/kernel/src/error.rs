//! The one error type of the service: what is refused, why, in the reader's language, under a stable code.

use std::{fmt, sync::Arc};

use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{error::DatabaseError, sqlite::SqliteError},
};
use serde_json::{Map, Value, json};

use crate::{lang::Lang, telemetry};

/// The stable codes a client may rely on (`extensions.code`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Unauthenticated,
    Forbidden,
    NotFound,
    InvalidInput,
    Conflict,
    RateLimited,
    QueryTooComplex,
    IdempotencyMismatch,
    PersistedQueryNotSupported,
    Unavailable,
    Internal,
}

impl Code {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::InvalidInput => "INVALID_INPUT",
            Self::Conflict => "CONFLICT",
            Self::RateLimited => "RATE_LIMITED",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::IdempotencyMismatch => "IDEMPOTENCY_MISMATCH",
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }
}

/// A sentence in both languages of the API; `say!` makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub zh: String,
    pub en: String,
}

impl Message {
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// `say!("没有 {x}", "no {x}")`: a [`Message`] in both languages.
#[macro_export]
macro_rules! say {
    ($zh:literal, $en:literal $(, $($arg:tt)*)?) => {
        $crate::error::Message { zh: format!($zh $(, $($arg)*)?), en: format!($en $(, $($arg)*)?) }
    };
}

/// Why the service did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct Refusal {
    pub code: Code,
    pub message: Message,
    /// Further machine-readable facts, beside `code`.
    pub facts: Map<String, Value>,
    /// Bad input, each with its path; rendered as `fields` in the reader's language.
    fields: Vec<BadField>,
    /// Why it is forbidden; rendered as `reason` in the reader's language.
    reason: Option<Message>,
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

pub type Result<T, E = Refusal> = std::result::Result<T, E>;

impl Refusal {
    pub fn new(code: Code, message: Message) -> Self {
        let (facts, fields) = (Map::new(), Vec::new());
        Self { code, message, facts, fields, reason: None, may_retry: false, broken: false, doubt: None }
    }

    /// The object does not exist, or the caller may not know that it does: the two look the same.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, say!("找不到 {what}", "{what} was not found"))
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

    /// The state forbids it; `current` is the state now, `next` what may follow it.
    pub fn conflict(message: Message, current: impl Into<Value>) -> Self {
        Self::new(Code::Conflict, message).with("current", current)
    }

    /// The state does not let this follow; `allowed` says what may be done now.
    pub fn wrong_state(current: &str, allowed: &[&str]) -> Self {
        let message = if allowed.is_empty() {
            say!("当前状态为 {current}，已不能再变更", "it is {current} now, after which nothing more may follow")
        } else {
            let list = allowed.join(", ");
            say!("当前状态为 {current}，此时可以：{list}", "it is {current} now; what may follow: {list}")
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

impl From<DbErr> for Refusal {
    fn from(error: DbErr) -> Self {
        if is_given_up(&error) {
            telemetry::given_up();
            return Self::unavailable();
        }
        let doubt = refuses_writes(&error).then(|| error.to_string().into());
        if is_unreachable(&error) {
            tracing::warn!(%error, "the database is unreachable, or takes no writes");
            return Self { broken: is_broken(&error), doubt, ..Self::unavailable() };
        }
        if gave_way(&error) {
            return Self::gave_way();
        }
        // PostgreSQL keeps no NUL in text (22021); SQLite would.
        if database_error(&error).and_then(|e| e.code()).is_some_and(|code| code == "22021") {
            let message = say!("含有不允许的字符（NUL）", "holds a character that is not allowed (NUL)");
            return Self::invalid("input", "CONTROL_CHARACTER", message);
        }
        Self { doubt, ..Self::internal(error) }
    }
}

impl Refusal {
    /// Why a commit failed. Unless the database gave way to others, nobody knows whether it came to pass.
    pub(crate) fn of_commit(error: DbErr) -> Self {
        let reason = error.to_string();
        let refusal = Self::from(error);
        let doubt = (!refusal.may_retry).then(|| reason.into());
        // It is not for us to try again.
        Self { broken: false, doubt, ..refusal }
    }

    /// The database is only read, as far as this session can tell; another one may know better.
    pub(crate) fn only_read() -> Self {
        Self { broken: true, doubt: Some("it is only read".into()), ..Self::unavailable() }
    }
}

/// Whether the database refused a row because its term would overlap another's, by the name of that rule.
pub fn is_overlap(error: &DbErr, rule: &str) -> bool {
    database_error(error).is_some_and(|e| match sqlite_code(e) {
        Some(_) => e.message() == rule,
        // An exclusion constraint.
        None => e.code().is_some_and(|code| code == "23P01") && e.constraint() == Some(rule),
    })
}

/// Whether the database could not be reached, is shutting down or cannot take a write now (its disk is full).
pub fn is_unreachable(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => is_unreachable_sqlx(e),
        _ => false,
    }
}

/// Whether a connection that was there broke, as all do when the database is restarted.
fn is_broken(error: &DbErr) -> bool {
    use sea_orm::sqlx::Error as E;
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => match &**e {
            E::Io(_) | E::Protocol(_) | E::WorkerCrashed => true,
            // A session that only reads may be older than a database that takes writes again.
            E::Database(e) => {
                sqlite_code(&**e).is_none() && e.code().is_some_and(|code| ends_session(&code) || code == READ_ONLY)
            }
            _ => false,
        },
        _ => false,
    }
}

/// What PostgreSQL calls a write in a transaction that only reads.
const READ_ONLY: &str = "25006";

/// Whether a write was refused because what is written to is only read.
pub(crate) fn is_read_only(error: &DbErr) -> bool {
    database_error(error).is_some_and(|e| match sqlite_code(e) {
        // Read-only, cannot be opened.
        Some(code) => matches!(code, 8 | 14),
        None => e.code().is_some_and(|code| code == READ_ONLY),
    })
}

/// Whether the store takes no writes, whoever asks: it is full, fails, is only read or is damaged.
pub(crate) fn refuses_writes(error: &DbErr) -> bool {
    is_read_only(error)
        || database_error(error).is_some_and(|e| match sqlite_code(e) {
            // No memory, input or output failed, damaged, disk full, not a database.
            Some(code) => matches!(code, 7 | 10 | 11 | 13 | 26),
            // 53 resources (but 533: too many connections), 58 input or output failed, XX00x damaged.
            None => e.code().is_some_and(|code| {
                let of = |class| code.starts_with(class);
                of("53") && !of("533") || of("58") || ["XX001", "XX002"].contains(&&*code)
            }),
        })
}

/// Whether PostgreSQL closes the connection with this: 08 connection, 57P0x shutdown, 25P03 a transaction left idle.
fn ends_session(code: &str) -> bool {
    code.starts_with("08") || code.starts_with("57P") || code == "25P03"
}

/// Whether the database ended the transaction in favour of another one.
fn gave_way(error: &DbErr) -> bool {
    database_error(error).is_some_and(|e| match sqlite_code(e) {
        // Busy, locked.
        Some(code) => matches!(code, 5 | 6),
        // Serialization failure, deadlock.
        None => e.code().is_some_and(|code| matches!(&*code, "40001" | "40P01")),
    })
}

/// Whether the database gave the statement up because it took too long: interrupted on SQLite, 57014 on PostgreSQL.
fn is_given_up(error: &DbErr) -> bool {
    database_error(error).is_some_and(|e| match sqlite_code(e) {
        Some(code) => code == 9,
        None => e.code().is_some_and(|code| code == "57014"),
    })
}

/// The database's own word on a refused statement.
fn database_error(error: &DbErr) -> Option<&dyn DatabaseError> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => e.as_database_error(),
        _ => None,
    }
}

fn is_unreachable_sqlx(error: &sea_orm::sqlx::Error) -> bool {
    use sea_orm::sqlx::Error as E;
    match error {
        E::Io(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::Protocol(_) | E::Tls(_) => true,
        E::Database(e) => match sqlite_code(&**e) {
            // Read-only, input or output failed, disk full, cannot be opened.
            Some(code) => matches!(code, 8 | 10 | 13 | 14),
            // 53 resources (disk full), 58 input or output failed, 25006 read-only.
            None => e.code().is_some_and(|code| {
                let class = code.get(..2).unwrap_or_default();
                ends_session(&code) || ["53", "58"].contains(&class) || code == READ_ONLY
            }),
        },
        _ => false,
    }
}

/// SQLite's own code without what it adds to tell cases apart: 778, a write that failed, is 10 as all of its kind.
fn sqlite_code(error: &dyn DatabaseError) -> Option<u32> {
    let error = error.try_downcast_ref::<SqliteError>()?;
    error.code()?.parse::<u32>().ok().map(|code| code & 0xff)
}
