//! Who may do what: the policy files beside this crate, compiled to a table that answers in nanoseconds.
//!
//! Casbin is the only source of decisions. [`Table::compile`] asks it every question there is (role × action × reach, once
//! for allow and once for deny) and keeps the answers; [`Table::decide`] looks them up. Which person holds which role, where
//! and until when, is data and comes in as the posts held.

mod cases;
mod check;
mod compile;
mod decide;
mod diff;
mod error;
mod explain;
mod matrix;
mod prove;
mod reach;
mod rules;
mod seats;
mod source;
mod table;
mod vocabulary;
mod words;

pub use cases::{CaseFile, run_cases};
pub use check::check;
pub use decide::Decision;
pub use diff::Change;
pub use error::{PolicyError, Problem, Text};
pub use explain::Explanation;
pub use reach::{Reach, ReachSet};
pub use rules::{Effect, Rule, RuleRef};
pub use seats::{Founding, Given, Level, Seat};
pub use source::PolicySource;
pub use table::Table;
pub use vocabulary::{Action, Name, Role};
pub use words::Class;
