//! The administrative divisions 行政区划: read from the statistical codes, checked as a whole, brought into the database.

mod check;
mod import;
mod names;
mod parse;
mod progress;
mod records;

use std::fmt;

pub use check::kind_of;
pub use import::{ImportError, Report, import, import_by};
pub use progress::bar;

use sha2::{Digest as _, Sha256};
use tongxin_kernel::error::Message;

/// A row and everything that is wrong or doubtful with it. Where one of a file is refused, nothing of the file is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line on which the row begins, counted from 1, the header included.
    pub line: usize,
    /// At least one.
    pub messages: Vec<Message>,
}

impl Fault {
    /// All of it in one line of English.
    pub fn what(&self) -> String {
        self.messages.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }

    /// Whether it is the header that is wrong. No row is read then.
    pub const fn is_of_header(&self) -> bool {
        self.line == 1
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what())
    }
}

/// By which a file is told from another: of SHA-256.
pub(crate) fn digest(file: &[u8]) -> String {
    hex::encode(Sha256::digest(file))
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
