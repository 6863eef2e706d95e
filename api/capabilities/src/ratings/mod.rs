//! Ratings 评价: residents judge what was done for them, once per person and item.

mod graphql;
mod service;
mod shape;

pub use graphql::RatingMutation;
pub use service::place_of_rating;
pub use shape::Rating;
