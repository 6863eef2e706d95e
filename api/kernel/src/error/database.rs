//! What an error of the database means, by its own code, on SQLite and PostgreSQL.

use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{error::DatabaseError, sqlite::SqliteError},
};

/// Whether the database refused a row by a rule of ours, a constraint or a trigger of this name.
pub fn is_refused_by(error: &DbErr, rule: &str) -> bool {
    database_error(error).is_some_and(|e| match sqlite_code(e) {
        Some(_) => e.message() == rule,
        // An exclusion constraint, or a check.
        None => e.code().is_some_and(|code| matches!(&*code, "23P01" | "23514")) && e.constraint() == Some(rule),
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
pub(super) fn is_broken(error: &DbErr) -> bool {
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
pub(super) fn gave_way(error: &DbErr) -> bool {
    database_error(error).is_some_and(|e| match sqlite_code(e) {
        // Busy, locked.
        Some(code) => matches!(code, 5 | 6),
        // Serialization failure, deadlock.
        None => e.code().is_some_and(|code| matches!(&*code, "40001" | "40P01")),
    })
}

/// Whether the database gave the statement up because it took too long: interrupted on SQLite, 57014 on PostgreSQL.
pub(super) fn is_given_up(error: &DbErr) -> bool {
    database_error(error).is_some_and(|e| match sqlite_code(e) {
        Some(code) => code == 9,
        None => e.code().is_some_and(|code| code == "57014"),
    })
}

/// The database's own word on a refused statement.
pub(super) fn database_error(error: &DbErr) -> Option<&dyn DatabaseError> {
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
