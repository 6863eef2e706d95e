//! The start page of the demo.

use serde::Serialize;
use tongxin_server::Page;

use super::{Account, Sample, Step};

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
    let data = serde_json::to_string(&Data { accounts: tickets, story }).unwrap_or_default();
    // Inside a script element only `<` could end it.
    let data = data.replace('<', "\\u003c");
    Page::new(include_str!("start.html").replacen(r#"id="data">{}<"#, &format!(r#"id="data">{data}<"#), 1))
}
