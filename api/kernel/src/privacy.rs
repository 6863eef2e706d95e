//! Personal data: masked wherever it is shown, encrypted wherever it is kept.

mod phone;
mod seal;

pub use phone::{Phone, mask};
pub use seal::{Sealed, SealingKeys};
