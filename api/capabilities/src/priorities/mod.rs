//! Priorities 重点任务: what a street sets for its communities, for a period, with a measurable target.
//!
//! `draft → published → closed | withdrawn`, or `draft → discarded`. Officers draft, the secretary decides. A draft that was
//! discarded stays with those who saw it, as its trail does. Once published, only the due date and
//! the communities change, each change with its reason. Closing leaves every implementation as far as it came, and waits until
//! the street has answered what was put to it. Progress is derived from accepted work and never typed in.

mod board;
mod graphql;
mod rules;
mod service;
mod shape;
mod targets;
#[cfg(test)]
mod tests;

pub use graphql::{PriorityMutation, PriorityQuery};
pub use service::hold_published;
pub use shape::{Priority, PriorityChange};
pub use targets::named_place;
