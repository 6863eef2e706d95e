//! Relay pages by keyset: the order is a row value ending in the id, so that a page never skips or repeats.

use async_graphql::{
    Context, InputType,
    registry::{MetaInputValue, Registry},
};
use sea_orm::Value;

use super::{
    filter::{Filter, Filtered, filter_argument},
    registry::argument,
    shape::Shaped,
    sql::Sql,
};
use crate::{
    error::{Refusal, Result},
    execute::Said,
    say,
    scalars::day,
};

/// The largest page.
pub const MAX_PAGE: i32 = 100;
/// The page a client gets that names no size.
pub const DEFAULT_PAGE: i32 = 20;

/// The order of a list.
pub trait Order: Copy + Default + Send + Sync + 'static {
    fn keys(self) -> Keys;
    fn argument(registry: &mut Registry) -> Option<MetaInputValue>;
    fn of_field(ctx: &Context<'_>) -> Result<Self>;
}

/// The only order of most lists: newest first, which the ids already are.
#[derive(Clone, Copy, Default)]
pub struct Newest;

impl Order for Newest {
    fn keys(self) -> Keys {
        Keys { name: "NEWEST", columns: &[("{c}.id", Key::Text)], descending: true }
    }

    fn argument(_: &mut Registry) -> Option<MetaInputValue> {
        None
    }

    fn of_field(_: &Context<'_>) -> Result<Self> {
        Ok(Self)
    }
}

/// By statistical code, as lists of regions are read.
#[derive(Clone, Copy, Default)]
pub struct ByCode;

impl Order for ByCode {
    fn keys(self) -> Keys {
        Keys { name: "CODE", columns: &[("{c}.code", Key::Text)], descending: false }
    }

    fn argument(_: &mut Registry) -> Option<MetaInputValue> {
        None
    }

    fn of_field(_: &Context<'_>) -> Result<Self> {
        Ok(Self)
    }
}

/// What a list is sorted by; the last column must be unique.
#[derive(Clone, Copy)]
pub struct Keys {
    pub name: &'static str,
    pub columns: &'static [(&'static str, Key)],
    pub descending: bool,
}

/// The type of a sort key, as a cursor carries it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Text,
    Date,
}

/// The paging arguments of a list, as the client gave them.
#[derive(Debug, Clone, Default)]
pub struct PageArgs {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

/// The part of a list that is asked for, checked.
pub struct Window {
    pub(super) filtered: Filtered,
    pub(super) keys: Keys,
    pub(super) size: i64,
    pub(super) backwards: bool,
    pub(super) after: Option<Vec<Value>>,
    pub(super) before: Option<Vec<Value>>,
    /// Whether it is of all that there are, not of what hangs on something.
    pub(super) of_all: bool,
    shape: &'static str,
}

impl Window {
    /// Checks the arguments of a list of `T` that takes no filter.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a size outside 0..=100, `first` together with `last`, or a cursor of another list.
    pub fn new<T: Shaped>(args: PageArgs, order: impl Order) -> Result<Self> {
        let keys = order.keys();
        let shape = T::shape().name;
        if args.first.is_some() && args.last.is_some() {
            let message = say!("first 与 last 只能给其一", "give either first or last, not both");
            return Err(Refusal::invalid("last", "EXCLUSIVE", message));
        }
        let backwards = args.last.is_some();
        let path = if backwards { "last" } else { "first" };
        let size = args.first.or(args.last).unwrap_or(DEFAULT_PAGE);
        if !(0..=MAX_PAGE).contains(&size) {
            let message =
                say!("应在 0 到 {MAX_PAGE} 之间，收到 {size}", "must be between 0 and {MAX_PAGE}, not {size}");
            return Err(Refusal::invalid(path, "OUT_OF_RANGE", message));
        }
        let cursor = |text: Option<String>, path| text.map(|text| read_cursor(shape, keys, &text, path)).transpose();
        Ok(Self {
            filtered: Filtered::default(),
            keys,
            size: size.into(),
            backwards,
            after: cursor(args.after, "after")?,
            before: cursor(args.before, "before")?,
            of_all: false,
            shape,
        })
    }

    /// The same with a filter, all of it read from the field that the context stands at.
    pub(crate) fn of_field<T: Shaped, F: Filter, O: Order>(ctx: &Context<'_>) -> Result<Self> {
        let args = PageArgs {
            first: parameter(ctx, "first")?,
            after: parameter(ctx, "after")?,
            last: parameter(ctx, "last")?,
            before: parameter(ctx, "before")?,
        };
        let window = Self::new::<T>(args, O::of_field(ctx)?)?;
        Ok(Self { filtered: Filtered::of_field::<F>(ctx)?, ..window })
    }

