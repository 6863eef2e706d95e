//! Whether all that falls under one key of an answer can be answered as one. The library looks at each selection by
//! itself and tells a fragment's fields from the others; the specification looks at all that will be merged.

use std::{collections::HashSet, ptr};

use async_graphql::{
    Name,
    parser::types::{BaseType, Field, OperationDefinition, Selection, SelectionSet, Type},
};
use indexmap::IndexMap;

use super::{cost::Fragments, types::Types};
use crate::{
    error::{Code, Refusal, Result},
    say,
};

/// Refuses fields that share a key and cannot be merged.
pub(super) fn check(operation: &OperationDefinition, fragments: &Fragments, types: &Types) -> Result<()> {
    let root = types.root(operation.ty).map(Name::as_str);
    Overlap { fragments, types }.sets(vec![(root, &operation.selection_set.node)])
}

/// A field on the type that its selection stands on.
#[derive(Clone, Copy)]
struct Placed<'a> {
    on: Option<&'a str>,
    field: &'a Field,
}

struct Overlap<'a> {
    fragments: &'a Fragments,
    types: &'a Types,
}

struct Level<'a> {
    keys: IndexMap<&'a Name, Vec<Placed<'a>>>,
    spread: HashSet<&'a Name>,
}

impl<'a> Overlap<'a> {
    /// All selections that may be merged into one object. What stands under different object types and is itself of one
    /// type is held to agree too: a little stricter than the specification, and one walk instead of one for each type.
    fn sets(&self, sets: Vec<(Option<&'a str>, &'a SelectionSet)>) -> Result<()> {
        let mut level = Level { keys: IndexMap::new(), spread: HashSet::new() };
        for (on, set) in sets {
            self.collect(on, set, &mut level);
        }
        for (key, placed) in level.keys {
            self.agree(key, &placed)?;
            let below = placed.iter().filter(|one| !one.field.selection_set.node.items.is_empty());
            let below = below.map(|one| (self.type_inside(*one), &one.field.selection_set.node)).collect::<Vec<_>>();
            if !below.is_empty() {
                self.sets(below)?;
            }
        }
        Ok(())
    }

    fn collect(&self, on: Option<&'a str>, set: &'a SelectionSet, level: &mut Level<'a>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let placed = Placed { on, field: &field.node };
                    level.keys.entry(&field.node.response_key().node).or_default().push(placed);
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref().map(|c| c.node.on.node.as_str());
                    self.collect(condition.or(on), &inline.node.selection_set.node, level);
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.fragments.get_key_value(&spread.node.fragment_name.node);
                    if let Some((name, fragment)) = fragment
                        && level.spread.insert(name)
                    {
                        let condition = fragment.node.type_condition.node.on.node.as_str();
                        self.collect(Some(condition), &fragment.node.selection_set.node, level);
                    }
                }
            }
        }
    }

    /// Compares each field with one of each type before it.
    fn agree(&self, key: &Name, placed: &[Placed<'a>]) -> Result<()> {
        let mut known: Vec<Placed<'_>> = Vec::new();
        for one in placed {
            for other in &known {
                if ptr::eq(one.field, other.field) {
                    continue;
                }
                // No object is of two object types, so that their fields never meet.
                let meet = one.on == other.on || self.is_abstract(*one) || self.is_abstract(*other);
                if meet && (one.field.name.node != other.field.name.node || !same_arguments(one.field, other.field)) {
                    return Err(conflict(key, one.field, other.field));
                }
                if let (Some(a), Some(b)) = (self.type_of(*one), self.type_of(*other))
                    && !self.same_shape(a, b)
                {
                    return Err(conflict(key, one.field, other.field));
                }
            }
            if known.iter().all(|other| other.on != one.on) {
                known.push(*one);
            }
        }
        Ok(())
    }

    fn is_abstract(&self, placed: Placed<'_>) -> bool {
        placed.on.is_some_and(|on| self.types.is_abstract(on))
    }

    fn type_of(&self, placed: Placed<'_>) -> Option<&'a Type> {
        self.types.field(placed.on?, &placed.field.name.node).map(|field| &field.ty)
    }

    fn type_inside(&self, placed: Placed<'_>) -> Option<&'a str> {
        self.types.field(placed.on?, &placed.field.name.node).map(|field| field.named.as_str())
    }

    fn same_shape(&self, a: &Type, b: &Type) -> bool {
        a.nullable == b.nullable
            && match (&a.base, &b.base) {
                (BaseType::List(a), BaseType::List(b)) => self.same_shape(a, b),
                (BaseType::Named(a), BaseType::Named(b)) => {
                    a == b || (self.types.is_composite(a) && self.types.is_composite(b))
                }
                _ => false,
            }
    }
}

fn same_arguments(a: &Field, b: &Field) -> bool {
    a.arguments.len() == b.arguments.len()
        && a.arguments.iter().all(|(name, value)| b.get_argument(&name.node).is_some_and(|v| v.node == value.node))
}

fn conflict(key: &Name, one: &Field, other: &Field) -> Refusal {
    let short = |name: &Name| name.chars().take(64).collect::<String>();
    let (key, one, other) = (short(key), short(&one.name.node), short(&other.name.node));
    let message = if one == other {
        say!(
            "“{key}”出现多次而参数或类型不同，请改用别名",
            "\"{key}\" is asked for twice with other arguments or of another type; use aliases"
        )
    } else {
        say!("“{key}”既指 {other} 又指 {one}，请改用别名", "\"{key}\" stands for both {other} and {one}; use aliases")
    };
    Refusal::new(Code::InvalidInput, message).with("rule", "DIFFERENT_FIELDS")
}
