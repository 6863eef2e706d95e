//! How far an import is, for a person who watches.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error, one step per row of the file; invisible where that is not a terminal.
pub fn bar(file: &[u8]) -> ProgressBar {
    let lines = file.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed}").expect("the template is sound");
    ProgressBar::new(lines.saturating_sub(1) as u64).with_style(style)
}
