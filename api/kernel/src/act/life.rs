//! A life as data: which act leads from which states to which. From one table come what may follow, the refusal of what may
//! not, and the compare-and-set by which a step is taken.

use sea_orm::{
    ActiveEnum, ColumnTrait as _, EntityTrait, IntoActiveModel, QueryFilter as _, UpdateMany,
    sea_query::{Expr, ExprTrait as _, SimpleExpr},
};

use super::work::Permit;
use crate::{
    error::{Message, Refusal, Result},
    see::Stored,
};

/// One step of a life.
#[derive(Debug)]
pub struct Step<S: 'static> {
    /// The mutation that takes it; none for what only the clock does.
    pub act: Option<&'static str>,
    /// The states in which it may be taken.
    pub from: &'static [S],
    /// The state that it leads to; none where that stays as it is.
    pub to: Option<S>,
}

impl<S> Step<S> {
    /// A step that people take.
    pub const fn new(act: &'static str, from: &'static [S], to: S) -> Self {
        Self { act: Some(act), from, to: Some(to) }
    }

    /// What people may do in these states, which stay as they are or change by more than the state tells.
    pub const fn within(act: &'static str, from: &'static [S]) -> Self {
        Self { act: Some(act), from, to: None }
    }

    /// A step that the clock takes.
    pub const fn by_clock(from: &'static [S], to: S) -> Self {
        Self { act: None, from, to: Some(to) }
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
        self.allowed(|step| step.may_follow(state))
    }

    fn allowed(&self, may: impl Fn(&Step<S>) -> bool) -> Vec<&'static str> {
        let mut acts = self.0.iter().filter(|step| may(step)).filter_map(|step| step.act).collect::<Vec<_>>();
        acts.dedup();
        acts
    }
}

type Row<T> = <<T as Stored>::Entity as EntityTrait>::Model;
type Column<T> = <<T as Stored>::Entity as EntityTrait>::Column;

/// A shape whose rows lead a life.
pub trait Living: Stored {
    type State: ActiveEnum<Value = String> + Copy + PartialEq;
    const LIFE: &'static Life<Self::State>;
    const ID: Column<Self>;
    const STATE: Column<Self>;
    const VERSION: Column<Self>;

    /// Id, state and version of a row.
    fn facts(row: &Row<Self>) -> (&str, Self::State, i32);

    /// What else of a row than its state keeps a step from being taken, in words.
    fn bar(_: &Step<Self::State>, _: &Row<Self>) -> Option<Message> {
        None
    }

    /// What people may do with a row now.
    fn allowed(row: &Row<Self>) -> Vec<&'static str> {
        let (_, state, _) = Self::facts(row);
        Self::LIFE.allowed(|step| step.may_follow(state) && Self::bar(step, row).is_none())
    }

    /// The refusal of what the state of a row does not let follow.
    fn wrong_state(row: &Row<Self>) -> Refusal {
        Refusal::wrong_state(&Self::facts(row).1.to_value(), &Self::allowed(row))
    }

    /// Refuses at once what may not follow.
    ///
    /// # Errors
    /// `CONFLICT`, with what may.
    fn ensure(step: &Step<Self::State>, row: &Row<Self>) -> Result<()> {
        let (_, state, _) = Self::facts(row);
        if !step.may_follow(state) {
            return Err(Self::wrong_state(row));
        }
        let barred = |bar| Refusal::conflict(bar, state.to_value()).with("allowed", Self::allowed(row));
        Self::bar(step, row).map_or(Ok(()), |bar| Err(barred(bar)))
    }
}

/// By how much of a row an act decided.
#[derive(Debug, Clone, Copy)]
pub enum Seen {
    /// By its state alone.
    State,
    /// By the version that the client named; another one is a conflict.
    Version(i32),
    /// By all of the row as it was looked up: where it changed since, the act is tried again.
    Row,
}

impl<A> Permit<'_, A> {
    /// Takes a step that sets these columns.
    ///
    /// # Errors
    /// As [`Permit::take`].
    pub async fn lead<T: Living>(
        &self,
        step: &Step<T::State>,
        row: &Row<T>,
        seen: Seen,
        changes: impl IntoIterator<Item = (Column<T>, SimpleExpr)>,
    ) -> Result<Row<T>>
    where
        Row<T>: IntoActiveModel<<T::Entity as EntityTrait>::ActiveModel>,
    {
        let set = |update: UpdateMany<T::Entity>, (column, value)| update.col_expr(column, value);
        let update = changes.into_iter().fold(T::Entity::update_many(), set);
        self.take::<T>(step, row, seen, update).await?.ok_or_else(Refusal::gave_way)
    }

    /// Takes a step that sets these values.
    ///
    /// # Errors
    /// As [`Permit::take`].
    pub async fn change<T: Living>(
        &self,
        step: &Step<T::State>,
        row: &Row<T>,
        seen: Seen,
        values: <T::Entity as EntityTrait>::ActiveModel,
    ) -> Result<Row<T>>
    where
        Row<T>: IntoActiveModel<<T::Entity as EntityTrait>::ActiveModel>,
    {
        let update = T::Entity::update_many().set(values);
        self.take::<T>(step, row, seen, update).await?.ok_or_else(Refusal::gave_way)
    }

    /// Takes a step, if the row still is where it may be taken. `update` says what else is set, and on what else it depends:
    /// none where only that did not hold.
    ///
    /// # Errors
    /// `CONFLICT` when the state does not let it follow, or the row has another version than the client named.
    pub async fn take<T: Living>(
        &self,
        step: &Step<T::State>,
        row: &Row<T>,
        seen: Seen,
        update: UpdateMany<T::Entity>,
    ) -> Result<Option<Row<T>>>
    where
        Row<T>: IntoActiveModel<<T::Entity as EntityTrait>::ActiveModel>,
    {
        let (id, _, version) = T::facts(row);
        let mut update = update
            .col_expr(T::VERSION, Expr::col(T::VERSION).add(1))
            .filter(T::ID.eq(id))
            .filter(T::STATE.is_in(step.from.iter().map(ActiveEnum::to_value)));
        if let Some(to) = step.to {
            update = update.col_expr(T::STATE, Expr::value(to.to_value()));
        }
        let decided_by = match seen {
            Seen::State => None,
            Seen::Version(asked) => Some(asked),
            Seen::Row => Some(version),
        };
        if let Some(decided_by) = decided_by {
            update = update.filter(T::VERSION.eq(decided_by));
        }
        if let Some(after) = update.exec_with_returning(self.db()).await?.pop() {
            return Ok(Some(after));
        }
        let now = T::Entity::find().filter(T::ID.eq(id)).one(self.db()).await?;
        let now = now.ok_or_else(|| Refusal::not_found(T::shape().name))?;
        T::ensure(step, &now)?;
        match (seen, T::facts(&now).2) {
            (Seen::Version(asked), version) if asked != version => Err(Refusal::stale(version)),
            // Another act came between that leaves this one its turn.
            (Seen::Row, now) if now != version => Err(Refusal::gave_way()),
            _ => Ok(None),
        }
    }
}
