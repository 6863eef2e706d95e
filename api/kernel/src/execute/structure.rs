//! The linear check of a parsed document, before anything else walks it. Each fragment is measured once, so that
//! fragments which spread each other many times cost what their text costs.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet},
};

use super::limits::{ARGUMENTS, DIRECTIVES, Limits, NESTING, SELECTIONS, VARIABLES};
use crate::{
    error::{Code, Message, Refusal, Result},
    say, telemetry,
};

/// What a selection holds with its fragments expanded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Extent {
    /// Levels of fields, leaves included.
    pub depth: usize,
    /// The same below `__schema` and `__type`, they included.
    pub introspection_depth: usize,
    /// Levels of fields, spreads and inline fragments.
    pub nesting: usize,
    /// All selections.
    pub selections: usize,
    /// Fields of the outermost level, as written.
    pub fields: usize,
}

impl Extent {
    fn join(&mut self, other: Self) {
        self.depth = self.depth.max(other.depth);
        self.introspection_depth = self.introspection_depth.max(other.introspection_depth);
        self.nesting = self.nesting.max(other.nesting);
        self.selections = self.selections.saturating_add(other.selections);
        self.fields = self.fields.saturating_add(other.fields);
    }

    /// One level further out, around a spread or an inline fragment.
    fn inside_fragment(self) -> Self {
        Self { nesting: self.nesting + 1, selections: self.selections.saturating_add(1), ..self }
    }
}

/// Refuses a document that is too large in any way; gives the extent of each operation otherwise.
pub(super) fn check(document: &ExecutableDocument, limits: &Limits) -> Result<HashMap<Option<Name>, Extent>> {
    within("operations", ("操作数量", "operations"), document.operations.iter().len(), limits.operations)?;
    let mut survey = Survey { document, fragments: HashMap::new(), aliases: 0, directives: 0 };
    let mut total = 0_usize;
    for name in document.fragments.keys() {
        total = total.saturating_add(survey.fragment(name, 0)?.selections);
    }
    let mut operations = HashMap::new();
    let mut variables = 0;
    for (name, operation) in document.operations.iter() {
        survey.directives(&operation.node.directives)?;
        variables += operation.node.variable_definitions.len();
        for variable in &operation.node.variable_definitions {
            survey.directives += variable.node.directives.len();
        }
        let extent = survey.set(&operation.node.selection_set.node, 0)?;
        total = total.saturating_add(extent.selections);
        within("depth", ("查询深度", "levels of fields"), extent.depth, limits.depth)?;
        let deepest = limits.introspection_depth;
        within("depth", ("内省深度", "levels of introspection"), extent.introspection_depth, deepest)?;
        within("rootFields", ("根字段数量", "root fields"), extent.fields, limits.root_fields)?;
        within("nesting", ("嵌套层数", "levels of nesting"), extent.nesting, NESTING)?;
        operations.insert(name.cloned(), extent);
    }
    within("aliases", ("别名数量", "aliases"), survey.aliases, limits.aliases)?;
    within("variables", ("变量数量", "variables"), variables, VARIABLES)?;
    within("directives", ("指令数量", "directives"), survey.directives, DIRECTIVES)?;
    within("selections", ("展开后的字段数量", "selections with fragments expanded"), total, SELECTIONS)?;
    Ok(operations)
}

fn within(measure: &'static str, words: (&str, &str), found: usize, limit: usize) -> Result<()> {
    if found <= limit {
        return Ok(());
    }
    let (zh, en) = words;
    let message =
        say!("查询过于复杂：{zh}为 {found}，上限 {limit}", "The query is too complex: {found} {en}, at most {limit}");
    Err(too_complex(measure, message, found as u64, limit as u64))
}

/// A refusal that says what was measured, how much it is and how much it may be.
pub(super) fn too_complex(measure: &'static str, message: Message, cost: u64, limit: u64) -> Refusal {
    telemetry::too_complex(measure, cost, limit);
    Refusal::new(Code::QueryTooComplex, message).with("measure", measure).with("cost", cost).with("limit", limit)
}

struct Survey<'a> {
    document: &'a ExecutableDocument,
    /// `None` while a fragment is being measured: to meet it again then is a cycle.
    fragments: HashMap<&'a Name, Option<Extent>>,
    aliases: usize,
    directives: usize,
}

impl<'a> Survey<'a> {
    fn fragment(&mut self, name: &Name, level: usize) -> Result<Extent> {
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Ok(Extent::default()); // unknown fragments are for validation to name
        };
        match self.fragments.get(name) {
            Some(Some(extent)) => return Ok(*extent),
            Some(None) => return Err(cycle(name)),
            None => {}
        }
        self.fragments.insert(name, None);
        self.directives(&fragment.node.directives)?;
        let extent = self.set(&fragment.node.selection_set.node, level)?;
        self.fragments.insert(name, Some(extent));
        Ok(extent)
    }

    fn set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Extent> {
        within("nesting", ("嵌套层数", "levels of nesting"), level, NESTING)?;
        let mut sum = Extent::default();
        for selection in &set.items {
            let extent = match &selection.node {
                Selection::Field(field) => self.field(&field.node, level)?,
                Selection::InlineFragment(inline) => {
                    self.directives(&inline.node.directives)?;
                    self.set(&inline.node.selection_set.node, level + 1)?.inside_fragment()
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.node.directives)?;
                    self.fragment(&spread.node.fragment_name.node, level + 1)?.inside_fragment()
                }
            };
            sum.join(extent);
        }
        Ok(sum)
    }

    fn field(&mut self, field: &'a Field, level: usize) -> Result<Extent> {
        self.aliases += usize::from(field.alias.is_some());
        within("arguments", ("参数数量", "arguments"), field.arguments.len(), ARGUMENTS)?;
        self.directives(&field.directives)?;
        let inner = self.set(&field.selection_set.node, level + 1)?;
        let name = field.name.node.as_str();
        let deepest = 1 + inner.depth.max(inner.introspection_depth);
        let introspection = matches!(name, "__schema" | "__type");
        Ok(Extent {
            depth: if introspection { 0 } else { 1 + inner.depth },
            introspection_depth: match (introspection, inner.introspection_depth) {
                (true, _) => deepest,
                (false, 0) => 0,
                (false, below) => 1 + below,
            },
            nesting: 1 + inner.nesting,
            selections: inner.selections.saturating_add(1),
            fields: 1,
        })
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) -> Result<()> {
        self.directives += directives.len();
        for directive in directives {
            within("arguments", ("参数数量", "arguments"), directive.node.arguments.len(), ARGUMENTS)?;
        }
        Ok(())
    }
}

fn cycle(name: &Name) -> Refusal {
    let name: String = name.chars().take(64).collect();
    Refusal::new(
        Code::InvalidInput,
        say!("片段 {name} 直接或间接地引用了自身", "Fragment {name} spreads itself, directly or through others"),
    )
    .with("rule", "FRAGMENT")
}
