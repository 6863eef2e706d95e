//! Personal data: masked wherever it is shown, encrypted wherever it is kept.

mod code;
mod phone;
mod seal;

pub use code::{Code, hash_of_code};
pub use phone::{Phone, mask};
pub use seal::{Sealed, SealingKeys};
