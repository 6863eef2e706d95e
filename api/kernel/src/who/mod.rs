//! Who calls: from a token to an actor, with the posts in force now and what each of them reaches; and the keeper of the
//! database and of everybody's rights.

pub mod actor;
mod authority;
pub mod bearer;
pub(crate) mod bundle;
pub mod fetch;
pub mod grounds;
pub mod issuer;
mod kept;
pub mod keyring;
pub mod keys;
pub(crate) mod load;
mod operator;
pub mod published;
pub mod source;
mod standing;
mod subject;
pub mod token;

pub use authority::{Authority, Parts};
pub use bundle::{BUILT_IN, PolicyBundle, apply_policy, load_policy};
pub use operator::{Deed, Operator};
pub use standing::takes_writes;
pub use subject::{Login, Subject};
pub use token::TokenInfo;

#[cfg(test)]
mod tests;
