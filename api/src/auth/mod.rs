//! From a token to an actor, from an actor to a permit.

pub mod actor;
pub mod bearer;
pub mod gatekeeper;
pub mod grounds;
pub mod issuer;
pub mod keyring;
pub mod keys;
mod load;
pub mod permit;
pub mod token;

#[cfg(test)]
mod tests;
