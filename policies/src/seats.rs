//! Which role is held in which kind of organisation, on which level, and whose it is to give.

use std::fmt;

use crate::Role;

/// One `h` line: `h, role, kind of organisation, levels, given`, and perhaps `, role`: by whose holders it is given within.
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
    /// Once this role has a holder in office there, it is that holder's alone to give.
    pub within: Option<Role>,
}

/// One `k` line: `k, kind of organisation, levels, given, governs|-`: where such an organisation is founded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    pub file: String,
    pub line: u32,
    pub kind: String,
    pub levels: Vec<Level>,
    pub given: Given,
    /// Whether it relates to objects by the place that it is of; partners and councils govern none.
    pub governs: bool,
}

/// A level of the administrative tree, the widest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// How many digits the code of such a place has.
    pub const fn digits(self) -> usize {
        match self {
            Self::District => 6,
            Self::Street => 9,
            Self::Community => 12,
        }
    }
}

/// Where a post is given, or an organisation founded: there the policies are asked who appoints.
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

    /// The code of the place at which it is given, of an organisation at the place of this code.
    pub fn place(self, code: &str) -> &str {
        let digits = match self {
            Self::District => Level::District.digits(),
            Self::Street => Level::Street.digits(),
            Self::Own | Self::Nobody => code.len(),
        };
        code.get(..digits).unwrap_or(code)
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
