//! Who calls: from a token to an actor, with the posts in force now and what each of them reaches; and the keeper of the
//! database and of everybody's rights.

pub mod actor;
mod authority;
pub mod bearer;
pub(crate) mod bundle;
pub mod grounds;
pub mod issuer;
pub mod keyring;
pub mod keys;
pub(crate) mod load;
mod standing;
pub mod token;

pub use authority::{Authority, Parts};
pub use bundle::{BUILT_IN, PolicyBundle, apply_policy, load_policy};
pub use token::TokenInfo;

#[cfg(test)]
mod tests;
