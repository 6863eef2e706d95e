//! The kinds of condition that filters are made of, and those that every list has under one name.

use async_graphql::{ID, InputType};
use sea_orm::Value;
use tongxin_entity::Words;

use super::{filter::Condition, scope::push_within, sql::Sql, word::Spelt};
use crate::{
    input::folded,
    scalars::{Date, DateTime},
};

/// An input that is compared with a column.
pub trait Bound: InputType + 'static {
    fn bound(&self) -> Value;
}

impl Bound for ID {
    fn bound(&self) -> Value {
        self.0.clone().into()
    }
}

impl Bound for String {
    fn bound(&self) -> Value {
        self.clone().into()
    }
}

impl Bound for Date {
    fn bound(&self) -> Value {
        self.0.into()
    }
}

impl Bound for DateTime {
    fn bound(&self) -> Value {
        self.0.into()
    }
}

impl<E: Words> Bound for Spelt<E> {
    fn bound(&self) -> Value {
        self.0.word().code.into()
    }
}

impl Condition {
    /// A column is what is asked.
    pub fn equal<T: Bound>(name: &'static str, column: &'static str, description: &'static str) -> Self {
        Self::compared::<T>(name, column, " = ", description)
    }

    /// A column is at most what is asked.
    pub fn until<T: Bound>(name: &'static str, column: &'static str, description: &'static str) -> Self {
        Self::compared::<T>(name, column, " <= ", description)
    }

    /// A column is at least what is asked.
    pub fn since<T: Bound>(name: &'static str, column: &'static str, description: &'static str) -> Self {
        Self::compared::<T>(name, column, " >= ", description)
    }

    fn compared<T: Bound>(name: &'static str, column: &'static str, by: &'static str, about: &'static str) -> Self {
        Self::new(name, about, move |sql, row, asked: &T| {
            sql.push_template(column, row, row).push(by).bind(asked.bound());
        })
    }

    /// A column is one of these words.
    pub fn one_of<E: Words>(name: &'static str, column: &'static str, description: &'static str) -> Self {
        Self::new(name, description, move |sql, row, asked: &Vec<Spelt<E>>| {
            let words = asked.iter().map(|word| word.0.word().code.to_owned()).collect::<Vec<_>>();
            sql.push_template(column, row, row).push(" IN ").bind_list(&words);
        })
    }

    /// A place is this one, or lies under it.
    pub fn within(name: &'static str, column: &'static str, description: &'static str) -> Self {
        Self::of_place(name, description, move |sql, row, code| {
            push_within(sql, column, row, code);
        })
    }

    /// A condition of its own on a place.
    pub fn of_place(
        name: &'static str,
        description: &'static str,
        write: impl Fn(&mut Sql<'_>, &str, &str) + Copy + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, description, move |sql, row, code: &String| {
            sql.names_place(format!("filter.{name}"), code);
            write(sql, row, code);
        })
    }

    /// A column, folded by whoever wrote it, holds a text; letters of either case are alike.
    pub fn holding(name: &'static str, column: &'static str, description: &'static str) -> Self {
        Self::new(name, description, move |sql, row, asked: &String| {
            let text = folded(asked);
            if text.is_empty() {
                sql.push("1=1");
            } else {
                sql.contains(&column.replace("{c}", row), &text);
            }
        })
    }

    /// Something holds of a row, or does not.
    pub fn holds(
        name: &'static str,
        description: &'static str,
        write: impl Fn(&mut Sql<'_>, &str) + Copy + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, description, move |sql, row, asked: &bool| {
            sql.push(if *asked { "(" } else { "NOT (" });
            write(sql, row);
            sql.push(")");
        })
    }
}
