//! Processes side by side on one database: here each is an authority, a bus and a watcher of its own.

pub mod database;
mod delivery;
mod inbox;
mod outage;
mod policies;
mod redis_server;
mod rights;
mod stories;
mod subscription;
mod sweeping;
mod through_redis;
