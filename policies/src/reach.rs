//! How the organisation of a post stands to what is acted upon.

use std::{fmt, str::FromStr};

use crate::Name;

bitflags::bitflags! {
    /// A set of reaches: those that a post has to an object, or those that a rule accepts.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct ReachSet: u16 {
        const OWN = 1 << Reach::Own as u16;
        const BELOW = 1 << Reach::Below as u16;
        const ABOVE = 1 << Reach::Above as u16;
        const SERVING = 1 << Reach::Serving as u16;
        const HOME = 1 << Reach::Home as u16;
        const PEER = 1 << Reach::Peer as u16;
        const ADDRESSED = 1 << Reach::Addressed as u16;
        const MINE = 1 << Reach::Mine as u16;
        const INVOLVED = 1 << Reach::Involved as u16;
        const UNLINKED = 1 << Reach::Unlinked as u16;
        const ANYONE = 1 << Reach::Anyone as u16;
    }
}

/// One way of standing to an object. Declared from the closest to the widest: where several hold, the first is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    Own,
    Below,
    Above,
    Serving,
    Home,
    Peer,
    Addressed,
    Mine,
    Involved,
    Unlinked,
    Anyone,
}

impl Reach {
    /// All of them, closest first.
    pub const ALL: [Self; 11] = [
        Self::Own,
        Self::Below,
        Self::Above,
        Self::Serving,
        Self::Home,
        Self::Peer,
        Self::Addressed,
        Self::Mine,
        Self::Involved,
        Self::Unlinked,
        Self::Anyone,
    ];

    /// The word in the policy files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Below => "below",
            Self::Above => "above",
            Self::Serving => "serving",
            Self::Home => "home",
            Self::Peer => "peer",
            Self::Addressed => "addressed",
            Self::Mine => "mine",
            Self::Involved => "involved",
            Self::Unlinked => "unlinked",
            Self::Anyone => "anyone",
        }
    }

    /// What it says of the post and the object.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Own => "it belongs to the post's own organisation, or to its region",
            Self::Below => "it lies under the post's organisation",
            Self::Above => "it is of the direct superior",
            Self::Serving => "the post's organisation has a contract, its compound or a check-in in force there",
            Self::Home => "the actor lives there",
            Self::Peer => "it is of an organisation with the same superior",
            Self::Addressed => "it is directed at the post's organisation",
            Self::Mine => "the actor made it, or is it",
            Self::Involved => {
                "conflict of interest: the actor or an organisation of the actor's made what is to be judged"
            }
            Self::Unlinked => "the caller's token is good, and its login is nobody's here yet",
            Self::Anyone => "always",
        }
    }

    /// What people call it.
    pub const fn name(self) -> Name {
        let (zh, en) = match self {
            Self::Own => ("本级", "own"),
            Self::Below => ("下辖", "below"),
            Self::Above => ("上级", "above"),
            Self::Serving => ("服务地", "where it serves"),
            Self::Home => ("居住地", "at home"),
            Self::Peer => ("同级", "peer"),
            Self::Addressed => ("受文", "addressed"),
            Self::Mine => ("本人", "one's own person"),
            Self::Involved => ("利害关系", "involved"),
            Self::Unlinked => ("未关联登录", "not linked yet"),
            Self::Anyone => ("任何人", "anyone"),
        };
        Name { zh, en }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Reach {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|reach| reach.as_str() == word).ok_or(())
    }
}

impl From<Reach> for ReachSet {
    fn from(reach: Reach) -> Self {
        Self::from_bits_retain(1 << reach as u16)
    }
}

impl ReachSet {
    /// The closest reach of the set.
    pub fn first(self) -> Option<Reach> {
        Reach::ALL.get(self.bits().trailing_zeros() as usize).copied()
    }

    /// Its reaches, closest first.
    pub fn reaches(self) -> impl Iterator<Item = Reach> {
        Reach::ALL.into_iter().filter(move |&reach| self.contains(reach.into()))
    }
}

/// The words, separated by spaces.
impl fmt::Display for ReachSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, reach) in self.reaches().enumerate() {
            write!(f, "{}{reach}", if i == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}
