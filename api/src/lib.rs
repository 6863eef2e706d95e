//! Tongxin 同心: a GraphQL service for party-led urban governance.

pub mod app;
pub mod auth;
pub mod capabilities;
pub mod cli;
pub mod clock;
pub mod config;
pub mod database;
pub mod demo;
pub mod directive;
pub mod divisions;
pub mod error;
pub mod events;
pub mod execute;
pub mod file_limit;
pub mod id;
pub mod input;
pub mod lang;
pub mod privacy;
pub mod read;
pub mod request;
pub mod scalars;
pub mod schema;
pub mod secret_file;
pub mod server;
pub mod telemetry;
