//! The binary as it is run: the command line, several processes on one database, and what happens when something that
//! it stands on goes away.
//!
//! PostgreSQL is used where `TONGXIN_TEST_POSTGRES` names one, Redis where `redis-server` is installed.

mod backup;
mod checks;
mod client;
mod commands;
mod crowd;
mod demo;
mod disk;
mod district;
mod ending;
mod failing;
mod keys;
mod listening;
mod operators;
mod outage;
mod places;
mod policies;
mod program;
mod proxy;
mod redis;
mod replicas;
mod setup;
mod sockets;
mod steady;
mod tokens;
mod town;
