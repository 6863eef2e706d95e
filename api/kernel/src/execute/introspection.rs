//! How many objects of the schema an introspection names at most, for each type that there is.

use async_graphql::parser::types::{Field, Selection, SelectionSet};

use super::{
    cost::Fragments,
    limits::{INTROSPECTION_LISTS, PLAIN_LIST},
};

/// Counts what stands under `__schema` or `__type`.
pub(super) fn count(sets: &[&SelectionSet], fragments: &Fragments) -> u64 {
    sets.iter().fold(0, |sum: u64, at| sum.saturating_add(set(at, fragments, 0)))
}

/// `lists`: lists of members around it.
fn set(set: &SelectionSet, fragments: &Fragments, lists: u8) -> u64 {
    let each = set.items.iter().map(|selection| match &selection.node {
        Selection::Field(at) => field(&at.node, fragments, lists),
        Selection::InlineFragment(inline) => self::set(&inline.node.selection_set.node, fragments, lists),
        Selection::FragmentSpread(spread) => fragments
            .get(&spread.node.fragment_name.node)
            .map_or(0, |fragment| self::set(&fragment.node.selection_set.node, fragments, lists)),
    });
    each.fold(0, u64::saturating_add)
}

fn field(field: &Field, fragments: &Fragments, lists: u8) -> u64 {
    let inside = &field.selection_set.node;
    if inside.items.is_empty() {
        return 0;
    }
    let (factor, deeper) = list(&field.name.node);
    let lists = lists + deeper;
    if lists > INTROSPECTION_LISTS {
        return u64::MAX;
    }
    factor.saturating_mul(set(inside, fragments, lists).saturating_add(1))
}

/// How far a list multiplies, and whether it leads from types to types: those multiply without end.
fn list(field: &str) -> (u64, u8) {
    match field {
        "fields" | "inputFields" | "interfaces" | "possibleTypes" => (PLAIN_LIST, 1),
        "enumValues" | "directives" => (PLAIN_LIST, 0),
        "args" => (3, 0),
        _ => (1, 0),
    }
}
