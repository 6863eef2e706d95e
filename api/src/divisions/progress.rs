//! How far an import is, for a person who watches.

use indicatif::{ProgressBar, ProgressStyle};

use super::parse::parse;

/// A bar on standard error, one step per row of the file; invisible where that is not a terminal.
pub fn bar(file: &[u8]) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed}").expect("the template is sound");
    ProgressBar::new(parse(file).rows.len() as u64).with_style(style)
}
