//! Service items 服务项目: work that a community publishes, partners claim and residents judge.
//!
//! Item: draft → open → in progress → done → closed, or expired, or cancelled. It is open while places are free and in
//! progress when the quota is full; the database counts the places, so that no number of claimants overbooks it.

mod board;
mod changes;
mod content;
mod rules;
mod service;
mod shape;
mod sweep;

use tongxin_entity::{Word, service_item::ServiceItemStatus as Status};
use tongxin_kernel::{act::DeclaredRate, catalogue::Capability};

use self::{
    service::{
        CancelServiceItemInput, CloseServiceItemInput, DraftServiceItemInput, FinishServiceItemInput,
        PublishServiceItemInput, UpdateServiceItemInput,
    },
    sweep::{CloseItems, ExpireItems},
};

pub use board::{ServiceItemFilter, ServiceItemOrder};
pub use changes::ServiceItemSubscription;
pub use rules::{CLAIM, LIFE, RATE, claimant_kind};
pub use service::place_of;
pub use shape::ServiceItem;

/// The kind of event that says that a service item, or what is shown with it, is not what it was.
pub const CHANGED: &str = "service_item.changed";

pub fn capability() -> Capability {
    Capability::new()
        .life::<ServiceItem>()
        .deadline(shape::finish_by())
        .rate(done())
        .list::<ServiceItem, ServiceItemFilter, ServiceItemOrder>(
            "serviceItems",
            "readServiceItem",
            "服务项目列表 · 各个服务项目，草稿只对起草和决定的人可见 · service items; drafts for those who prepare and decide them",
        )
        .find::<ServiceItem>("serviceItem", "readServiceItem", "服务项目 · 按编号读取一个服务项目 · one service item")
        .act::<DraftServiceItemInput>()
        .act::<UpdateServiceItemInput>()
        .act::<PublishServiceItemInput>()
        .act::<FinishServiceItemInput>()
        .act::<CloseServiceItemInput>()
        .act::<CancelServiceItemInput>()
        .chore::<ExpireItems>()
        .chore::<CloseItems>()
}

fn done() -> DeclaredRate {
    let word = Word {
        code: "ITEMS_DONE",
        zh: "项目办结率",
        en: "of the service items that were opened and not cancelled, those done",
    };
    let (done, rest) = ([Status::Done, Status::Closed], [Status::Open, Status::InProgress, Status::Expired]);
    DeclaredRate::of::<ServiceItem>(word, &done, &[&done[..], &rest].concat())
}
