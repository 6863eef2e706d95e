//! The filter of a list as data: one line per condition, which says its name, its type, what it asks of a row, and what
//! people read of it.

use std::{borrow::Cow, marker::PhantomData};

use async_graphql::{
    Context, InputType, InputValueError, InputValueResult, Pos, TypeDirective as _, Value,
    registry::{Deprecation, MetaInputValue, MetaType, MetaTypeId, Registry},
    types::Any,
};

use super::{page::parameter, registry::argument, sql::Sql};
use crate::{
    directive::cost,
    error::{BadField, Message, Refusal, Result},
    execute::Said,
};

/// The filter of a list: conditions on its rows, beside their scope. All that are given must hold.
pub trait Filter: Send + Sync + 'static {
    /// None for a list that takes no filter.
    fn conditions() -> Option<&'static Conditions>;
}

/// The conditions that there are, as an input type of the schema.
pub struct Conditions {
    pub name: &'static str,
    pub description: &'static str,
    pub all: Vec<Condition>,
}

/// A list that takes no filter.
pub struct NoFilter;

impl Filter for NoFilter {
    fn conditions() -> Option<&'static Conditions> {
        None
    }
}

/// Declares the `filter` of a list: `filter!(ClaimFilter: "认领筛选 · conditions on claims", vec![Condition::…, …])`.
#[macro_export]
macro_rules! filter {
    ($name:ident: $description:literal, $all:expr) => {
        #[doc = concat!($description, ".")]
        pub struct $name;

        impl $crate::see::Filter for $name {
            fn conditions() -> Option<&'static $crate::see::Conditions> {
                static ALL: std::sync::LazyLock<$crate::see::Conditions> = std::sync::LazyLock::new(|| {
                    $crate::see::Conditions { name: stringify!($name), description: $description, all: $all }
                });
                Some(&ALL)
            }
        }
    };
}

