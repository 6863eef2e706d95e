//! What every capability stands on, in the order in which a request meets it: [`who`] calls and what its posts reach,
//! what it may [`see`], what it does by an [`act`]. Beside these, [`execute`] is the one way in for operations and
//! [`events`] the way by which changes become known. What holds a connection is private to this crate.

pub mod act;
pub mod calendar;
pub mod catalogue;
pub mod clock;
pub mod directive;
pub mod error;
pub mod events;
pub mod execute;
pub mod id;
pub mod input;
pub mod lang;
pub mod places;
pub mod privacy;
pub mod rules;
pub mod scalars;
pub mod secret_file;
pub mod see;
pub mod store;
pub mod telemetry;
pub mod who;
