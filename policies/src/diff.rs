//! What one policy gives and takes against another, in words.

use std::fmt;

use crate::{Action, Name, ReachSet, Role, Table};

/// What a role gains and loses of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub role: Role,
    pub action: Action,
    pub gains: ReachSet,
    pub loses: ReachSet,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Name { zh, .. } = self.role.name();
        write!(f, "{} {zh} · {} {}:", self.role, self.action, self.action.name().zh)?;
        for (word, reaches) in [("gains 得", self.gains), ("loses 失", self.loses)] {
            if !reaches.is_empty() {
                write!(f, " {word} {reaches}")?;
            }
        }
        Ok(())
    }
}

impl Table {
    /// Who gains and who loses what when `next` takes the place of this table, heirs included.
    pub fn diff(&self, next: &Self) -> Vec<Change> {
        let each = Role::all().flat_map(|role| Action::all().map(move |action| (role, action)));
        let change = |(role, action)| {
            let (was, is) = (self.effective(role, action), next.effective(role, action));
            Change { role, action, gains: is - was, loses: was - is }
        };
        each.map(change).filter(|change| !(change.gains.is_empty() && change.loses.is_empty())).collect()
    }

    /// The reaches in which the role may do it, none where it is denied for sure.
    fn effective(&self, role: Role, action: Action) -> ReachSet {
        let denied = self.denied(role, action);
        if denied.contains(ReachSet::ANYONE) { ReachSet::empty() } else { self.allowed(role, action) - denied }
    }
}
