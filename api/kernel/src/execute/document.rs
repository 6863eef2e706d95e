//! A document text, parsed, checked and validated once, ready to be run many times.

use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
    sync::Arc,
};

use async_graphql::{
    Name, Positioned, Variables,
    parser::{
        parse_query,
        types::{
            Directive, DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection,
            SelectionSet,
        },
    },
};

use super::{
    bounds::{self, Open},
    cost::{self, Cost, Fragments},
    limits::Limits,
    merge::{self, Root},
    overlap,
    said::Said,
    shape::Shape,
    structure::{self, Extent},
    text,
    types::Types,
    unseen, variables,
};
use crate::{
    error::{Code, Refusal},
    say,
};

/// The operations of a document; each can be run by itself.
pub(super) struct Document {
    operations: Vec<Arc<Operation>>,
}

/// One operation with all it needs to run.
pub(super) struct Operation {
    name: Option<Name>,
    pub kind: OperationType,
    /// This operation alone, with the document's fragments.
    pub document: ExecutableDocument,
    pub shape: Shape,
    /// What it costs without variables, and whether they change it.
    pub cost: Cost,
    pub extent: Extent,
    /// What it costs to read the text, in units.
    pub size: u64,
    pub root: Root,
    /// Arguments whose size is known with the variables.
    pub open: Vec<Open>,
    /// How often each variable stands in the text.
    pub uses: Vec<(Name, usize)>,
    /// Variables on which it depends what is left out.
    pub conditions: HashSet<Name>,
}

/// Bytes of a text, and selections with its fragments spread, that cost a unit.
const BYTES_FOR_A_UNIT: usize = 200;
const SELECTIONS_FOR_A_UNIT: usize = 20;

/// What keeps a text from becoming a [`Document`].
pub(super) enum Unfit {
    Refused(Refusal),
    Invalid(Vec<Said>),
}

impl From<Refusal> for Unfit {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Parses a text and checks it; `validate` is the library's own validation, which comes last.
pub(super) fn prepare(
    source: &str,
    types: &Types,
    limits: &Limits,
    validate: impl FnOnce(ExecutableDocument) -> Vec<Said>,
) -> Result<Document, Unfit> {
    if text::nesting(source).is_none() {
        let message = say!("查询的括号嵌套过深", "The brackets of the query are nested too deep");
        return Err(Refusal::new(Code::InvalidInput, message).into());
    }
    let document = parse_query(source).map_err(|error| Unfit::Invalid(vec![Said::syntax(&error)]))?;
    let extents = structure::check(&document, limits)?;
    for (_, operation) in document.operations.iter() {
        variables::check_declared(&operation.node.variable_definitions, types)?;
    }
    unseen::check_names(source)?;
    let said = validate(unseen::exposed(&document)?);
    if !said.is_empty() {
        return Err(Unfit::Invalid(said));
    }
    let ExecutableDocument { operations, fragments } = document;
    let operations = match operations {
        DocumentOperations::Single(operation) => vec![(None, operation)],
        DocumentOperations::Multiple(named) => named.into_iter().map(|(name, op)| (Some(name), op)).collect(),
    };
    let operations = operations.into_iter().map(|(name, operation)| {
        let extent = extents.get(&name).copied().unwrap_or_default();
        let size = (source.len() / BYTES_FOR_A_UNIT + extent.selections / SELECTIONS_FOR_A_UNIT) as u64;
        Operation::new(name, operation, &fragments, (extent, size), types, limits).map(Arc::new)
    });
    Ok(Document { operations: operations.collect::<Result<_, _>>()? })
}

impl Document {
    /// The operation that a request names, or the only one. The empty name names none.
    pub fn operation(&self, name: Option<&str>) -> Result<&Arc<Operation>, Refusal> {
        let name = name.filter(|name| !name.is_empty());
        let found = match name {
            Some(name) => self.operations.iter().find(|op| op.name.as_ref().is_some_and(|n| *n == *name)),
            None if self.operations.len() == 1 => self.operations.first(),
            None => None,
        };
        found
            .ok_or_else(|| match name {
                Some(name) => {
                    let name: String = name.chars().take(64).collect();
                    let message = say!("查询中没有名为 {name} 的操作", "The document has no operation named {name}");
                    Refusal::new(Code::InvalidInput, message)
                }
                None => Refusal::new(
                    Code::InvalidInput,
                    say!(
                        "查询含有多个操作，请用 operationName 指明",
                        "The document has several operations; name one by operationName"
                    ),
                ),
            })
            .map_err(|refusal| refusal.with("rule", "OPERATION"))
    }
}

impl Operation {
    fn new(
        name: Option<Name>,
        operation: Positioned<OperationDefinition>,
        fragments: &Fragments,
        (extent, size): (Extent, u64),
        types: &Types,
        limits: &Limits,
    ) -> Result<Self, Unfit> {
        let definition = &operation.node;
        overlap::check(definition, fragments, types)?;
        if definition.ty == OperationType::Subscription && merge::root_keys(definition, fragments) != 1 {
            return Err(one_root_field().into());
        }
        let Uses { counts, conditions, .. } = Uses::of(definition, fragments);
        let open = bounds::check(definition, fragments, types)?;
        let cost = cost::count(definition, fragments, &Default::default(), types).with(size);
        if !cost.varies {
            cost.check(limits)?;
        }
        Ok(Self {
            name,
            kind: definition.ty,
            shape: Shape::of(definition, fragments, types),
            cost,
            extent,
            size,
            root: Root::of(definition, fragments),
            open,
            uses: counts.into_iter().collect(),
            conditions,
            document: ExecutableDocument {
                operations: DocumentOperations::Single(operation),
                fragments: fragments.clone(),
            },
        })
    }

