//! The words a policy may use. They are fixed with the code (posts and mutations name them), so a role or action means the
//! same in every table, and a misspelt one is refused instead of granting nothing.

use std::fmt;

use crate::words::{ACTIONS, Class, RESOURCES, ROLES, Word};

/// What people call something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    pub zh: &'static str,
    pub en: &'static str,
}

fn find(words: &[Word], code: &str) -> Option<usize> {
    words.iter().position(|word| word.code == code)
}

/// What a person is in an organisation, as the policy names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Role(u8);

impl Role {
    /// Callers without a token, and people without any post.
    pub const ANONYMOUS: Self = Self(0);
    /// A registered client application.
    pub const CIVIC_APP: Self = Self(1);
    /// A person with a home community, there.
    pub const RESIDENT: Self = Self(2);

    pub(crate) const COUNT: usize = ROLES.len();

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        find(ROLES, name).map(|i| Self(i as u8))
    }

    /// Every role, from the public to the district.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        (0..ROLES.len() as u8).map(Self)
    }

    /// The word in policy files and posts.
    pub fn as_str(self) -> &'static str {
        ROLES[self.index()].code
    }

    /// What people call it.
    pub fn name(self) -> Name {
        let Word { zh, en, .. } = ROLES[self.index()];
        Name { zh, en }
    }

    pub(crate) fn index(self) -> usize {
        self.0.into()
    }

    pub(crate) fn bit(self) -> u32 {
        1 << self.0
    }
}

/// Something that may be asked for: a mutation by its name, or a kind of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Action(u16);

impl Action {
    pub(crate) const COUNT: usize = ACTIONS.len();

    /// The action of that name; names are unique over all resources.
    pub fn parse(name: &str) -> Option<Self> {
        find(ACTIONS, name).map(|i| Self(i as u16))
    }

    /// Every action, by resource.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        (0..ACTIONS.len() as u16).map(Self)
    }

    /// The word in policy files: the mutation's name.
    pub fn as_str(self) -> &'static str {
        ACTIONS[self.index()].code
    }

    /// Whether it is a mutation; what only reads begins with `read`.
    pub fn changes(self) -> bool {
        !self.as_str().starts_with("read")
    }

    /// What it acts upon, as policy files name it.
    pub fn resource(self) -> &'static str {
        ACTIONS[self.index()].of
    }

    /// What people call it.
    pub fn name(self) -> Name {
        let Word { zh, en, .. } = ACTIONS[self.index()];
        Name { zh, en }
    }

    /// What sort of power it is, where that is of one.
    pub fn class(self) -> Option<Class> {
        ACTIONS[self.index()].class
    }

    pub(crate) fn index(self) -> usize {
        self.0.into()
    }
}

/// The resources in order, with what people call them.
pub(crate) fn resources() -> impl Iterator<Item = (&'static str, Name)> {
    RESOURCES.iter().map(|word| (word.code, Name { zh: word.zh, en: word.en }))
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

// A role is a bit of a `u32` in the compiled table.
const _: () = assert!(ROLES.len() <= 32);

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn words_are_unique_and_know_each_other() {
        for words in [ROLES, RESOURCES, ACTIONS] {
            let codes: HashSet<_> = words.iter().map(|word| word.code).collect();
            assert_eq!(codes.len(), words.len());
        }
        for action in ACTIONS {
            assert!(find(RESOURCES, action.of).is_some(), "{} is of an unknown resource", action.code);
        }
        for (role, name) in
            [(Role::ANONYMOUS, "anonymous"), (Role::CIVIC_APP, "civic_app"), (Role::RESIDENT, "resident")]
        {
            assert_eq!(role.as_str(), name);
        }
    }
}
