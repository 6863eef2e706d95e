//! The schema and the policies speak of the same things: no root field without an action, no action without a root field.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use tongxin::schema;
use tongxin_policies::Action;

/// Actions that no root field needs, for they guard what is reached through others: drafts and what hangs on an object.
/// This list may only become shorter.
const WITHOUT_A_ROOT_FIELD: [&str; 7] = [
    "readAllianceMember",
    "readCheckIn",
    "readPost",
    "readPriorityDrafts",
    "readPropertyContract",
    "readRating",
    "readServiceItemDrafts",
];

/// Root fields that say `public`: they give nothing but what other actions guard.
const PUBLIC: [&str; 10] =
    ["can", "deadlines", "me", "node", "nodes", "todos", "todosChanged", "vocabulary", "whoMay", "workingCalendar"];

/// Every root field with the action it needs.
pub fn root_fields() -> BTreeMap<String, String> {
    let document = parse_schema(schema::sdl()).expect("a schema");
    let mut fields = BTreeMap::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let TypeKind::Object(object) = &definition.node.kind else { continue };
        if !["Query", "Mutation", "Subscription"].contains(&definition.node.name.node.as_str()) {
            continue;
        }
        for field in &object.fields {
            let name = field.node.name.node.to_string();
            let needs = field.node.directives.iter().find(|directive| directive.node.name.node == "needs");
            let action = needs.and_then(|needs| needs.node.get_argument("action")).map(|value| value.node.clone());
            let action = action.unwrap_or_else(|| panic!("{name} does not say which action it needs"));
            let action = action.into_json().expect("a word").as_str().expect("a word").to_owned();
            fields.insert(name, action);
        }
    }
    fields
}

#[test]
fn every_root_field_needs_an_action_and_every_action_has_a_root_field() {
    let fields = root_fields();
    let public = fields.iter().filter(|(_, action)| *action == "public").map(|(name, _)| name.as_str());
    assert_eq!(public.collect::<Vec<_>>(), PUBLIC);

    let needed = fields.values().map(String::as_str).filter(|action| *action != "public").collect::<BTreeSet<_>>();
    let known = Action::all().map(Action::as_str).collect::<BTreeSet<_>>();
    let unknown = needed.difference(&known).collect::<Vec<_>>();
    assert!(unknown.is_empty(), "the policies do not know {unknown:?}");
    let without = known.difference(&needed).copied().collect::<Vec<_>>();
    assert_eq!(without, WITHOUT_A_ROOT_FIELD);
}

#[test]
fn a_mutation_needs_the_action_of_its_own_name() {
    for (name, action) in root_fields() {
        let reads = action.starts_with("read") || action == "public";
        assert!(reads || name == action, "{name} needs {action}");
    }
}

#[test]
fn an_act_has_one_name() {
    let document = parse_schema(schema::sdl()).expect("a schema");
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let TypeKind::Object(object) = &definition.node.kind else { continue };
        if definition.node.name.node != "Mutation" {
            continue;
        }
        for field in &object.fields {
            let name = field.node.name.node.as_str();
            let description = field.node.description.as_ref().map(|text| text.node.as_str()).unwrap_or_default();
            let called = Action::parse(name).expect("an action").name().zh;
            assert!(
                description.trim_start().starts_with(&format!("{called} · ")),
                "{name} is {called:?} in policies/src/words.rs, and {description:?} in its ABOUT"
            );
        }
    }
}

#[test]
fn the_committed_schema_is_the_one_that_is_served() {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../schema.graphql"));
    assert!(committed.expect("schema.graphql") == schema::sdl(), "run `cargo run -- schema > schema.graphql`");
}
