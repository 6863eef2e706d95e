//! What the library's validation does not see, brought before it or refused here: the parser keeps the last of equal
//! input fields, the rules pass `__typename` by with all that stands on it, and a default of `null` counts as a value.

use std::collections::HashSet;

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{
        DocumentOperations, ExecutableDocument, Field, FragmentDefinition, InlineFragment, OperationDefinition,
        Selection, SelectionSet,
    },
};

use super::text::repeated_name;
use crate::{
    error::{BadField, Code, Refusal, Result},
    say,
};

/// Refuses names that stand twice where the specification wants them once. The text has passed the parser.
pub(super) fn check_names(text: &str) -> Result<()> {
    let Some(name) = repeated_name(text) else { return Ok(()) };
    let name: String = name.chars().take(64).collect();
    let message = say!(
        "“{name}”在同一处给出了两次",
        "\"{name}\" is given twice in one place: each argument, input field and variable once"
    );
    Err(Refusal::new(Code::InvalidInput, message).with("rule", "REPEATED"))
}

/// The document as the rules are to see it: what is on a `__typename` around it, and no default where it is `null`.
///
/// # Errors
/// `INVALID_INPUT` for a `__typename` with arguments or fields.
pub(super) fn exposed(document: &ExecutableDocument) -> Result<ExecutableDocument> {
    let mut document = document.clone();
    let operations: Vec<&mut Positioned<OperationDefinition>> = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(named) => named.values_mut().collect(),
    };
    for operation in operations {
        for variable in &mut operation.node.variable_definitions {
            let default = &mut variable.node.default_value;
            *default = default.take().filter(|value| value.node != Value::Null);
        }
        expose(&mut operation.node.selection_set.node)?;
    }
    for FragmentDefinition { selection_set, .. } in document.fragments.values_mut().map(|fragment| &mut fragment.node) {
        expose(&mut selection_set.node)?;
    }
    Ok(document)
}

fn expose(set: &mut SelectionSet) -> Result<()> {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) if field.node.name.node == "__typename" => {
                if let Some(around) = around(field)? {
                    selection.node = Selection::InlineFragment(around);
                }
            }
            Selection::Field(field) => expose(&mut field.node.selection_set.node)?,
            Selection::InlineFragment(inline) => expose(&mut inline.node.selection_set.node)?,
            Selection::FragmentSpread(_) => {}
        }
    }
    Ok(())
}

/// A fragment that carries the directives of a `__typename`, which stands inside without them.
fn around(field: &mut Positioned<Field>) -> Result<Option<Positioned<InlineFragment>>> {
    if !field.node.arguments.is_empty() || !field.node.selection_set.node.items.is_empty() {
        let message = say!("__typename 没有参数和子字段", "__typename has no arguments and no fields");
        return Err(Refusal::new(Code::InvalidInput, message).with("rule", "SELECTION"));
    }
    if field.node.directives.is_empty() {
        return Ok(None);
    }
    let directives = std::mem::take(&mut field.node.directives);
    let items = vec![Positioned::new(Selection::Field(field.clone()), field.pos)];
    let selection_set = Positioned::new(SelectionSet { items }, field.pos);
    Ok(Some(Positioned::new(InlineFragment { type_condition: None, directives, selection_set }, field.pos)))
}

/// What is skipped or included has a reason to be: the variables on which that depends have a value, which a nullable
/// one with a default need not.
///
/// # Errors
/// `INVALID_INPUT` for each of these variables that is no Boolean.
pub(super) fn check_conditions(conditions: &HashSet<Name>, variables: &Variables) -> Result<()> {
    let unknown = conditions.iter().filter(|name| !matches!(variables.get(*name), Some(Value::Boolean(_))));
    let bad = unknown.map(|name| BadField {
        path: format!("variables.{name}"),
        code: "REQUIRED",
        message: say!("必须给出 Boolean!", "a Boolean! is required"),
    });
    let bad = bad.collect::<Vec<_>>();
    if bad.is_empty() { Ok(()) } else { Err(Refusal::invalid_fields(bad)) }
}
