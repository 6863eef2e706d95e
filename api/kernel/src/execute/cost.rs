//! What an operation costs, counted as it will be run: fragments spread, equal keys merged, variables put in. One unit is
//! at most 0.1 ms of work and 5 kB of memory, server and database together; what each part of a statement takes was
//! measured (`docs/decisions/0021`), and `worst_request` of the tests looks for requests that take more.
//!
//! A selection costs by its **text**, once: the database plans each sub-select wherever it stands. It costs for **each**
//! row that carries it. And it costs for the **whole** of what lies behind it, as often as the same row may be met: places
//! under one another share no item, but a hundred items may all lead to one place.

use std::{collections::HashMap, convert::Infallible};

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{Field, FragmentDefinition, OperationDefinition, OperationType, Selection, SelectionSet},
};
use indexmap::IndexMap;

use super::{
    introspection,
    limits::{INTROSPECTION, Limits, PAGE, PAGE_MAX, PLAIN_LIST},
    structure::too_complex,
    types::{FieldType, Types, named},
    weight::{self, Weight},
};
use crate::{error::Result, say};

/// The fragments of a document.
pub(super) type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// What an operation may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    pub units: u64,
    pub introspection: u64,
    /// Whether variables change it.
    pub varies: bool,
}

impl Cost {
    /// With what it takes to read the text itself.
    pub fn with(self, size: u64) -> Self {
        Self { units: self.units.saturating_add(size), ..self }
    }

    /// Refuses what is above the limits.
    pub fn check(self, limits: &Limits) -> Result<()> {
        over("cost", self.units, limits.cost)?;
        over("introspection", self.introspection, INTROSPECTION)
    }
}

fn over(measure: &'static str, cost: u64, limit: u64) -> Result<()> {
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
    let fields = count.collect(&[&operation.selection_set.node], root);
    let per_field = if operation.ty == OperationType::Mutation { weight::ACT } else { weight::STATEMENT };
    let mut sum = Weight::default();
    for fields in fields.into_values() {
        let is_node = root == Some("Query") && fields[0].name.node == "node";
        sum += count.field(&fields, root, is_node);
        sum += per_field;
    }
    Cost { units: sum.units(), introspection: count.introspection, varies: count.varies }
}

type Known<'a> = HashMap<(Vec<*const SelectionSet>, Option<&'a str>), Weight>;

struct Count<'a> {
    fragments: &'a Fragments,
    variables: &'a Variables,
    types: &'a Types,
    known: Known<'a>,
    introspection: u64,
    varies: bool,
}

/// The fields under each key of an object.
type Selected<'a> = IndexMap<&'a Name, Vec<&'a Field>>;

impl<'a> Count<'a> {
    /// What `sets` ask of an object of the type, merged. Without a type everything is taken.
    fn collect(&self, sets: &[&'a SelectionSet], on: Option<&str>) -> Selected<'a> {
        let mut selected = Selected::new();
        sets.iter().for_each(|set| self.add(set, on, &mut selected));
        selected
    }

    fn add(&self, set: &'a SelectionSet, on: Option<&str>, into: &mut Selected<'a>) {
        let applies = |condition: &str| on.is_none_or(|on| self.types.is_a(on, condition));
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    into.entry(&field.node.response_key().node).or_default().push(&field.node);
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    if condition.is_none_or(|condition| applies(&condition.node.on.node)) {
                        self.add(&inline.node.selection_set.node, on, into);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.fragments.get(&spread.node.fragment_name.node)
                        && applies(&fragment.node.type_condition.node.on.node)
                    {
                        self.add(&fragment.node.selection_set.node, on, into);
                    }
                }
            }
        }
    }

