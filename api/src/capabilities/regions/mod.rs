//! Regions 行政区划: the tree of city, district, street and community, keyed by statistical codes. Everybody reads it;
//! it changes only by import.

mod graphql;
mod shape;

pub use graphql::{RegionLevel, RegionQuery};
pub use shape::Region;