    pub fn definition(&self) -> &OperationDefinition {
        match &self.document.operations {
            DocumentOperations::Single(operation) => &operation.node,
            DocumentOperations::Multiple(_) => unreachable!("an operation is kept alone"),
        }
    }

    /// The document to run with these variables, and its root fields but `__typename`.
    pub fn to_run(&self, variables: &Variables) -> (ExecutableDocument, usize) {
        match self.root {
            Root::Plain(fields) => (self.document.clone(), fields),
            Root::Merged => merge::merged(&self.document, variables),
        }
    }

    /// Whether it asks for the schema itself.
    pub fn introspects(&self) -> bool {
        self.extent.introspection_depth > 0
    }
}

/// What a subscription is told that listens to nothing, or to several things.
pub(super) fn one_root_field() -> Refusal {
    Refusal::new(Code::InvalidInput, say!("订阅须恰好有一个根字段", "A subscription has exactly one root field"))
}

/// How each variable is used in an operation's text and in the fragments that it spreads.
struct Uses<'a> {
    fragments: &'a Fragments,
    spread: HashSet<&'a Name>,
    counts: HashMap<Name, usize>,
    conditions: HashSet<Name>,
}

impl<'a> Uses<'a> {
    fn of(operation: &'a OperationDefinition, fragments: &'a Fragments) -> Self {
        let (spread, counts, conditions) = Default::default();
        let mut uses = Self { fragments, spread, counts, conditions };
        uses.directives(&operation.directives);
        uses.set(&operation.selection_set.node);
        uses
    }

    fn set(&mut self, set: &'a SelectionSet) {
        for selection in &set.items {
            self.directives(selection.node.directives());
            match &selection.node {
                Selection::Field(field) => {
                    for (_, value) in &field.node.arguments {
                        let _ = value.node.clone().into_const_with(|name| self.count(name));
                    }
                    self.set(&field.node.selection_set.node);
                }
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.fragments.get_key_value(&spread.node.fragment_name.node);
                    if let Some((name, fragment)) = fragment
                        && self.spread.insert(name)
                    {
                        self.directives(&fragment.node.directives);
                        self.set(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        for (_, value) in directives.iter().flat_map(|d| &d.node.arguments) {
            let _ = value.node.clone().into_const_with(|name| {
                self.conditions.insert(name.clone());
                self.count(name)
            });
        }
    }

    fn count(&mut self, name: Name) -> Result<async_graphql::Value, Infallible> {
        *self.counts.entry(name).or_default() += 1;
        Ok(async_graphql::Value::Null)
    }
}
