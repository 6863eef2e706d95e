//! The schema as the search needs it: which fields lead where, and values for their arguments.

use std::collections::HashMap;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, Type, TypeKind, TypeSystemDefinition},
};
use rand::{Rng as _, rngs::StdRng, seq::IndexedRandom as _};

/// Ids and codes of the data at hand, by which requests reach it.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub ids: Vec<String>,
    pub codes: Vec<String>,
}

pub(super) struct Field {
    pub name: String,
    pub of: String,
    pub arguments: Vec<(String, String)>,
}

pub(super) struct Schema {
    pub objects: HashMap<String, Vec<Field>>,
    /// The objects that an interface may be.
    pub members: HashMap<String, Vec<String>>,
    enums: HashMap<String, Vec<String>>,
    inputs: HashMap<String, Vec<(String, String)>>,
    pub known: Known,
}

impl Schema {
    pub fn read(sdl: &str, known: Known) -> Self {
        let document = parse_schema(sdl).expect("the schema of the service");
        let (objects, members, enums, inputs) = Default::default();
        let mut schema = Self { objects, members, enums, inputs, known };
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let fields = match definition.node.kind {
                TypeKind::Object(object) => {
                    for interface in object.implements {
                        schema.members.entry(interface.node.to_string()).or_default().push(name.clone());
                    }
                    object.fields
                }
                TypeKind::Interface(interface) => interface.fields,
                TypeKind::Enum(values) => {
                    let values = values.values.into_iter().map(|value| value.node.value.node.to_string());
                    schema.enums.insert(name, values.collect());
                    continue;
                }
                TypeKind::InputObject(input) => {
                    let fields = input.fields.into_iter();
                    let fields = fields.map(|f| (f.node.name.node.to_string(), named(&f.node.ty.node)));
                    schema.inputs.insert(name, fields.collect());
                    continue;
                }
                _ => continue,
            };
            let fields = fields.into_iter().map(|field| Field {
                name: field.node.name.node.to_string(),
                of: named(&field.node.ty.node),
                arguments: field.node.arguments.into_iter().map(argument).collect(),
            });
            schema.objects.insert(name, fields.collect());
        }
        schema
    }

    /// Arguments of a field: those that it needs, a page of some size, and now and then a condition or an order.
    pub fn arguments(&self, field: &Field, chance: &mut StdRng) -> String {
        let mut given = Vec::new();
        for (name, of) in &field.arguments {
            let needed = of.ends_with('!');
            let value = match name.as_str() {
                "first" => chance.random_bool(0.8).then(|| self.size(chance)),
                "ids" => Some(self.some_ids(chance)),
                "after" | "before" | "last" => None,
                _ if needed || chance.random_bool(0.35) => self.value(name, of.trim_end_matches('!'), chance),
                _ => None,
            };
            given.extend(value.map(|value| format!("{name}: {value}")));
        }
        if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) }
    }

    fn size(&self, chance: &mut StdRng) -> String {
        [1, 1, 2, 5, 10, 20, 50, 100].choose(chance).unwrap_or(&1).to_string()
    }

    fn some_ids(&self, chance: &mut StdRng) -> String {
        let count = *[1, 5, 20, 100].choose(chance).unwrap_or(&1);
        let ids: Vec<_> = match chance.random_bool(0.2) {
            true => vec![self.known.ids.choose(chance).cloned().unwrap_or_default(); count],
            false => self.known.ids.choose_multiple(chance, count).cloned().collect(),
        };
        format!("{ids:?}")
    }

    fn value(&self, name: &str, of: &str, chance: &mut StdRng) -> Option<String> {
        if let Some(values) = self.enums.get(of) {
            return values.choose(chance).cloned();
        }
        if let Some(fields) = self.inputs.get(of) {
            let chosen = fields.iter().filter(|_| chance.random_bool(0.4)).collect::<Vec<_>>();
            let given = chosen.into_iter().filter_map(|(name, of)| {
                let list = of.starts_with('[');
                let value = self.value(name, of.trim_matches(['[', ']', '!']), chance)?;
                Some(if list { format!("{name}: [{value}]") } else { format!("{name}: {value}") })
            });
            return Some(format!("{{{}}}", given.collect::<Vec<_>>().join(", ")));
        }
        match of {
            "ID" => self.known.ids.choose(chance).map(|id| format!("{id:?}")),
            "Date" => Some("\"2030-01-01\"".into()),
            "DateTime" => Some("\"2020-01-01T00:00:00Z\"".into()),
            "Int" => Some(chance.random_range(1..5).to_string()),
            "Boolean" => Some(chance.random_bool(0.5).to_string()),
            "String" if name.to_lowercase().contains("code") || name == "code" => {
                self.known.codes.choose(chance).map(|code| format!("{code:?}"))
            }
            "String" => ["\"社区\"", "\"不存在\""].choose(chance).map(|text| (*text).to_owned()),
            _ => None,
        }
    }
}

fn argument(
    argument: async_graphql::Positioned<async_graphql::parser::types::InputValueDefinition>,
) -> (String, String) {
    let ty = argument.node.ty.node;
    let needed = !ty.nullable && argument.node.default_value.is_none();
    (argument.node.name.node.to_string(), format!("{}{}", named(&ty), if needed { "!" } else { "" }))
}

fn named(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(inner) => named(inner),
    }
}
