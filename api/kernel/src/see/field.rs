//! The fields of shapes: each declared with its type, the SQL that reads it, and what it costs.

use async_graphql::{
    Context, OutputType,
    registry::{MetaInputValue, Registry},
};
use tongxin_entity::Words;

use super::{
    fetch::push_rest,
    filter::Filter,
    page::{Order, Window, page_arguments},
    registry::{Any, Connection, Spliced},
    shape::{InterfaceShape, Shape, Shaped, ShapedInterface},
    sql::Sql,
    tally::Tally,
    word::Spelt,
};
use crate::{error::Result, scalars::DateTime};

/// One field of a shape.
pub struct Field {
    pub name: &'static str,
    pub description: &'static str,
    pub kind: Kind,
    pub(super) nullable: bool,
    /// The action without any reach of which the field is null with an error.
    pub(super) needs: Option<&'static str>,
    pub(super) deprecated: Option<&'static str>,
    /// What it costs beyond its kind.
    pub(super) cost: Cost,
    /// How many a list is counted as.
    pub(super) at_most: Option<i32>,
    /// Where the database counts the rows by this field.
    pub(super) tally: Option<Tally>,
    pub(super) type_of: fn(&mut Registry) -> String,
    pub(super) arguments: fn(&mut Registry) -> Vec<MetaInputValue>,
}

/// What a field costs beyond what its kind does, in units of at most 0.1 ms and 5 kB: for its text, once; for each row
/// that it is read of; for all rows behind it, as often as the same row may be met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    pub text: i32,
    pub each: i32,
    pub whole: i32,
}

/// How a field is read.
pub enum Kind {
    Scalar(Scalar, On),
    /// At most one related row; with an order, the first.
    One {
        target: fn() -> &'static Shape,
        on: On,
        order: &'static str,
    },
    /// A short list, bounded by its nature.
    Many {
        target: fn() -> &'static Shape,
        on: On,
        order: &'static str,
    },
    /// At most one related row whose shape depends on the row.
    OneOf {
        target: fn() -> &'static InterfaceShape,
        on: On,
    },
    ManyOf {
        target: fn() -> &'static InterfaceShape,
        on: On,
    },
    /// Objects that stand in no table: `rows` writes them, as a query in brackets, for the row that they are of.
    Made {
        target: fn() -> &'static Shape,
        rows: Rows,
        /// The order of many; none for exactly one.
        order: Option<&'static str>,
    },
    /// Whatever has the id, if it is of a member of the interface and the actor sees it.
    ById {
        target: fn() -> &'static InterfaceShape,
        id: &'static str,
    },
    /// A Relay connection. Its rows come by one way or by several, which share no row.
    Page {
        target: fn() -> &'static Shape,
        ways: Vec<On>,
        window: fn(&Context<'_>) -> Result<Window>,
    },
    /// A changed object of a payload, by the id that the mutation gave under the field's name.
    Given {
        target: fn() -> &'static Shape,
    },
    /// The same of whichever member of an interface it is.
    GivenOf {
        target: fn() -> &'static InterfaceShape,
    },
    /// A text of a payload that stands in no table.
    GivenText,
}

/// What a sub-select within a field's own SQL costs for its text.
const SELECT_COSTS: i32 = 13;

impl Kind {
    /// How many sub-selects stand in the field's own SQL; those that are written for the actor are not known.
    fn selects(&self) -> i32 {
        let count = |on: &On| match on {
            On::Sql(text) => i32::try_from(text.matches("SELECT").count()).unwrap_or(i32::MAX),
            On::With(_) => 0,
            On::Over { .. } => 1,
        };
        match self {
            Self::Scalar(_, on)
            | Self::One { on, .. }
            | Self::Many { on, .. }
            | Self::OneOf { on, .. }
            | Self::ManyOf { on, .. } => count(on),
            Self::Page { ways, .. } => ways.iter().map(count).sum(),
            Self::Made { .. } | Self::ById { .. } | Self::Given { .. } | Self::GivenOf { .. } | Self::GivenText => 0,
        }
    }
}

/// Writes the rows of a made table; the context stands at the field, for its arguments.
pub type Rows = fn(&mut Sql<'_>, &str, &Context<'_>) -> Result<()>;

/// How a scalar's SQL becomes JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// Text, numbers, dates: what both databases already write as GraphQL expects.
    Plain,
    Boolean,
    /// Text that holds JSON.
    Json,
}

