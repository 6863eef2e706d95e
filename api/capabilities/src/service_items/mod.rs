//! Service items 服务项目: work that a community publishes, partners claim and residents judge.
//!
//! Item: draft → open → in progress → done → closed, or expired, or cancelled. It is open while places are free and in
//! progress when the quota is full; the database counts the places, so that no number of claimants overbooks it.

mod board;
mod changes;
mod content;
mod graphql;
mod rules;
mod service;
mod shape;
mod sweep;

pub use board::{ServiceItemFilter, ServiceItemOrder};
pub use changes::ServiceItemSubscription;
pub use graphql::{ClaimantKind, ServiceItemMutation, ServiceItemQuery};
pub use rules::{ItemAct, claimant_kind};
pub use service::place_of;
pub use shape::ServiceItem;
pub use sweep::{CloseItems, ExpireItems};

/// The kind of event that says that a service item, or what is shown with it, is not what it was.
pub const CHANGED: &str = "service_item.changed";
