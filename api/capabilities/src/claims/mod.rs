//! Claims 认领: a partner takes a place of a service item, works and hands in; the community accepts or returns.
//!
//! Claim: claimed → in progress → submitted → accepted or returned, returned → submitted; withdrawn by the claimant,
//! released when it lapses. The item's counters move in the same statement that takes or frees the place.

mod graphql;
mod rules;
mod service;
mod shape;
mod sweep;

pub use graphql::{ClaimFilter, ClaimMutation, ClaimQuery};
pub use service::{place_of_claimant, place_of_claiming, place_of_judgement};
pub use shape::Claim;
pub use sweep::ReleaseLapsed;
