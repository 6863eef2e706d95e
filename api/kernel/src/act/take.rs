//! Taking a step: one compare-and-set, with one meaning.

use sea_orm::{
    ActiveEnum, ColumnTrait as _, EntityTrait, IntoActiveModel, QueryFilter as _, UpdateMany,
    sea_query::{Expr, ExprTrait as _, SimpleExpr},
};

use super::{
    life::{Column, Living, Step},
    work::Permit,
};
use crate::{
    error::{Refusal, Result},
    see::{Row, not_found},
};

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

impl Seen {
    /// By the version where the client named one, else by the state.
    pub fn asked(version: Option<i32>) -> Self {
        version.map_or(Self::State, Self::Version)
    }
}

impl<A> Permit<'_, A> {
    /// Refuses at once a step that may not follow, or that something keeps from being taken.
    ///
    /// # Errors
    /// `CONFLICT`, with what may.
    pub fn ensure<T: Living>(&self, step: &Step<T::State>, row: &Row<T>) -> Result<()> {
        T::ensure(step, row)?;
        let Some(hindrance) = self.hindrance.clone() else { return Ok(()) };
        let (_, state, _) = T::facts(row);
        let others = T::LIFE.allowed_in(state).into_iter().filter(|act| Some(*act) != step.act).collect::<Vec<_>>();
        Err(Refusal::conflict(hindrance, state.to_value()).with("allowed", others))
    }

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
        self.ensure::<T>(step, row)?;
        let (id, _, version) = T::facts(row);
        let mut update = update
            .col_expr(T::VERSION, Expr::col(T::VERSION).add(1))
            .col_expr(T::UPDATED, Expr::value(self.now()))
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
        let now = now.ok_or_else(not_found::<T>)?;
        T::ensure(step, &now)?;
        match (seen, T::facts(&now).2) {
            (Seen::Version(asked), version) if asked != version => Err(Refusal::stale(version)),
            // Another act came between that leaves this one its turn.
            (Seen::Row, now) if now != version => Err(Refusal::gave_way()),
            _ => Ok(None),
        }
    }
}
