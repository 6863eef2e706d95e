//! Filters: one line for each condition, which says its name, its type, what kind of condition it is, and what it is for.

use async_graphql::ID;
use sea_orm::Value;
use tongxin_entity::Words;

use super::{scope::push_within, sql::Sql, word::Spelt};
use crate::{input::folded, scalars::Date};

/// A kind of condition on a row, by a value that the client gives.
pub trait Condition<T> {
    /// Appends ` AND …`, or nothing where the value says nothing.
    fn push(&self, sql: &mut Sql<'_>, row: &str, value: &T);

    /// The code of the place that the value names, if it names one.
    fn place<'v>(&self, _: &'v T) -> Option<&'v str> {
        None
    }
}

/// A value that is bound as it is.
pub trait Plain {
    fn plain(&self) -> Value;
}

impl Plain for String {
    fn plain(&self) -> Value {
        self.clone().into()
    }
}

impl Plain for ID {
    fn plain(&self) -> Value {
        self.0.clone().into()
    }
}

impl<E: Words> Plain for Spelt<E> {
    fn plain(&self) -> Value {
        self.0.word().code.into()
    }
}

/// A column is the value.
pub struct Is(pub &'static str);

impl<T: Plain> Condition<T> for Is {
    fn push(&self, sql: &mut Sql<'_>, row: &str, value: &T) {
        sql.push(" AND ").push_template(self.0, row, row).push(" = ").bind(value.plain());
    }
}

/// A column is the code of the place.
pub struct At(pub &'static str);

impl Condition<String> for At {
    fn push(&self, sql: &mut Sql<'_>, row: &str, code: &String) {
        Is(self.0).push(sql, row, code);
    }

    fn place<'v>(&self, code: &'v String) -> Option<&'v str> {
        Some(code)
    }
}

/// A column is one of the words.
pub struct IsIn(pub &'static str);

impl<E: Words> Condition<Vec<Spelt<E>>> for IsIn {
    fn push(&self, sql: &mut Sql<'_>, row: &str, values: &Vec<Spelt<E>>) {
        let words = values.iter().map(|value| value.0.word().code.to_owned()).collect::<Vec<_>>();
        sql.push(" AND ").push_template(self.0, row, row).push(" IN ").bind_list(&words);
    }
}

/// A column holds the code of the place, or of anything under it.
pub struct Within(pub &'static str);

impl Condition<String> for Within {
    fn push(&self, sql: &mut Sql<'_>, row: &str, code: &String) {
        sql.push(" AND ");
        push_within(sql, self.0, row, code);
    }

    fn place<'v>(&self, code: &'v String) -> Option<&'v str> {
        Some(code)
    }
}

/// A column holds a day that is not after this one.
pub struct By(pub &'static str);

impl Condition<Date> for By {
    fn push(&self, sql: &mut Sql<'_>, row: &str, day: &Date) {
        sql.push(" AND ").push_template(self.0, row, row).push(" <= ").bind(day.0);
    }
}

/// A folded column holds the text somewhere; one that shows nothing is no condition.
pub struct Holds(pub &'static str);

impl Condition<String> for Holds {
    fn push(&self, sql: &mut Sql<'_>, row: &str, text: &String) {
        let text = folded(text);
        if !text.is_empty() {
            sql.push(" AND ").contains(&self.0.replace("{c}", row), &text);
        }
    }
}

/// Whether something holds, or does not.
pub struct Whether(pub fn(&mut Sql<'_>, &str));

impl Condition<bool> for Whether {
    fn push(&self, sql: &mut Sql<'_>, row: &str, holds: &bool) {
        sql.push(if *holds { " AND (" } else { " AND NOT (" });
        (self.0)(sql, row);
        sql.push(")");
    }
}

/// A condition of its own, which it writes without the ` AND `.
pub struct So<T>(pub fn(&mut Sql<'_>, &str, &T));

/// The same by the code of a place.
pub struct SoAt(pub fn(&mut Sql<'_>, &str, &str));

impl Condition<String> for SoAt {
    fn push(&self, sql: &mut Sql<'_>, row: &str, code: &String) {
        sql.push(" AND ");
        (self.0)(sql, row, code);
    }

    fn place<'v>(&self, code: &'v String) -> Option<&'v str> {
        Some(code)
    }
}

impl<T> Condition<T> for So<T> {
    fn push(&self, sql: &mut Sql<'_>, row: &str, value: &T) {
        sql.push(" AND ");
        (self.0)(sql, row, value);
    }
}

/// Declares the filter of a list:
/// `filter! { ClaimFilter: "认领筛选 · …"; status: Spelt<ClaimStatus> = Is("{c}.status"), "状态 · in this state"; }`.
#[macro_export]
macro_rules! filter {
    ($name:ident: $about:literal; $($(#[$of:meta])* $field:ident: $ty:ty = $condition:expr, $desc:literal;)+) => {
        #[doc = $about]
        #[derive(async_graphql::InputObject, Debug, Default)]
        pub struct $name {
            $(#[doc = $desc] $(#[$of])* $field: Option<$ty>,)+
        }

        impl $crate::see::Filter for $name {
            fn push(&self, sql: &mut $crate::see::Sql<'_>, row: &str) {
                $(
                    if let Some(value) = &self.$field {
                        $crate::see::Condition::<$ty>::push(&$condition, sql, row, value);
                    }
                )+
            }

            fn places(&self) -> Vec<(&'static str, &str)> {
                let mut all = Vec::new();
                $(
                    if let Some(value) = &self.$field
                        && let Some(code) = $crate::see::Condition::<$ty>::place(&$condition, value)
                    {
                        all.push((stringify!($field), code));
                    }
                )+
                all
            }

            fn argument(
                registry: &mut async_graphql::registry::Registry,
            ) -> Option<async_graphql::registry::MetaInputValue> {
                Some($crate::see::filter_argument::<Self>(registry))
            }

            fn of_field(ctx: &async_graphql::Context<'_>) -> $crate::error::Result<Option<Self>> {
                $crate::see::parameter(ctx, "filter")
            }
        }
    };
}
