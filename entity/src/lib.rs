//! The tables as SeaORM entities: one module per table, its text enums beside it. No rules, no GraphQL.
//!
//! Conventions that hold everywhere: an `id` is a TypeID (`item_01j…`), so it sorts by the time it was made; `*_code` is a
//! region's statistical code (city 4, district 6, street 9, community 12 digits), each level a prefix of the next; moments
//! are UTC with microseconds; dates are days of Asia/Shanghai; `version` counts the edits of a row, from 1.

mod text_enum;

pub mod alliance_member;
pub mod audit_entry;
pub mod authority_epoch;
pub mod big_party_committee;
pub mod check_in;
pub mod claim;
pub mod client_application;
pub mod compound;
pub mod event;
pub mod idempotency_key;
pub mod implementation;
pub mod implementation_report;
pub mod organisation;
pub mod owners_committee;
pub mod party_alliance;
pub mod party_organisation;
pub mod person;
pub mod policy_bundle;
pub mod post;
pub mod priority;
pub mod priority_change;
pub mod priority_target;
pub mod property_company;
pub mod property_contract;
pub mod rating;
pub mod region;
pub mod service_item;
pub mod unit;

pub use text_enum::{UnknownValue, Word, Words};
