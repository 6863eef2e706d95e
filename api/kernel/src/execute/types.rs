//! What the schema says about types, read once from its own text: for cost, variables and the nulls of an answer.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_graphql::{
    Name, Value,
    parser::{
        parse_schema,
        types::{BaseType, FieldDefinition, InputValueDefinition, OperationType, Type, TypeKind, TypeSystemDefinition},
    },
};

use super::weight::Weight;
use crate::error::{Refusal, Result};

/// Decides whether a value is good for a scalar of our own.
pub type ScalarCheck = fn(&Value) -> bool;

/// The types of a schema.
#[derive(Default)]
pub(super) struct Types {
    composite: HashMap<Name, HashMap<Name, Arc<FieldType>>>,
    /// Interfaces and unions, with the objects they may be.
    abstract_types: HashMap<Name, Vec<Name>>,
    inputs: HashMap<Name, Input>,
    /// What fields of inputs cost where they are given, by `@cost`.
    given: HashMap<Name, HashMap<Name, Weight>>,
    roots: [Option<Name>; 3],
}

/// A field of an object or interface.
pub(super) struct FieldType {
    pub ty: Type,
    /// The name inside all lists.
    pub named: Name,
    pub list: bool,
    /// Types of its arguments.
    pub arguments: HashMap<Name, Type>,
    /// Default values of its arguments.
    pub defaults: HashMap<Name, Value>,
    /// What it costs beyond what its kind does, by `@cost`.
    pub weight: Weight,
    /// How many a list holds at most, by `@listSize`.
    pub most: Option<u64>,
}

/// A type that a variable may have.
pub(super) enum Input {
    Scalar(Option<ScalarCheck>),
    Enum(HashSet<Name>),
    Object { fields: HashMap<Name, (Type, bool)>, one_of: bool },
}

impl Types {
    /// Reads the schema's text; `scalars` are the checks of our own scalars, by name.
    pub fn read(sdl: &str, scalars: &[(&str, ScalarCheck)]) -> Result<Self> {
        let document = parse_schema(sdl).map_err(|e| Refusal::internal(format!("the schema cannot be read: {e}")))?;
        let mut types = Self { roots: [Some(Name::new("Query")), None, None], ..Self::default() };
        for (name, check) in [
            ("Int", is_int as ScalarCheck),
            ("Float", |v| matches!(v, Value::Number(_))),
            ("String", |v| matches!(v, Value::String(_))),
            ("Boolean", |v| matches!(v, Value::Boolean(_))),
            ("ID", |v| matches!(v, Value::String(_)) || is_int(v)),
        ] {
            types.inputs.insert(Name::new(name), Input::Scalar(Some(check)));
        }
        for definition in document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let schema = schema.node;
                    types.roots = [schema.query, schema.mutation, schema.subscription].map(|n| n.map(|n| n.node));
                }
                TypeSystemDefinition::Type(ty) => {
                    types.add(ty.node.name.node, ty.node.kind, &ty.node.directives, scalars)
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(types)
    }

    fn add(&mut self, name: Name, kind: TypeKind, directives: &Directives, scalars: &[(&str, ScalarCheck)]) {
        match kind {
            TypeKind::Scalar => {
                let check = scalars.iter().find(|(scalar, _)| *scalar == name.as_str()).map(|(_, check)| *check);
                self.inputs.insert(name, Input::Scalar(check));
            }
            TypeKind::Enum(ty) => {
                let values = ty.values.into_iter().map(|v| v.node.value.node).collect();
                self.inputs.insert(name, Input::Enum(values));
            }
            TypeKind::InputObject(ty) => {
                let weights = ty.fields.iter().map(|f| (f.node.name.node.clone(), declared(&f.node.directives)));
                let weights = weights.filter(|(_, weight)| *weight != Weight::default()).collect();
                self.given.insert(name.clone(), weights);
                let fields = ty.fields.into_iter().map(|f| input_field(f.node)).collect();
                let one_of = directives.iter().any(|d| d.node.name.node == "oneOf");
                self.inputs.insert(name, Input::Object { fields, one_of });
            }
            TypeKind::Object(ty) => {
                for interface in ty.implements {
                    self.abstract_types.entry(interface.node).or_default().push(name.clone());
                }
                self.add_fields(name, ty.fields);
            }
            TypeKind::Interface(ty) => {
                self.abstract_types.entry(name.clone()).or_default();
                self.add_fields(name, ty.fields);
            }
            TypeKind::Union(ty) => {
                self.abstract_types.entry(name.clone()).or_default().extend(ty.members.into_iter().map(|m| m.node));
                self.add_fields(name, Vec::new());
            }
        }
    }

