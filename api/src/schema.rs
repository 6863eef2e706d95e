//! The schema: the roots that the capabilities make, and the second net.

use async_graphql::{
    MergedSubscription, SDLExportOptions, ScalarType as _, Schema, SchemaBuilder,
    parser::{
        parse_schema,
        types::{TypeKind, TypeSystemDefinition},
    },
};
use tongxin_capabilities::{
    Mutation, Query, lines_without_effect, people::LoginSubscription, service_items::ServiceItemSubscription,
    todos::TodoSubscription,
};
use tongxin_kernel::{
    execute::ScalarCheck,
    scalars::{Area, Date, DateTime, Fen},
};
use tongxin_policies::{PolicyError, Table};

/// 订阅 · 可以持续接收的变动 · what can be listened to
#[derive(MergedSubscription, Default)]
pub struct Subscription(ServiceItemSubscription, TodoSubscription, LoginSubscription);

/// The schema, to be finished by the executor.
pub fn build() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
}

/// How variables of our own scalars are checked before anything runs.
pub fn scalars() -> Vec<(&'static str, ScalarCheck)> {
    vec![
        ("Date", |value| Date::parse(value.clone()).is_ok()),
        ("DateTime", |value| DateTime::parse(value.clone()).is_ok()),
        ("Fen", |value| Fen::parse(value.clone()).is_ok()),
        ("Area", |value| Area::parse(value.clone()).is_ok()),
    ]
}

/// The second net: every root field names an action that the policies know, or says `public`, and every action that is
/// named after a mutation has one.
///
/// # Errors
/// Every field at fault, in words.
pub fn check_needs(sdl: &str, policy: &Table) -> Result<(), String> {
    let document = parse_schema(sdl).map_err(|error| error.to_string())?;
    let mut faults = Vec::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let root = definition.node.name.node.to_string();
        let TypeKind::Object(object) = definition.node.kind else { continue };
        if !matches!(root.as_str(), "Query" | "Mutation" | "Subscription") {
            continue;
        }
        for field in object.fields {
            let name = &field.node.name.node;
            let needs = field.node.directives.iter().find(|directive| directive.node.name.node == "needs");
            let action = needs.and_then(|directive| directive.node.get_argument("action"));
            let action = action.map(|value| value.node.clone().into_json().unwrap_or_default());
            match action.as_ref().and_then(|value| value.as_str()) {
                None => faults.push(format!("{root}.{name} does not say which action it needs")),
                Some("public") if root == "Mutation" => faults.push(format!("{root}.{name} cannot be public")),
                Some("public") => {}
                Some(action) if policy.action(action).is_none() => {
                    faults.push(format!("{root}.{name} needs {action}, which the policies do not know"));
                }
                Some(action) if root == "Mutation" && action != name.as_str() => {
                    faults.push(format!("{root}.{name} must need the action of its own name, not {action}"));
                }
                Some(_) => {}
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}

/// The third: every line on a reading action can take effect on what the action shows.
///
/// # Errors
/// Every line that cannot, by file and number.
pub fn check_lines(policy: &Table) -> Result<(), PolicyError> {
    let lines = lines_without_effect(policy);
    if lines.is_empty() { Ok(()) } else { Err(PolicyError::Invalid(lines)) }
}

/// The schema's text, as it is committed and diffed.
pub fn sdl() -> String {
    build().finish().sdl_with_options(SDLExportOptions::new().include_specified_by())
}

#[cfg(test)]
mod tests;
