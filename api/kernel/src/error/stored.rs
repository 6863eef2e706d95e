//! What the database refused, as the service tells it.

use sea_orm::DbErr;

use super::{
    Refusal,
    database::{database_error, gave_way, is_broken, is_given_up, is_unreachable, refuses_writes},
};
use crate::{say, telemetry};

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
