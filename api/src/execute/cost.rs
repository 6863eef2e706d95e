//! How many objects an answer may hold at most: one per object, page sizes multiply. Edges, the `nodes` wrapper, page
//! info and scalars are free. Fragments are counted once per type they are spread on.

use std::{collections::HashMap, convert::Infallible};

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet},
};

use super::{
    limits::{INTROSPECTION, INTROSPECTION_LISTS, Limits, PAGE, PAGE_MAX, PLAIN_LIST},
    structure::too_complex,
    types::{FieldType, Types},
};
use crate::{error::Result, say};

/// The fragments of a document.
pub(super) type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// What an operation may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    pub objects: u64,
    pub introspection: u64,
    /// Whether variables change it.
    pub varies: bool,
}

impl Cost {
    /// Refuses what is above the limits.
    pub fn check(self, limits: &Limits) -> Result<()> {
        over("cost", self.objects, limits.cost)?;
        over("introspection", self.introspection, INTROSPECTION)
    }
}

fn over(measure: &str, cost: u64, limit: u64) -> Result<()> {
    if cost <= limit {
        return Ok(());
    }
    let message = say!(
        "查询过于复杂：代价 {cost}，上限 {limit}；请减少 first 或分开查询",
        "The query is too complex: cost {cost}, at most {limit}; ask for smaller pages or in parts"
    );
    Err(too_complex(measure, message, cost, limit))
}

/// Counts an operation with the variables it is run with.
pub(super) fn count(
    operation: &OperationDefinition,
    fragments: &Fragments,
    variables: &Variables,
    types: &Types,
) -> Cost {
    let mut count = Count { fragments, variables, types, known: HashMap::new(), introspection: 0, varies: false };
    let root = types.root(operation.ty).map(Name::as_str);
    let objects = count.set(&operation.selection_set.node, Parent::Type(root));
    Cost { objects, introspection: count.introspection, varies: count.varies }
}

/// Inside what a selection stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Parent<'a> {
    Type(Option<&'a str>),
    /// A connection or its edges: what they hold comes this many times.
    Page(&'a str, u64),
    /// Under `__schema` or `__type`, with this many lists of members around it.
    Introspection(u8),
}

struct Count<'a> {
    fragments: &'a Fragments,
    variables: &'a Variables,
    types: &'a Types,
    known: HashMap<(&'a Name, Parent<'a>), u64>,
    introspection: u64,
    varies: bool,
}

impl<'a> Count<'a> {
    fn set(&mut self, set: &'a SelectionSet, parent: Parent<'a>) -> u64 {
        let mut sum = 0_u64;
        for selection in &set.items {
            sum = sum.saturating_add(match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent),
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map(|c| c.node.on.node.as_str());
                    self.set(&inline.node.selection_set.node, narrowed(parent, on))
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node, parent),
            });
        }
        sum
    }

    fn fragment(&mut self, name: &Name, parent: Parent<'a>) -> u64 {
        let Some((name, fragment)) = self.fragments.get_key_value(name) else { return 0 };
        let parent = narrowed(parent, Some(&fragment.node.type_condition.node.on.node));
        if let Some(known) = self.known.get(&(name, parent)) {
            return *known;
        }
        let cost = self.set(&fragment.node.selection_set.node, parent);
        self.known.insert((name, parent), cost);
        cost
    }

    fn field(&mut self, field: &'a Field, parent: Parent<'a>) -> u64 {
        let set = &field.selection_set.node;
        let name = field.name.node.as_str();
        if set.items.is_empty() {
            return 0;
        }
        if let Parent::Introspection(lists) = parent {
            let (factor, deeper) = introspection_list(name);
            let lists = lists + deeper;
            if lists > INTROSPECTION_LISTS {
                return u64::MAX;
            }
            return factor.saturating_mul(self.set(set, Parent::Introspection(lists)).saturating_add(1));
        }
        if matches!(name, "__schema" | "__type") {
            let inside = self.set(set, Parent::Introspection(0));
            self.introspection = self.introspection.saturating_add(inside);
            return 1;
        }
        let on = match parent {
            Parent::Type(on) => on,
            Parent::Page(on, _) => Some(on),
            Parent::Introspection(_) => None,
        };
        let Some(ty) = on.and_then(|on| self.types.field(on, name)) else {
            return self.set(set, Parent::Type(None)).saturating_add(1);
        };
        let inside = Parent::Type(Some(ty.named.as_str()));
        if let Parent::Page(_, size) = parent {
            return match name {
                "pageInfo" => 0,
                "edges" => self.set(set, Parent::Page(&ty.named, size)),
                "node" | "nodes" => size.saturating_mul(self.set(set, inside).saturating_add(1)),
                _ => self.set(set, inside).saturating_add(1),
            };
        }
        if ty.is_connection() {
            let size = self.page(field, ty).unwrap_or(PAGE);
            return self.set(set, Parent::Page(&ty.named, size));
        }
        let many = if ty.list { self.ids(field, ty).or_else(|| self.page(field, ty)).unwrap_or(PLAIN_LIST) } else { 1 };
        many.saturating_mul(self.set(set, inside).saturating_add(1))
    }

    /// `first` or `last`; what is too large or negative counts as the nearest page that is served.
    fn page(&mut self, field: &Field, ty: &FieldType) -> Option<u64> {
        let sizes = ["first", "last"].map(|name| match self.argument(field, ty, name)? {
            Value::Number(n) => Some(n.as_u64().unwrap_or(1).clamp(1, PAGE_MAX)),
            _ => None,
        });
        sizes.into_iter().flatten().max()
    }

    fn ids(&mut self, field: &Field, ty: &FieldType) -> Option<u64> {
        Some(match self.argument(field, ty, "ids")? {
            Value::List(ids) => ids.len() as u64,
            Value::Null => 0,
            _ => 1,
        })
    }

    fn argument(&mut self, field: &Field, ty: &FieldType, name: &str) -> Option<Value> {
        let Some(argument) = field.get_argument(name) else { return ty.defaults.get(name).cloned() };
        let mut known = true;
        let value = argument.node.clone().into_const_with(|name| {
            self.varies = true;
            let value = self.variables.get(&name).cloned();
            known &= value.is_some();
            Ok::<_, Infallible>(value.unwrap_or_default())
        });
        value.ok().filter(|_| known)
    }
}

fn narrowed<'a>(parent: Parent<'a>, on: Option<&'a str>) -> Parent<'a> {
    match (parent, on) {
        (Parent::Type(_), Some(on)) => Parent::Type(Some(on)),
        (other, _) => other,
    }
}

/// How far a list of introspection multiplies, and whether it leads from types to types: those multiply without end.
fn introspection_list(field: &str) -> (u64, u8) {
    match field {
        "fields" | "inputFields" | "interfaces" | "possibleTypes" => (PLAIN_LIST, 1),
        "enumValues" | "directives" => (PLAIN_LIST, 0),
        "args" => (3, 0),
        _ => (1, 0),
    }
}
