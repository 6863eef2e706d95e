//! The root of an operation as the specification reads it: fields under one key are one field, which runs once. The
//! library runs each of them, which for a mutation means that it happens twice.

use std::collections::HashSet;

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
        SelectionSet,
    },
};
use indexmap::{IndexMap, map::Entry};

use super::cost::Fragments;

/// How the root of an operation is to be run.
pub(super) enum Root {
    /// As it is written: no key stands twice, nothing is skipped, and what a subscription listens to stands in no
    /// fragment, where the library does not look. The number is that of its fields but `__typename`.
    Plain(usize),
    /// Once it is merged with the variables at hand.
    Merged,
}

impl Root {
    pub fn of(operation: &OperationDefinition, fragments: &Fragments) -> Self {
        let flat = operation.ty == OperationType::Subscription;
        let mut plain = Plain { fragments, flat, keys: HashSet::new(), fields: 0 };
        if plain.set(&operation.selection_set.node) { Self::Plain(plain.fields) } else { Self::Merged }
    }
}

struct Plain<'a> {
    fragments: &'a Fragments,
    /// Whether a fragment is not plain.
    flat: bool,
    keys: HashSet<&'a Name>,
    fields: usize,
}

impl<'a> Plain<'a> {
    fn set(&mut self, set: &'a SelectionSet) -> bool {
        set.items.iter().all(|selection| {
            selection.node.directives().is_empty()
                && match &selection.node {
                    Selection::Field(field) => {
                        self.fields += usize::from(is_named(&field.node));
                        self.keys.insert(&field.node.response_key().node)
                    }
                    _ if self.flat => false,
                    Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node),
                    Selection::FragmentSpread(spread) => self
                        .fragments
                        .get(&spread.node.fragment_name.node)
                        .is_none_or(|fragment| self.set(&fragment.node.selection_set.node)),
                }
        })
    }
}

/// The keys at the root of an operation, whatever is skipped.
pub(super) fn root_keys(operation: &OperationDefinition, fragments: &Fragments) -> usize {
    let mut collected = Collected::new(fragments, None);
    collected.set(&operation.selection_set.node);
    collected.fields.len()
}

/// The document with one field for each key of its operation's root, and the number of those that are not `__typename`.
pub(super) fn merged(document: &ExecutableDocument, variables: &Variables) -> (ExecutableDocument, usize) {
    let mut document = document.clone();
    let mut count = 0;
    if let DocumentOperations::Single(operation) = &mut document.operations {
        let mut collected = Collected::new(&document.fragments, Some(variables));
        collected.set(&operation.node.selection_set.node);
        let fields = collected.fields.into_values();
        let items = fields.map(|field| {
            count += usize::from(is_named(&field.node));
            Positioned::new(Selection::Field(field.clone()), field.pos)
        });
        operation.node.selection_set.node.items = items.collect();
    }
    (document, count)
}

/// The fields of a root in their order. Those under one key are the same field with the same arguments: the document
/// has passed that check.
struct Collected<'a> {
    fragments: &'a Fragments,
    /// Without them nothing is skipped.
    variables: Option<&'a Variables>,
    spread: HashSet<&'a Name>,
    fields: IndexMap<Name, Positioned<Field>>,
}

impl<'a> Collected<'a> {
    fn new(fragments: &'a Fragments, variables: Option<&'a Variables>) -> Self {
        Self { fragments, variables, spread: HashSet::new(), fields: IndexMap::new() }
    }

    fn set(&mut self, set: &'a SelectionSet) {
        for selection in &set.items {
            if self.variables.is_some_and(|variables| is_skipped(selection.node.directives(), variables)) {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => self.field(field),
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.fragments.get_key_value(&spread.node.fragment_name.node);
                    if let Some((name, fragment)) = fragment
                        && self.spread.insert(name)
                    {
                        self.set(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn field(&mut self, field: &Positioned<Field>) {
        match self.fields.entry(field.node.response_key().node.clone()) {
            Entry::Vacant(place) => {
                let mut field = field.clone();
                field.node.directives.retain(|directive| condition(directive).is_none());
                place.insert(field);
            }
            Entry::Occupied(mut known) => {
                let more = field.node.selection_set.node.items.iter().cloned();
                known.get_mut().node.selection_set.node.items.extend(more);
            }
        }
    }
}

fn is_named(field: &Field) -> bool {
    field.name.node != "__typename"
}

/// Whether a directive skips, or includes, when its condition is true.
fn condition(directive: &Positioned<Directive>) -> Option<bool> {
    match directive.node.name.node.as_str() {
        "skip" => Some(true),
        "include" => Some(false),
        _ => None,
    }
}

fn is_skipped(directives: &[Positioned<Directive>], variables: &Variables) -> bool {
    directives.iter().any(|directive| {
        condition(directive).is_some_and(|skips| {
            let given = directive.node.get_argument("if").map(|value| value.node.clone());
            let value = given.map(|value| value.into_const_with(|name| variables.get(&name).cloned().ok_or(())));
            (value == Some(Ok(Value::Boolean(true)))) == skips
        })
    })
}