    /// An object of the type; of an interface, whichever member it is. Where `one` member alone is read, the dearest.
    fn object(&mut self, sets: &[&'a SelectionSet], on: Option<&'a str>, one: bool) -> Weight {
        let members = on.map(|on| self.types.members(on)).unwrap_or_default();
        if members.is_empty() || is_common(sets) {
            return self.fields(sets, on);
        }
        let each = members.iter().map(|member| self.fields(sets, Some(member.as_str())));
        let each = each.collect::<Vec<_>>();
        each.into_iter().fold(Weight::default(), |all, member| if one { all.max(member) } else { all.beside(member) })
    }

    fn fields(&mut self, sets: &[&'a SelectionSet], on: Option<&'a str>) -> Weight {
        let key = (sets.iter().map(|set| std::ptr::from_ref(*set)).collect(), on);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let mut sum = Weight::default();
        for fields in self.collect(sets, on).into_values() {
            sum += self.field(&fields, on, false);
        }
        self.known.insert(key, sum);
        sum
    }

    fn field(&mut self, asked: &[&'a Field], on: Option<&'a str>, one: bool) -> Weight {
        let field = asked[0];
        let name = field.name.node.as_str();
        let sets = asked.iter().map(|field| &field.selection_set.node).collect::<Vec<_>>();
        if matches!(name, "__schema" | "__type") {
            let inside = introspection::count(&sets, self.fragments);
            self.introspection = self.introspection.saturating_add(inside);
            return weight::INTROSPECTED.times(inside);
        }
        let Some(ty) = on.and_then(|on| self.types.field(on, name)) else {
            return weight::SCALAR;
        };
        if field.selection_set.node.items.is_empty() {
            return weight::SCALAR + ty.weight;
        }
        if ty.is_connection() {
            let size = self.page_size(field, ty).unwrap_or(PAGE);
            let ordered = field.get_argument("orderBy").is_some();
            let rows = if ordered { ty.weight.ordered() } else { ty.weight };
            let rows = rows + self.conditions(field, ty);
            return self.page(&sets, ty, rows, size);
        }
        let inside = self.object(&sets, Some(ty.named.as_str()), one);
        let object = (weight::OBJECT + inside).met_anew();
        if !ty.list {
            return weight::SELECT + ty.weight + object;
        }
        let many = match self.ids(field, ty) {
            Some(ids) => ids,
            None => self.page_size(field, ty).unwrap_or(ty.most.unwrap_or(PLAIN_LIST)),
        };
        weight::SELECT + ty.weight + object.of_each(many)
    }

    /// A connection: its rows as often as they are asked for, and what must be read of the rest.
    fn page(&mut self, sets: &[&'a SelectionSet], ty: &'a FieldType, rows: Weight, size: u64) -> Weight {
        let mut sum = weight::SELECT;
        let mut read = false;
        for fields in self.collect(sets, Some(ty.named.as_str())).into_values() {
            let sets = fields.iter().map(|field| &field.selection_set.node).collect::<Vec<_>>();
            let name = fields[0].name.node.as_str();
            let inside = self.types.field(&ty.named, name).map(|ty| ty.named.as_str());
            // However many parts of a page are asked for, its rows are found once; and counted once.
            if name == "totalCount"
                || (!matches!(name, "__typename" | "stateCounts") && !std::mem::replace(&mut read, true))
            {
                sum += rows;
            }
            sum += match name {
                "nodes" => weight::ROWS + (weight::OBJECT + self.object(&sets, inside, false)).of_each(size),
                "edges" => {
                    let mut edge = Weight::default();
                    for fields in self.collect(&sets, inside).into_values() {
                        let sets = fields.iter().map(|field| &field.selection_set.node).collect::<Vec<_>>();
                        let name = fields[0].name.node.as_str();
                        let inside = inside.and_then(|on| self.types.field(on, name)).map(|ty| ty.named.as_str());
                        edge += if name == "node" {
                            weight::OBJECT + self.object(&sets, inside, false)
                        } else {
                            weight::SCALAR
                        };
                    }
                    weight::ROWS + (weight::OBJECT + edge).of_each(size)
                }
                "pageInfo" => weight::PAGE_INFO + weight::SCALAR.of_each(size),
                "totalCount" => weight::ROWS,
                "stateCounts" => {
                    // Each state may have to be looked for among all rows.
                    let states = self.types.field(&ty.named, name).and_then(|ty| ty.most).unwrap_or_default();
                    let object = weight::OBJECT + self.object(&sets, inside, false);
                    (weight::SELECT + rows).times(states) + object.of_each(states)
                }
                _ => weight::SCALAR,
            };
        }
        sum
    }

    /// The conditions that a list is given: each stands wherever its rows are looked for.
    fn conditions(&mut self, field: &Field, ty: &FieldType) -> Weight {
        let Some(input) = ty.arguments.get("filter") else { return Weight::default() };
        let Some(Value::Object(given)) = self.argument(field, ty, "filter") else { return Weight::default() };
        let given = given.into_iter().filter(|(_, value)| *value != Value::Null);
        given.map(|(name, _)| self.types.given(named(input), &name)).fold(Weight::default(), |all, one| all + one)
    }

    /// `first` or `last`; what is too large or negative counts as the nearest page that is served.
    fn page_size(&mut self, field: &Field, ty: &FieldType) -> Option<u64> {
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

/// Whether the sets ask only for fields of the interface itself, so that all members are read by one text.
fn is_common(sets: &[&SelectionSet]) -> bool {
    sets.iter().flat_map(|set| &set.items).all(|selection| match &selection.node {
        Selection::Field(field) => field.node.name.node != "__typename",
        Selection::InlineFragment(_) | Selection::FragmentSpread(_) => false,
    })
}
