//! Ratings 评价: residents judge what was done for them, once per person and item.

mod service;
mod shape;

use tongxin_kernel::catalogue::Capability;

use self::service::RateServiceItemInput;

pub use shape::Rating;

pub fn capability() -> Capability {
    Capability::new().shape::<Rating>().act::<RateServiceItemInput>()
}