    /// The same of all that there are.
    pub(crate) fn of_all(self) -> Self {
        Self { of_all: true, ..self }
    }

    /// The cursor of a row, as text.
    pub(super) fn push_cursor(&self, sql: &mut Sql<'_>, row: &str) {
        sql.hex(|sql| {
            sql.push("'").push(self.shape).push("|").push(self.keys.name).push("'");
            for (column, _) in self.keys.columns {
                sql.push(" || '|' || ").push_template(column, row, row);
            }
        });
    }

    /// ` AND (keys) > (cursor)` for each cursor given.
    pub(super) fn push_keyset(&self, sql: &mut Sql<'_>, row: &str) {
        for (cursor, forward) in [(&self.after, true), (&self.before, false)] {
            let Some(values) = cursor else { continue };
            let comparison = if forward == self.keys.descending { " < (" } else { " > (" };
            sql.push(" AND (");
            for (at, (column, _)) in self.keys.columns.iter().enumerate() {
                sql.push(if at > 0 { ", " } else { "" }).push_template(column, row, row);
            }
            sql.push(")").push(comparison);
            for (at, value) in values.iter().enumerate() {
                sql.push(if at > 0 { ", " } else { "" }).bind(value.clone());
            }
            sql.push(")");
        }
    }

    /// The sort of the rows `row`; reversed for the inner query of a page that is read from its end.
    pub(super) fn order(&self, row: &str, reversed: bool) -> String {
        let direction = if self.keys.descending == reversed { " ASC" } else { " DESC" };
        let columns = self.keys.columns.iter().map(|(column, _)| column.replace("{c}", row) + direction);
        columns.collect::<Vec<_>>().join(", ")
    }
}

fn read_cursor(shape: &str, keys: Keys, text: &str, path: &'static str) -> Result<Vec<Value>> {
    let refusal = || {
        let message = say!("不是此列表给出的游标", "is not a cursor that this list gave");
        Refusal::invalid(path, "BAD_CURSOR", message)
    };
    let plain = hex::decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(refusal)?;
    let rest = plain.strip_prefix(shape).and_then(|rest| rest.strip_prefix('|'));
    let rest = rest.and_then(|rest| rest.strip_prefix(keys.name)).and_then(|rest| rest.strip_prefix('|'));
    let parts = rest.ok_or_else(refusal)?.split('|').collect::<Vec<_>>();
    if parts.len() != keys.columns.len() {
        return Err(refusal());
    }
    let values = parts.iter().zip(keys.columns).map(|(part, (_, key))| match key {
        Key::Text if !part.is_empty() && part.len() <= 200 && !part.contains('\0') => Some((*part).into()),
        Key::Text => None,
        Key::Date => day(part).map(Value::from),
    });
    values.collect::<Option<_>>().ok_or_else(refusal)
}

/// The argument `name` of the field that `ctx` stands at.
pub fn parameter<T: InputType>(ctx: &Context<'_>, name: &str) -> Result<Option<T>> {
    match ctx.param_value::<Option<T>>(name, None) {
        Ok((_, value)) => Ok(value),
        Err(error) => Err(Refusal::invalid(name, "INVALID", Said::of(&error).message)),
    }
}

/// The same of an argument that must be given.
pub fn required<T: InputType>(ctx: &Context<'_>, name: &str) -> Result<T> {
    match ctx.param_value::<T>(name, None) {
        Ok((_, value)) => Ok(value),
        Err(error) => Err(Refusal::invalid(name, "INVALID", Said::of(&error).message)),
    }
}

/// The arguments of a list that a shape declares.
pub(crate) fn page_arguments<F: Filter, O: Order>(registry: &mut Registry) -> Vec<MetaInputValue> {
    let int = <Option<i32> as InputType>::create_type_info(registry);
    let text = <Option<String> as InputType>::create_type_info(registry);
    let mut all = Vec::new();
    all.extend(filter_argument::<F>(registry));
    all.extend(O::argument(registry));
    all.extend([
        argument(
            "first",
            int.clone(),
            None,
            "前几条 · 从头或从 `after` 之后取几条，0 至 100，不填为 20 · how many from the start or after `after`; 0 to 100, 20 unless given",
        ),
        argument("after", text.clone(), None, "起点游标 · 只取此游标之后的，最多 500 字 · only what comes after this cursor; up to 500 characters"),
        argument("last", int, None, "后几条 · 从尾或从 `before` 之前取几条，0 至 100 · how many from the end or before `before`; 0 to 100"),
        argument("before", text, None, "终点游标 · 只取此游标之前的，最多 500 字 · only what comes before this cursor; up to 500 characters"),
    ]);
    all
}
