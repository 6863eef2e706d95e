//! One decision: may any of these posts do this here?

use crate::{Action, Effect, Reach, ReachSet, Role, RuleRef, Table};

/// The answer, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Allowed.
    Allowed {
        /// Which of the posts held it is that may.
        index: usize,
        /// The closest reach in which it may.
        reach: Reach,
        rule: RuleRef,
    },
    /// A line says no, whatever other posts may.
    Denied {
        /// The first of the posts held for which it holds.
        index: usize,
        reach: Reach,
        rule: RuleRef,
    },
    /// No post held may do it here.
    Missing {
        /// Who could, and how they must stand to the object; empty if nobody may.
        needed: Vec<(Role, ReachSet)>,
    },
}

impl Decision {
    /// Whether it is allowed.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// The line that decided.
    pub fn rule(&self) -> Option<&RuleRef> {
        match self {
            Self::Allowed { rule, .. } | Self::Denied { rule, .. } => Some(rule),
            Self::Missing { .. } => None,
        }
    }
}

impl Table {
    /// Decides for a caller with these posts, each with how it stands to the object. A deny for any post wins; else the
    /// first post that may, acts. `anyone` holds without being said. Whoever has no post comes as [`Role::ANONYMOUS`].
    pub fn decide(&self, action: Action, held: &[(Role, ReachSet)]) -> Decision {
        if let Some((index, reach, rule)) = self.first(action, held, Effect::Deny) {
            return Decision::Denied { index, reach, rule };
        }
        match self.first(action, held, Effect::Allow) {
            Some((index, reach, rule)) => Decision::Allowed { index, reach, rule },
            None => Decision::Missing { needed: self.who_may(action) },
        }
    }

    fn first(&self, action: Action, held: &[(Role, ReachSet)], effect: Effect) -> Option<(usize, Reach, RuleRef)> {
        held.iter().enumerate().find_map(|(index, &(role, reaches))| {
            let said = match effect {
                Effect::Allow => self.allowed(role, action),
                Effect::Deny => self.denied(role, action),
            };
            let reach = (said & (reaches | ReachSet::ANYONE)).first()?;
            Some((index, reach, self.line(role, action, reach, effect)?.clone()))
        })
    }
}