/// A piece of SQL: fixed, or written for the actor and the day.
#[derive(Clone, Copy)]
pub enum On {
    Sql(&'static str),
    With(fn(&mut Sql<'_>, &str, &str)),
    /// A value over related rows, of those only that the actor sees: what a gate hides is not told by a count either.
    Over {
        value: &'static str,
        of: fn() -> &'static Shape,
        on: &'static str,
    },
}

impl On {
    pub(crate) fn push(self, sql: &mut Sql<'_>, parent: &str, child: &str) {
        match self {
            Self::Sql(text) => {
                sql.push_template(text, parent, child);
            }
            Self::With(write) => write(sql, parent, child),
            Self::Over { value, of, on } => {
                let (shape, row) = (of(), sql.alias());
                sql.push("(SELECT ").push_template(value, parent, &row).push(" FROM ").push(shape.table).push(" ");
                sql.push(&row).push(" WHERE ").push_template(on, parent, &row).push(" AND ");
                push_rest(sql, shape, &row);
                sql.push(")");
            }
        }
    }
}

impl From<&'static str> for On {
    fn from(text: &'static str) -> Self {
        Self::Sql(text)
    }
}

impl Field {
    fn new(name: &'static str, description: &'static str, type_of: fn(&mut Registry) -> String, kind: Kind) -> Self {
        let arguments = |_: &mut Registry| Vec::new();
        let cost = Cost { text: kind.selects() * SELECT_COSTS, ..Cost::default() };
        Self {
            name,
            description,
            kind,
            nullable: false,
            needs: None,
            deprecated: None,
            cost,
            at_most: None,
            tally: None,
            type_of,
            arguments,
        }
    }

    /// The opaque id of the row.
    pub fn id(description: &'static str) -> Self {
        Self::scalar::<async_graphql::ID>("id", "{c}.id", description)
    }

    /// When the row last changed.
    pub fn updated_at() -> Self {
        let about = "更新时间 · 最近一次变更的时间，其下属对象另有各自的更新时间 · when it last changed; what hangs on it has a time of its own";
        Self::scalar::<DateTime>("updatedAt", "{c}.updated_at", about)
    }

    /// A scalar or enum that SQL yields as it is.
    pub fn scalar<T: OutputType>(name: &'static str, sql: impl Into<On>, description: &'static str) -> Self {
        Self::new(name, description, T::create_type_info, Kind::Scalar(Scalar::Plain, sql.into()))
    }

    pub fn text(name: &'static str, sql: impl Into<On>, description: &'static str) -> Self {
        Self::scalar::<String>(name, sql, description)
    }

    /// A value of an enum that is declared beside its table.
    pub fn word<E: Words>(name: &'static str, sql: impl Into<On>, description: &'static str) -> Self {
        Self::scalar::<Spelt<E>>(name, sql, description)
    }

    /// Where the row stands in its life. The database counts the rows of each state at each place, whose code is in the
    /// column `place`.
    pub fn state<E: Words>(place: &'static str) -> Self {
        let tally = Some(Tally { place, words: E::WORDS });
        Self { tally, ..Self::word::<E>("status", "{c}.status", "状态 · 现在处于哪一步 · where it stands") }
    }

    pub fn boolean(name: &'static str, sql: On, description: &'static str) -> Self {
        Self::new(name, description, bool::create_type_info, Kind::Scalar(Scalar::Boolean, sql))
    }

    /// A value that SQL yields as text holding JSON.
    pub fn json<T: OutputType>(name: &'static str, sql: impl Into<On>, description: &'static str) -> Self {
        Self::new(name, description, T::create_type_info, Kind::Scalar(Scalar::Json, sql.into()))
    }

    /// The related row, `{p}` being the row that holds the field.
    pub fn one<T: Shaped>(name: &'static str, on: impl Into<On>, description: &'static str) -> Self {
        let kind = Kind::One { target: T::shape, on: on.into(), order: "" };
        Self::new(name, description, Spliced::<T>::create_type_info, kind)
    }

    /// The first of the related rows by an order.
    pub fn first<T: Shaped>(
        name: &'static str,
        on: impl Into<On>,
        order: &'static str,
        description: &'static str,
    ) -> Self {
        let kind = Kind::One { target: T::shape, on: on.into(), order };
        Self::new(name, description, Spliced::<T>::create_type_info, kind).nullable()
    }

    /// All related rows. Only for what its nature keeps to some dozens, as the communities of one street: what may grow is a
    /// [`Self::page`].
    pub fn many<T: Shaped>(
        name: &'static str,
        on: impl Into<On>,
        order: &'static str,
        description: &'static str,
    ) -> Self {
        let kind = Kind::Many { target: T::shape, on: on.into(), order };
        Self::new(name, description, Vec::<Spliced<T>>::create_type_info, kind)
    }

    pub fn one_of<T: ShapedInterface>(name: &'static str, on: impl Into<On>, description: &'static str) -> Self {
        let kind = Kind::OneOf { target: T::interface, on: on.into() };
        Self::new(name, description, Any::<T>::create_type_info, kind)
    }

    pub fn many_of<T: ShapedInterface>(name: &'static str, on: impl Into<On>, description: &'static str) -> Self {
        let kind = Kind::ManyOf { target: T::interface, on: on.into() };
        Self::new(name, description, Vec::<Any<T>>::create_type_info, kind)
    }

    /// Objects that are made for the row.
    pub fn made<T: Shaped>(name: &'static str, rows: Rows, order: &'static str, description: &'static str) -> Self {
        let kind = Kind::Made { target: T::shape, rows, order: Some(order) };
        Self::new(name, description, Vec::<Spliced<T>>::create_type_info, kind)
    }

    /// One object that is made for the row.
    pub fn made_one<T: Shaped>(name: &'static str, rows: Rows, description: &'static str) -> Self {
        let kind = Kind::Made { target: T::shape, rows, order: None };
        Self::new(name, description, Spliced::<T>::create_type_info, kind)
    }

    /// Whatever has the id that `id` gives, under its own scope.
    pub fn by_id<T: ShapedInterface>(name: &'static str, id: &'static str, description: &'static str) -> Self {
        let kind = Kind::ById { target: T::interface, id };
        Self::new(name, description, Any::<T>::create_type_info, kind).nullable()
    }

    /// Takes arguments, which its rows read from the context.
    #[must_use]
    pub fn takes(self, arguments: fn(&mut Registry) -> Vec<MetaInputValue>) -> Self {
        Self { arguments, ..self }
    }

    /// A connection with the filter `F` and the orders `O`.
    pub fn page<T: Shaped, F: Filter, O: Order>(
        name: &'static str,
        on: impl Into<On>,
        description: &'static str,
    ) -> Self {
        Self::page_by::<T, F, O>(name, vec![on.into()], description)
    }

    /// The same of rows that are found in several ways, which share no row.
    pub fn page_by<T: Shaped, F: Filter, O: Order>(
        name: &'static str,
        ways: Vec<On>,
        description: &'static str,
    ) -> Self {
        let window = |ctx: &Context<'_>| Window::of_field::<T, F, O>(ctx);
        let kind = Kind::Page { target: T::shape, ways, window };
        let field = Self::new(name, description, Connection::<T>::create_type_info, kind);
        Self { arguments: page_arguments::<F, O>, ..field }
    }

    /// A changed object of a payload.
    pub fn given<T: Shaped>(name: &'static str, description: &'static str) -> Self {
        let kind = Kind::Given { target: T::shape };
        Self::new(name, description, Spliced::<T>::create_type_info, kind).nullable()
    }

    /// A changed object of whichever member of an interface it is.
    pub fn given_of<T: ShapedInterface>(name: &'static str, description: &'static str) -> Self {
        Self::new(name, description, Any::<T>::create_type_info, Kind::GivenOf { target: T::interface }).nullable()
    }

    /// A text that the mutation gives, such as a number unsealed.
    pub fn given_text(name: &'static str, description: &'static str) -> Self {
        Self::new(name, description, String::create_type_info, Kind::GivenText).nullable()
    }

    /// Whether it may be null.
    pub fn is_nullable(&self) -> bool {
        self.nullable
    }

    #[must_use]
    pub fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// Says what it costs beyond its kind, where its SQL does not tell.
    #[must_use]
    pub fn costs(mut self, text: i32, each: i32, whole: i32) -> Self {
        self.cost = Cost { text, each, whole };
        self
    }

    /// How many a list holds at most, where that is more than a few.
    #[must_use]
    pub fn at_most(mut self, most: i32) -> Self {
        self.at_most = Some(most);
        self
    }

    /// Null with an error for a caller to whom no post gives any reach of the action.
    #[must_use]
    pub fn needs(mut self, action: &'static str) -> Self {
        self.needs = Some(action);
        self.nullable()
    }
}

#[cfg(test)]
mod tests;
