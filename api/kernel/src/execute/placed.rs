//! What the specification wants of a value by its place, and the library lets pass: a word of an enum is not a text in
//! quotes, and a variable is of a type that its place takes.

use std::collections::HashMap;

use async_graphql::{
    Name,
    parser::types::{BaseType, OperationDefinition, Type, VariableDefinition},
};
use async_graphql_value::Value as Written;

use super::types::{Input, Types};
use crate::{
    error::{BadField, Refusal, Result},
    say,
};

pub(super) struct Placed<'a> {
    types: &'a Types,
    variables: HashMap<&'a Name, &'a VariableDefinition>,
}

impl<'a> Placed<'a> {
    pub fn new(operation: &'a OperationDefinition, types: &'a Types) -> Self {
        let variables =
            operation.variable_definitions.iter().map(|variable| (&variable.node.name.node, &variable.node));
        Self { types, variables: variables.collect() }
    }

    /// Refuses what does not belong where it stands. `default`: whether the place has a value of its own.
    ///
    /// # Errors
    /// `INVALID_INPUT` at the first such place.
    pub fn check(&self, path: &str, ty: &Type, default: bool, value: &Written) -> Result<()> {
        match (&ty.base, value) {
            (_, Written::Variable(name)) => self.variable(path, ty, default, name),
            (BaseType::List(inner), Written::List(items)) => {
                let mut items = items.iter().enumerate();
                items.try_for_each(|(at, item)| self.check(&format!("{path}.{at}"), inner, false, item))
            }
            (BaseType::List(inner), single) => self.check(path, inner, false, single),
            (BaseType::Named(name), value) => self.named(path, name, value),
        }
    }

    fn named(&self, path: &str, name: &Name, value: &Written) -> Result<()> {
        match (self.types.input(name), value) {
            (Some(Input::Object { fields, .. }), Written::Object(given)) => {
                given.iter().try_for_each(|(name, value)| {
                    let Some((ty, required)) = fields.get(name) else { return Ok(()) };
                    self.check(&format!("{path}.{name}"), ty, !required, value)
                })
            }
            (Some(Input::Enum(_)), Written::String(text)) => {
                let text: String = text.chars().take(64).collect();
                let message =
                    say!("{name} 的取值不加引号：{text}", "a value of {name} is written without quotes: {text}");
                Err(refused(path, message).with("rule", "WRONG_VALUE"))
            }
            _ => Ok(()),
        }
    }

    /// "All Variable Usages Are Allowed" of the specification.
    fn variable(&self, path: &str, place: &Type, default: bool, name: &Name) -> Result<()> {
        // One that is not declared has been refused.
        let Some(declared) = self.variables.get(name) else { return Ok(()) };
        let ty = &declared.var_type.node;
        let has_value = declared.default_value.as_ref().is_some_and(|value| value.node != async_graphql::Value::Null);
        let never_null = !ty.nullable || has_value || default;
        if fits(&ty.base, &place.base) && (place.nullable || never_null) {
            return Ok(());
        }
        let message = say!(
            "变量 ${name} 的类型为 {ty}，此处应为 {place}",
            "the variable ${name} is of the type {ty}; {place} is wanted here"
        );
        Err(refused(path, message).with("rule", "VARIABLE_TYPE"))
    }
}

fn refused(path: &str, message: crate::error::Message) -> Refusal {
    Refusal::invalid_fields(vec![BadField { path: path.to_owned(), code: "WRONG_TYPE", message }])
}

fn fits(given: &BaseType, wanted: &BaseType) -> bool {
    match (given, wanted) {
        (BaseType::Named(given), BaseType::Named(wanted)) => given == wanted,
        (BaseType::List(given), BaseType::List(wanted)) => {
            (wanted.nullable || !given.nullable) && fits(&given.base, &wanted.base)
        }
        _ => false,
    }
}
