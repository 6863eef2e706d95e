//! Regions 行政区划: the tree of city, district, street and community, keyed by statistical codes. Everybody reads it;
//! it changes only by import.

mod graphql;
mod rules;
mod shape;

pub use graphql::{RegionLevel, RegionQuery};
pub use rules::check_same_place;
pub use shape::Region;
