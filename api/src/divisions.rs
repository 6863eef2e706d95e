//! The administrative divisions 行政区划: read from the statistical codes, checked as a whole, brought into the database.

mod check;
mod import;
mod parse;
mod progress;

use std::fmt;

pub use check::kind_of;
pub use import::{ImportError, Report, import};
pub use progress::bar;

use crate::error::Message;

/// A row that is refused: every one of a file is listed, and nothing of the file is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Counted from 1, the header included.
    pub line: usize,
    pub message: Message,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// A file that is part of the program: `hongqiao`, `hantai`, `jinghai`, or `zhifu-laishan`, two districts of Yantai.
pub fn embedded(name: &str) -> Option<&'static [u8]> {
    Some(match name {
        "hongqiao" => include_bytes!("../data/divisions/hongqiao.csv"),
        "hantai" => include_bytes!("../data/divisions/hantai.csv"),
        "jinghai" => include_bytes!("../data/divisions/jinghai.csv"),
        "zhifu-laishan" => include_bytes!("../data/divisions/zhifu-laishan.csv"),
        _ => return None,
    })
}

#[cfg(test)]
pub(crate) mod tests;