/// Writes what is asked of the row.
type Write = Box<dyn Fn(&mut Sql<'_>, &str) + Send + Sync>;

/// A condition as it was given.
struct Asked {
    write: Write,
    /// Whether it leaves few rows, as no statistics can tell.
    few: bool,
    /// The column of which alone it speaks.
    of: Option<&'static str>,
}

type Read = Box<dyn Fn(Value) -> Result<Option<Asked>, Message> + Send + Sync>;

/// One condition of a filter.
pub struct Condition {
    name: &'static str,
    description: &'static str,
    deprecated: Option<&'static str>,
    /// What it costs where it is given, for its text.
    cost: i32,
    type_of: fn(&mut Registry) -> String,
    /// The column of which alone it speaks.
    of: Option<&'static str>,
    read: Read,
}

/// What was given of a filter.
#[derive(Default)]
pub(super) struct Filtered(Vec<Asked>);

/// Says of what was asked whether it leaves few rows.
type Few<T> = fn(&T) -> bool;

impl Condition {
    /// A condition of its own: `write` says what is asked of the row, in brackets where that is more than one comparison.
    pub fn new<T: InputType + 'static>(
        name: &'static str,
        description: &'static str,
        write: impl Fn(&mut Sql<'_>, &str, &T) + Copy + Send + Sync + 'static,
    ) -> Self {
        Self::leaving::<T>(name, description, |_| false, write)
    }

    /// The same where it may leave few rows: these are found before they are sorted, however soon an index in the order of the
    /// list seems to come upon enough of them.
    pub(super) fn leaving<T: InputType + 'static>(
        name: &'static str,
        description: &'static str,
        few: Few<T>,
        write: impl Fn(&mut Sql<'_>, &str, &T) + Copy + Send + Sync + 'static,
    ) -> Self {
        let read = move |value| -> Result<Option<Asked>, Message> {
            let given = Option::<T>::parse(Some(value))
                .map_err(|error| Said::of(&error.into_server_error(Pos::default())).message);
            Ok(given?.map(|given| Asked {
                few: few(&given),
                of: None,
                write: Box::new(move |sql: &mut Sql<'_>, row: &str| write(sql, row, &given)),
            }))
        };
        Self {
            name,
            description,
            deprecated: None,
            cost: 0,
            type_of: Option::<T>::create_type_info,
            of: None,
            read: Box::new(read),
        }
    }

    /// It speaks of nothing but a column.
    #[must_use]
    pub(super) fn of(self, column: &'static str) -> Self {
        Self { of: Some(column), ..self }
    }

    /// It is still answered, and another one is meant to be used.
    #[must_use]
    pub fn deprecated(self, reason: &'static str) -> Self {
        Self { deprecated: Some(reason), ..self }
    }

    /// Says what it costs where it is given: 13 for each sub-select in it, as often as the list's rows may be asked for by it.
    #[must_use]
    pub fn costs(self, text: i32) -> Self {
        Self { cost: text, ..self }
    }

    fn argument(&self, registry: &mut Registry) -> MetaInputValue {
        let mut argument = argument(self.name, (self.type_of)(registry), None, self.description);
        if let Some(reason) = self.deprecated {
            argument.deprecation = Deprecation::Deprecated { reason: Some(reason.to_owned()) };
        }
        if self.cost > 0 {
            cost.register(registry);
            argument.directive_invocations.push(cost::apply(self.cost, 0, 0));
        }
        argument
    }
}

impl Filtered {
    /// Reads the argument `filter` of the field that the context stands at.
    ///
    /// # Errors
    /// `INVALID_INPUT` for each condition whose value is not of its type.
    pub fn of_field<F: Filter>(ctx: &Context<'_>) -> Result<Self> {
        let mut filtered = Self::default();
        let Some(conditions) = F::conditions() else { return Ok(filtered) };
        let Some(Any(Value::Object(given))) = parameter::<Any>(ctx, "filter")? else { return Ok(filtered) };
        let mut faults = Vec::new();
        // In the order of declaration, so that few distinct statements are prepared.
        for condition in &conditions.all {
            let Some(value) = given.get(condition.name) else { continue };
            match (condition.read)(value.clone()) {
                Ok(asked) => filtered.0.extend(asked.map(|asked| Asked { of: condition.of, ..asked })),
                Err(message) => {
                    let path = format!("filter.{}", condition.name);
                    faults.push(BadField { path, code: "INVALID", message });
                }
            }
        }
        if faults.is_empty() { Ok(filtered) } else { Err(Refusal::invalid_fields(faults)) }
    }

    /// Whether it speaks of nothing but these columns.
    pub fn is_only_of(&self, columns: &[&str]) -> bool {
        self.0.iter().all(|asked| asked.of.is_some_and(|of| columns.contains(&of)))
    }

    /// Whether few rows are left.
    pub fn leaves_few(&self) -> bool {
        self.0.iter().any(|asked| asked.few)
    }

    pub fn push(&self, sql: &mut Sql<'_>, row: &str) {
        for asked in &self.0 {
            sql.push(" AND ");
            (asked.write)(sql, row);
        }
    }
}

/// The input type of a filter, as the schema knows it.
struct FilterType<F>(PhantomData<fn() -> F>);

impl<F: Filter> InputType for FilterType<F> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        F::conditions().map_or("", |conditions| conditions.name).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::InputObject, |registry| {
            let conditions = F::conditions().into_iter().flat_map(|conditions| &conditions.all);
            let conditions = conditions.map(|one| (one.name.to_owned(), one.argument(registry))).collect();
            MetaType::InputObject {
                name: Self::type_name().into_owned(),
                description: F::conditions().map(|conditions| conditions.description.to_owned()),
                input_fields: conditions,
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                rust_typename: Some(std::any::type_name::<Self>()),
                oneof: false,
                directive_invocations: Vec::new(),
            }
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        // Each condition is read by itself.
        Err(InputValueError::expected_type(value.unwrap_or_default()))
    }

    fn to_value(&self) -> Value {
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// The declaration of a list's `filter`, where it takes one.
pub(super) fn filter_argument<F: Filter>(registry: &mut Registry) -> Option<MetaInputValue> {
    F::conditions()?;
    let ty = Option::<FilterType<F>>::create_type_info(registry);
    Some(argument(
        "filter",
        ty,
        None,
        "筛选 · 只取符合全部所填条件的对象 · only the objects that meet every condition given",
    ))
}