    fn add_fields(&mut self, name: Name, fields: Vec<async_graphql::Positioned<FieldDefinition>>) {
        let fields = fields.into_iter().map(|f| (f.node.name.node.clone(), Arc::new(FieldType::new(f.node))));
        self.composite.entry(name).or_default().extend(fields);
    }

    pub fn root(&self, operation: OperationType) -> Option<&Name> {
        self.roots[operation as usize].as_ref()
    }

    pub fn field(&self, on: &str, name: &str) -> Option<&Arc<FieldType>> {
        self.composite.get(on)?.get(name)
    }

    /// Whether it is an interface or a union.
    pub fn is_abstract(&self, name: &str) -> bool {
        self.abstract_types.contains_key(name)
    }

    /// The objects that an interface or union may be; none for an object.
    pub fn members(&self, name: &str) -> &[Name] {
        self.abstract_types.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether an object of the type `name` is one of `condition`.
    pub fn is_a(&self, name: &str, condition: &str) -> bool {
        name == condition || self.members(condition).iter().any(|member| *member == *name)
    }

    /// Whether it has fields of its own or those of its members.
    pub fn is_composite(&self, name: &str) -> bool {
        self.composite.contains_key(name)
    }

    /// What a field of an input costs where it is given.
    pub fn given(&self, input: &str, field: &str) -> Weight {
        self.given.get(input).and_then(|fields| fields.get(field)).copied().unwrap_or_default()
    }

    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.get(name)
    }
}

impl FieldType {
    fn new(field: FieldDefinition) -> Self {
        let ty = field.ty.node;
        let arguments = field.arguments.iter().map(|a| (a.node.name.node.clone(), a.node.ty.node.clone())).collect();
        let defaults = field.arguments.into_iter().filter_map(|argument| {
            let argument = argument.node;
            argument.default_value.map(|value| (argument.name.node, value.node))
        });
        Self {
            named: named(&ty).clone(),
            list: matches!(ty.base, BaseType::List(_)),
            arguments,
            defaults: defaults.collect(),
            weight: declared(&field.directives),
            most: figure(&field.directives, "listSize", "assumedSize"),
            ty,
        }
    }

    pub fn is_connection(&self) -> bool {
        !self.list && self.named.as_str().ends_with("Connection")
    }
}

type Directives = [async_graphql::Positioned<async_graphql::parser::types::ConstDirective>];

/// What `@cost` says.
fn declared(directives: &Directives) -> Weight {
    let cost = |part| figure(directives, "cost", part).unwrap_or_default();
    Weight::declared(cost("text"), cost("each"), cost("whole"))
}

fn figure(directives: &Directives, directive: &str, argument: &str) -> Option<u64> {
    let directive = directives.iter().find(|found| found.node.name.node == directive)?;
    match &directive.node.get_argument(argument)?.node {
        Value::Number(figure) => figure.as_u64(),
        _ => None,
    }
}

fn input_field(field: InputValueDefinition) -> (Name, (Type, bool)) {
    let required = !field.ty.node.nullable && field.default_value.is_none();
    (field.name.node, (field.ty.node, required))
}

fn is_int(value: &Value) -> bool {
    matches!(value, Value::Number(n) if n.is_i64() || n.is_u64())
}

/// The name inside all lists of a type.
pub(super) fn named(ty: &Type) -> &Name {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}
