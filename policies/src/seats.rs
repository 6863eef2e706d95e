//! Which role is held in which kind of organisation, on which level, and whose it is to give.

use std::fmt;

use crate::Role;

/// One `h` line: `h, role, kind of organisation, levels, given`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub file: String,
    pub line: u32,
    pub role: Role,
    /// The kind of organisation, by the word under which it is stored; whoever knows the kinds checks it.
    pub kind: String,
    /// The levels on which there are such organisations.
    pub levels: Vec<Level>,
    pub given: Given,
}

/// A level of the administrative tree, the widest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    District,
    Street,
    Community,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::District, Self::Street, Self::Community];

    /// The word in the policy files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::District => "district",
            Self::Street => "street",
            Self::Community => "community",
        }
    }
}

/// Where a post is given: there the policies are asked who appoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// At the district in which the organisation is, or which it governs.
    District,
    /// At the street in which the organisation is, or which it governs.
    Street,
    /// At the organisation's own place.
    Own,
    /// Nowhere here: it is elected, or entrusted by others.
    Nobody,
}

impl Given {
    pub const ALL: [Self; 4] = [Self::District, Self::Street, Self::Own, Self::Nobody];

    /// The word in the policy files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::District => "district",
            Self::Street => "street",
            Self::Own => "own",
            Self::Nobody => "nobody",
        }
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
