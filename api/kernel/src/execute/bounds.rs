//! How much a list and a text of an argument may hold, as it is sent: by the schema's types, so that no argument can
//! forget it, and alike for what stands in the document and for what comes in variables.

use std::{collections::HashSet, convert::Infallible};

use async_graphql::{
    Name, Value, Variables,
    parser::types::{BaseType, Field, OperationDefinition, OperationType, Selection, SelectionSet, Type},
};
use async_graphql_value::Value as Written;

use super::{
    cost::Fragments,
    limits::{ACT_TEXT, CURSOR, ID_LIST, ID_TEXT, LIST, TEXT},
    placed::Placed,
    types::{FieldType, Input, Types},
};
use crate::{
    error::{BadField, Refusal, Result},
    say,
};

const REPORTED: usize = 10;

/// An argument with variables in it: its size is known when they are.
pub(super) struct Open {
    name: Name,
    ty: Type,
    value: Written,
    text: usize,
}

/// Checks what stands in the document itself, also whether it belongs there; gives the arguments that have to wait for their
/// variables.
///
/// # Errors
/// `INVALID_INPUT`, `TOO_MANY`, `TOO_LONG` and `WRONG_TYPE` at their places.
pub(super) fn check(operation: &OperationDefinition, fragments: &Fragments, types: &Types) -> Result<Vec<Open>> {
    let placed = Placed::new(operation, types);
    let mut seen = Seen { types, placed, sizes: Sizes::new(types), open: Vec::new(), spread: Vec::new() };
    seen.set(&operation.selection_set.node, types.root(operation.ty).map(Name::as_str))?;
    // Those of other operations have other variables.
    let mut known = HashSet::new();
    while let Some(name) = seen.spread.pop() {
        let Some((_, fragment)) = fragments.get_key_value(&name).filter(|(name, _)| known.insert(*name)) else {
            continue;
        };
        let fragment = &fragment.node;
        seen.set(&fragment.selection_set.node, Some(&fragment.type_condition.node.on.node))?;
    }
    seen.sizes.done()?;
    Ok(seen.open)
}

/// Checks the arguments that waited, with the variables of one request.
///
/// # Errors
/// As [`check`].
pub(super) fn check_open(open: &[Open], variables: &Variables, types: &Types) -> Result<()> {
    let mut sizes = Sizes::new(types);
    for Open { name, ty, value, text } in open {
        sizes.text = *text;
        let given = |name: Name| Ok::<_, Infallible>(variables.get(&name).cloned().unwrap_or_default());
        let Ok(value) = value.clone().into_const_with(given);
        sizes.value(name, ty, &value);
    }
    sizes.done()
}

struct Seen<'a> {
    types: &'a Types,
    placed: Placed<'a>,
    sizes: Sizes<'a>,
    open: Vec<Open>,
    /// Fragments that are still to be looked at.
    spread: Vec<Name>,
}

impl Seen<'_> {
    fn set(&mut self, set: &SelectionSet, on: Option<&str>) -> Result<()> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let ty = on.and_then(|on| self.types.field(on, &field.name.node));
                    if let Some(ty) = ty {
                        self.arguments(field, ty, on)?;
                    }
                    self.set(&field.selection_set.node, ty.map(|ty| ty.named.as_str()))?;
                }
                Selection::InlineFragment(inline) => {
                    let inline = &inline.node;
                    let condition = inline.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    self.set(&inline.selection_set.node, condition.or(on))?;
                }
                Selection::FragmentSpread(spread) => self.spread.push(spread.node.fragment_name.node.clone()),
            }
        }
        Ok(())
    }

    fn arguments(&mut self, field: &Field, of: &FieldType, on: Option<&str>) -> Result<()> {
        let is_act = on == self.types.root(OperationType::Mutation).map(Name::as_str);
        for (name, value) in &field.arguments {
            let (name, value) = (&name.node, &value.node);
            let Some(ty) = of.arguments.get(name) else { continue };
            self.placed.check(name, ty, of.defaults.contains_key(name), value)?;
            self.sizes.text = match name.as_str() {
                // What an act is told has bounds of its own, which are looked at after its permission.
                _ if is_act => ACT_TEXT,
                "after" | "before" => CURSOR,
                _ => TEXT,
            };
            match value.clone().into_const() {
                Some(value) => self.sizes.value(name, ty, &value),
                None => {
                    let (name, ty, value) = (name.clone(), ty.clone(), value.clone());
                    self.open.push(Open { name, ty, value, text: self.sizes.text });
                }
            }
        }
        Ok(())
    }
}

struct Sizes<'a> {
    types: &'a Types,
    /// The longest text, in characters.
    text: usize,
    found: Vec<BadField>,
}

impl<'a> Sizes<'a> {
    fn new(types: &'a Types) -> Self {
        Self { types, text: TEXT, found: Vec::new() }
    }

    fn done(self) -> Result<()> {
        if self.found.is_empty() { Ok(()) } else { Err(Refusal::invalid_fields(self.found)) }
    }

    /// What is of a wrong type has been refused, or will be.
    fn value(&mut self, path: &str, ty: &Type, value: &Value) {
        if self.found.len() == REPORTED {
            return;
        }
        match (&ty.base, value) {
            (BaseType::List(inner), Value::List(items)) => {
                let (count, most) = (items.len(), self.most(inner));
                if count > most {
                    let message = say!("最多 {most} 个，收到 {count} 个", "takes at most {most} values, not {count}");
                    return self.found.push(BadField { path: path.to_owned(), code: "TOO_MANY", message });
                }
                for (at, item) in items.iter().enumerate() {
                    self.value(&format!("{path}.{at}"), inner, item);
                }
            }
            (BaseType::List(inner), single) => self.value(path, inner, single),
            (BaseType::Named(name), value) => self.named(path, name, value),
        }
    }

    fn named(&mut self, path: &str, name: &Name, value: &Value) {
        match (self.types.input(name), value) {
            (Some(Input::Object { fields, .. }), Value::Object(given)) => {
                for (name, value) in given {
                    if let Some((ty, _)) = fields.get(name) {
                        self.value(&format!("{path}.{name}"), ty, value);
                    }
                }
            }
            (Some(Input::Scalar(_)), Value::String(text)) => {
                let most = if name.as_str() == "ID" { ID_TEXT } else { self.text };
                // No character is shorter than a byte.
                let count = if text.len() > most { text.chars().count() } else { 0 };
                if count > most {
                    let message =
                        say!("最多 {most} 个字，收到 {count} 个", "takes at most {most} characters, not {count}");
                    self.found.push(BadField { path: path.to_owned(), code: "TOO_LONG", message });
                }
            }
            _ => {}
        }
    }

    /// How many values a list of this type holds.
    fn most(&self, inner: &Type) -> usize {
        match &inner.base {
            BaseType::Named(name) if name.as_str() == "ID" => ID_LIST,
            BaseType::Named(name) => match self.types.input(name) {
                Some(Input::Enum(values)) => values.len(),
                _ => LIST,
            },
            BaseType::List(_) => LIST,
        }
    }
}
