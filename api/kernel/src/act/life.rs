//! A life as data: which act leads from which states to which, and for which a state waits. From one table come what may
//! follow, the refusal of what may not, the compare-and-set by which a step is taken, and what waits for whom.

use sea_orm::{ActiveEnum, EntityTrait, IdenStatic as _};
use tongxin_entity::{Word, Words};

use crate::{
    error::{Refusal, Result},
    see::{Row, Shape, Stored},
};

/// One step of a life.
#[derive(Debug)]
pub struct Step<S: 'static> {
    /// The mutation that takes it; none for what only the clock does, or an act on something else brings about.
    pub act: Option<&'static str>,
    /// Who brings it about, as the audit names it.
    pub by: &'static str,
    /// The states in which it may be taken.
    pub from: &'static [S],
    /// The state that it leads to; none where that stays as it is.
    pub to: Option<S>,
    /// Whether whatever is in such a state waits for it.
    pub must: bool,
}

impl<S: Copy> Step<S> {
    /// A step that people take.
    pub const fn new(act: &'static str, from: &'static [S], to: S) -> Self {
        Self { act: Some(act), by: act, from, to: Some(to), must: false }
    }

    /// What people may do in these states, which stay as they are.
    pub const fn within(act: &'static str, from: &'static [S]) -> Self {
        Self { act: Some(act), by: act, from, to: None, must: false }
    }

    /// A step that the clock takes, or an act on something else brings about.
    pub const fn follows(by: &'static str, from: &'static [S], to: S) -> Self {
        Self { act: None, by, from, to: Some(to), must: false }
    }

    /// What is in such a state waits for this step.
    #[must_use]
    pub const fn must(self) -> Self {
        Self { act: self.act, by: self.by, from: self.from, to: self.to, must: true }
    }
}

impl<S: Copy + PartialEq> Step<S> {
    pub fn may_follow(&self, state: S) -> bool {
        self.from.contains(&state)
    }
}

/// The steps that there are, in the order in which they are told.
#[derive(Debug)]
pub struct Life<S: 'static>(pub &'static [Step<S>]);

impl<S: Copy + PartialEq> Life<S> {
    /// What people may do in a state.
    pub fn allowed_in(&self, state: S) -> Vec<&'static str> {
        let steps = self.0.iter().filter(|step| step.may_follow(state));
        let mut acts = steps.filter_map(|step| step.act).collect::<Vec<_>>();
        acts.dedup();
        acts
    }
}

pub(super) type Column<T> = <<T as Stored>::Entity as EntityTrait>::Column;

/// A shape whose rows lead a life.
pub trait Living: Stored {
    type State: ActiveEnum<Value = String> + Words + PartialEq;
    const LIFE: &'static Life<Self::State>;
    const ID: Column<Self>;
    const STATE: Column<Self>;
    const VERSION: Column<Self>;
    /// When a row last changed.
    const UPDATED: Column<Self>;

    /// Id, state and version of a row.
    fn facts(row: &Row<Self>) -> (&str, Self::State, i32);

    /// The refusal of what the state of a row does not let follow.
    fn wrong_state(row: &Row<Self>) -> Refusal {
        let (_, state, _) = Self::facts(row);
        Refusal::wrong_state(state.word(), &Self::LIFE.allowed_in(state))
    }

    /// Refuses at once what may not follow.
    ///
    /// # Errors
    /// `CONFLICT`, with what may.
    fn ensure(step: &Step<Self::State>, row: &Row<Self>) -> Result<()> {
        if step.may_follow(Self::facts(row).1) { Ok(()) } else { Err(Self::wrong_state(row)) }
    }
}

/// A life as it is declared, its states by their words.
pub struct DeclaredLife {
    pub shape: fn() -> &'static Shape,
    pub column: &'static str,
    pub states: &'static [Word],
    pub steps: Vec<DeclaredStep>,
}

pub struct DeclaredStep {
    pub act: Option<&'static str>,
    pub by: &'static str,
    pub from: Vec<String>,
    pub to: Option<String>,
    pub must: bool,
}

impl DeclaredLife {
    pub fn of<T: Living>() -> Self {
        let step = |step: &Step<T::State>| DeclaredStep {
            act: step.act,
            by: step.by,
            from: step.from.iter().map(ActiveEnum::to_value).collect(),
            to: step.to.map(|to| to.to_value()),
            must: step.must,
        };
        Self {
            shape: T::shape,
            column: T::STATE.as_str(),
            states: T::State::WORDS,
            steps: T::LIFE.0.iter().map(step).collect(),
        }
    }
}

impl DeclaredLife {
    /// What the API calls its objects.
    pub fn name(&self) -> &'static str {
        (self.shape)().name
    }

    /// The acts for which what is in a state waits.
    pub fn awaited_in(&self, state: &str) -> impl Iterator<Item = &'static str> {
        let steps = self.steps.iter().filter(move |step| step.must && step.from.iter().any(|from| from == state));
        let mut acts = steps.filter_map(|step| step.act).collect::<Vec<_>>();
        acts.dedup();
        acts.into_iter()
    }
}

/// Says of a shape which entity its rows are of, and which life they lead.
#[macro_export]
macro_rules! living {
    ($shape:ty: $entity:ident, $state:ty, $life:expr) => {
        impl $crate::see::Stored for $shape {
            type Entity = $entity::Entity;
        }

        impl $crate::act::Living for $shape {
            type State = $state;
            const LIFE: &'static $crate::act::Life<$state> = &$life;
            const ID: $entity::Column = $entity::Column::Id;
            const STATE: $entity::Column = $entity::Column::Status;
            const VERSION: $entity::Column = $entity::Column::Version;
            const UPDATED: $entity::Column = $entity::Column::UpdatedAt;

            fn facts(row: &$entity::Model) -> (&str, $state, i32) {
                (&row.id, row.status, row.version)
            }
        }
    };
}
