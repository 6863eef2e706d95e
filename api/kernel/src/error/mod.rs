//! The one error type of the service: what is refused, why, in the reader's language, under a stable code.

mod code;
mod database;
mod message;
mod refusal;
mod stored;

pub(crate) use self::database::{is_read_only, refuses_writes};
pub use self::{
    code::Code,
    database::{is_refused_by, is_unreachable},
    message::Message,
    refusal::{BadField, Refusal},
};

pub type Result<T, E = Refusal> = std::result::Result<T, E>;
