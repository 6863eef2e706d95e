//! The transport through a real socket: what the libraries do by default and this service must not.

mod audit;
mod bounds;
mod errors;
mod figures;
mod house;
mod http;
mod limits;
mod pages;
mod persisted;
mod socket;
mod stop;
