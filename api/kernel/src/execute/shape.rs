//! The order and the nullability of an answer, as the selection and the schema have them. The GraphQL library resolves
//! fields as they come and leaves failed ones out; the specification wants selection order and `null`.

use std::sync::Arc;

use async_graphql::{
    Name,
    parser::types::{OperationDefinition, Selection, SelectionSet},
};

use super::{
    cost::Fragments,
    types::{FieldType, Types},
};

/// The keys of an object, in the order of the answer. Fragments on different types are laid over one another.
#[derive(Default)]
pub(super) struct Shape {
    pub keys: Vec<Key>,
}

/// One key of an object.
pub(super) struct Key {
    pub name: Name,
    /// The field's type; unknown for `__typename` and introspection.
    pub ty: Option<Arc<FieldType>>,
    pub inside: Shape,
}

impl Shape {
    pub fn of(operation: &OperationDefinition, fragments: &Fragments, types: &Types) -> Self {
        let mut shape = Self::default();
        let root = types.root(operation.ty).map(Name::as_str);
        Layer { fragments, types }.lay(&mut shape, &operation.selection_set.node, root);
        shape
    }

    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == *name)
    }

    /// Whether any error path may need it: an operation without keys has no data.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

struct Layer<'a> {
    fragments: &'a Fragments,
    types: &'a Types,
}

impl Layer<'_> {
    /// The document has passed the structure check: it is small and without cycles.
    fn lay(&self, shape: &mut Shape, set: &SelectionSet, on: Option<&str>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let name = &field.response_key().node;
                    let ty = on.and_then(|on| self.types.field(on, &field.name.node));
                    let at = shape.keys.iter().position(|key| key.name == *name).unwrap_or_else(|| {
                        shape.keys.push(Key { name: name.clone(), ty: ty.cloned(), inside: Shape::default() });
                        shape.keys.len() - 1
                    });
                    self.lay(&mut shape.keys[at].inside, &field.selection_set.node, ty.map(|ty| ty.named.as_str()));
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref().map(|c| c.node.on.node.as_str());
                    self.lay(shape, &inline.node.selection_set.node, condition.or(on));
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.fragments.get(&spread.node.fragment_name.node) {
                        let condition = fragment.node.type_condition.node.on.node.as_str();
                        self.lay(shape, &fragment.node.selection_set.node, Some(condition));
                    }
                }
            }
        }
    }
}
