//! The fields a client asked of one object, merged over fragments and repeated keys, in the order they were asked.

use async_graphql::{
    Context, Positioned,
    parser::types::{Field, Selection, SelectionSet},
};
use indexmap::IndexMap;

/// The fields under each response key; the same key may stand in several places whose selections are merged.
pub(super) type Selected<'a> = IndexMap<&'a str, Vec<&'a Positioned<Field>>>;

/// Collects what `sets` ask of an object of type `name` with these interfaces.
pub(super) fn collect<'a>(
    ctx: &Context<'a>,
    name: &str,
    interfaces: &[&str],
    sets: &[&'a SelectionSet],
) -> Selected<'a> {
    let mut selected = IndexMap::new();
    for set in sets {
        add(ctx, name, interfaces, set, &mut selected);
    }
    selected
}

fn add<'a>(ctx: &Context<'a>, name: &str, interfaces: &[&str], set: &'a SelectionSet, into: &mut Selected<'a>) {
    let applies = |condition: &str| condition == name || interfaces.contains(&condition);
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                into.entry(field.node.response_key().node.as_str()).or_default().push(field);
            }
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                if condition.is_none_or(|condition| applies(&condition.node.on.node)) {
                    add(ctx, name, interfaces, &fragment.node.selection_set.node, into);
                }
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = ctx.query_env.fragments.get(&spread.node.fragment_name.node)
                    && applies(&fragment.node.type_condition.node.on.node)
                {
                    add(ctx, name, interfaces, &fragment.node.selection_set.node, into);
                }
            }
        }
    }
}

/// The selections under all occurrences of a key.
pub(super) fn sub_selections<'a>(fields: &[&'a Positioned<Field>]) -> Vec<&'a SelectionSet> {
    fields.iter().map(|field| &field.node.selection_set.node).collect()
}

/// Whether the sets ask only for fields of the interface itself, so that every member reads the same.
pub(super) fn is_common(sets: &[&SelectionSet]) -> bool {
    sets.iter().flat_map(|set| &set.items).all(|selection| match &selection.node {
        Selection::Field(field) => field.node.name.node != "__typename",
        Selection::InlineFragment(_) | Selection::FragmentSpread(_) => false,
    })
}
