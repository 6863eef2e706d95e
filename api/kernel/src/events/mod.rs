//! How a change becomes known: to open subscriptions, and to the other processes on the same database.
//!
//! The database is the truth. Every change of what rights come from raises a counter in its own transaction, and every
//! event is a row of the outbox; the [`Watcher`] looks at both at each hint of another process through Redis, at the outbox
//! after each commit of this one, and at all of it twice a second anyway. A lost hint or a dead Redis so costs half a second, never a right.

mod bus;
mod changes;
mod hints;
mod live;
mod occasion;
mod outage;
mod outbox;
mod policies;
mod rights;
mod sweep;
mod watch;
mod watcher;
mod window;

#[cfg(test)]
pub(crate) mod tests;

pub use bus::{Bus, Change, Signal, Subscription};
pub use changes::changes_of;
pub use hints::{hint, reach_redis};
pub use live::live;
pub use policies::PolicyState;
pub use watcher::{Settings, Watcher};
