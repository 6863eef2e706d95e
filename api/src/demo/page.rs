//! The pages of the demo. The accounts and their tokens stand in them as they are served.

use serde::Serialize;
use tongxin_server::Page;

use super::{Account, Sample, Step};

const SCRIPTS: [&str; 4] = [
    include_str!("start/bench.js"),
    include_str!("start/story.js"),
    include_str!("start/live.js"),
    include_str!("start/accounts.js"),
];

/// An account with a token for it and a request to try.
#[derive(Debug, Serialize)]
pub struct Ticket {
    #[serde(flatten)]
    pub account: &'static Account,
    pub token: String,
    pub sample: Sample,
}

/// The page at `/`: the story to be played, the accounts with their tokens, where to go next.
pub fn start_page(tickets: &[Ticket], story: &[Step]) -> Page {
    #[derive(Serialize)]
    struct Data<'a> {
        accounts: &'a [Ticket],
        story: &'a [Step],
    }
    let data = Data { accounts: tickets, story };
    Page::new(include_str!("start/start.html"), include_str!("start/start.css"), &SCRIPTS, &data)
}
