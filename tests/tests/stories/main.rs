//! What the service is for, told through its public API alone, one module per capability.

mod audit;
mod authority;
mod claims;
mod contracts;
mod cost;
mod drafts;
mod implementations;
mod lapses;
mod merging;
mod organisations;
mod outages;
mod pages;
mod people;
mod priorities;
mod races;
mod ratings;
mod retries;
mod service_items;
mod spine;
mod start;
mod subscriptions;
mod terms;
mod todos;
mod tokens;
mod trail;
mod wrong_input;
