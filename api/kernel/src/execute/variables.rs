//! Variables are checked against their declared types before anything runs, so that a bad value is a clean refusal of
//! the request. The result holds exactly the declared variables, defaults filled in.

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{BaseType, Type, VariableDefinition},
};

use super::{
    limits::SUBSTITUTED,
    structure::too_complex,
    types::{Input, Types, named},
};
use crate::{
    error::{BadField, Message, Refusal, Result},
    say,
};

const REPORTED: usize = 10;

/// Refuses variables of unknown or output types; validation itself would panic on some of them.
pub(super) fn check_declared(definitions: &[Positioned<VariableDefinition>], types: &Types) -> Result<()> {
    let unknown = definitions.iter().filter(|d| types.input(named(&d.node.var_type.node)).is_none());
    let bad =
        unknown.map(|d| bad(format!("${}", d.node.name.node), "UNKNOWN_TYPE", unknown_type(&d.node.var_type.node)));
    let bad: Vec<_> = bad.take(REPORTED).collect();
    if bad.is_empty() { Ok(()) } else { Err(Refusal::invalid_fields(bad).with("rule", "UNKNOWN_TYPE")) }
}

/// The values for one operation: checked, completed by defaults, without undeclared ones.
pub(super) fn coerce(
    definitions: &[Positioned<VariableDefinition>],
    mut given: Variables,
    types: &Types,
) -> Result<Variables> {
    let mut values = Variables::default();
    let mut faults = Faults { types, found: Vec::new() };
    for definition in definitions {
        let definition = &definition.node;
        let (name, ty) = (&definition.name.node, &definition.var_type.node);
        match (given.remove(name), &definition.default_value) {
            (Some(value), _) => {
                faults.value(&format!("variables.{name}"), ty, &value);
                values.insert(name.clone(), value);
            }
            (None, Some(default)) => {
                values.insert(name.clone(), default.node.clone());
            }
            (None, None) if !ty.nullable => faults.add(&format!("variables.{name}"), "REQUIRED", required(ty)),
            (None, None) => {}
        }
    }
    if faults.found.is_empty() { Ok(values) } else { Err(Refusal::invalid_fields(faults.found)) }
}

/// Every use of a variable copies its value: refuses values that would grow too large that way.
pub(super) fn check_growth(uses: &[(Name, usize)], values: &Variables) -> Result<()> {
    let sizes = uses.iter().filter_map(|(name, uses)| Some(uses.saturating_mul(size(values.get(name)?))));
    let total = sizes.fold(0_usize, usize::saturating_add);
    if total <= SUBSTITUTED {
        return Ok(());
    }
    let message = say!(
        "查询过于复杂：变量展开后为 {total} 字节，上限 {SUBSTITUTED}",
        "The query is too complex: {total} bytes of variables once put in, at most {SUBSTITUTED}"
    );
    Err(too_complex("variables", message, total as u64, SUBSTITUTED as u64))
}

fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 32,
        Value::List(items) => items.iter().map(size).sum::<usize>() + 32,
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + size(value) + 32).sum::<usize>() + 32,
        _ => 32,
    }
}

struct Faults<'a> {
    types: &'a Types,
    found: Vec<BadField>,
}

impl Faults<'_> {
    fn add(&mut self, path: &str, code: &'static str, message: Message) {
        if self.found.len() < REPORTED {
            self.found.push(bad(path.to_owned(), code, message));
        }
    }

    fn value(&mut self, path: &str, ty: &Type, value: &Value) {
        if *value == Value::Null {
            if !ty.nullable {
                self.add(path, "REQUIRED", required(ty));
            }
            return;
        }
        match (&ty.base, value) {
            (BaseType::List(inner), Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(&format!("{path}.{index}"), inner, item);
                    if self.found.len() == REPORTED {
                        return;
                    }
                }
            }
            (BaseType::List(inner), single) => self.value(path, inner, single),
            (BaseType::Named(name), value) => self.named(path, name, ty, value),
        }
    }

    fn named(&mut self, path: &str, name: &Name, ty: &Type, value: &Value) {
        match (self.types.input(name), value) {
            (Some(Input::Scalar(None)), _) => {}
            (Some(Input::Scalar(Some(good))), value) if good(value) => {}
            (Some(Input::Enum(names)), Value::String(word)) if names.contains(word.as_str()) => {}
            (Some(Input::Object { fields, one_of }), Value::Object(given)) => {
                if *one_of && (given.len() != 1 || given.values().any(|v| *v == Value::Null)) {
                    self.add(path, "ONE_OF", say!("必须恰好给出其中一项", "give exactly one of its fields"));
                }
                for (name, (ty, required_here)) in fields {
                    match given.get(name) {
                        Some(value) => self.value(&format!("{path}.{name}"), ty, value),
                        None if *required_here => self.add(&format!("{path}.{name}"), "REQUIRED", required(ty)),
                        None => {}
                    }
                }
                for unknown in given.keys().filter(|name| !fields.contains_key(*name)) {
                    let unknown: String = unknown.chars().take(64).collect();
                    self.add(&format!("{path}.{unknown}"), "UNKNOWN", say!("没有这个字段", "there is no such field"));
                }
            }
            _ => self.add(path, "WRONG_TYPE", say!("应为 {ty}", "expected {ty}")),
        }
    }
}

fn bad(path: String, code: &'static str, message: Message) -> BadField {
    BadField { path, code, message }
}

fn required(ty: &Type) -> Message {
    say!("必须给出 {ty}", "a {ty} is required")
}

fn unknown_type(ty: &Type) -> Message {
    let ty: String = ty.to_string().chars().take(64).collect();
    say!("没有输入类型 {ty}", "there is no input type {ty}")
}
