//! Tongxin 同心: a GraphQL service for party-led urban governance.

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod divisions;
pub mod gatekeeper;
pub mod imports;
pub mod lifecycles;
pub mod schema;
