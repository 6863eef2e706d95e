//! Lists and texts are bounded as they are sent, in the document and in variables alike.

use rstest::rstest;
use serde_json::json;

use super::*;

/// `[x, x, …]`, as GraphQL and as JSON read it.
fn list(item: &str, count: usize) -> String {
    format!("[{}]", vec![item; count].join(","))
}

fn word(length: usize) -> String {
    format!("\"{}\"", "长".repeat(length))
}

/// The faults of one request: the argument in the document, and as a variable.
async fn faults(field: &str, argument: &str, ty: &str, literal: &str, json: Value) -> [Vec<String>; 2] {
    let selection = if field == "nodes" || field == "things" { "{ __typename }" } else { "" };
    let kind = if field == "write" { "mutation" } else { "query" };
    let executor = executor();
    let ask = async |query: String, variables: Value| {
        let answer = executor.run(request(&query, variables), context()).await;
        let answer = read(&answer);
        let fields = answer["errors"][0]["extensions"]["fields"].as_array().cloned().unwrap_or_default();
        assert_eq!(answer.get("errors").is_some(), !fields.is_empty(), "{answer}");
        let text = |field: &Value| format!("{} {}", field["path"].as_str().unwrap(), field["code"].as_str().unwrap());
        fields.iter().map(text).collect::<Vec<_>>()
    };
    [
        ask(format!("{kind} {{ {field}({argument}: {literal}) {selection} }}"), json!({})).await,
        ask(
            format!(
                "{kind}($v: {ty}) {{ ...F }} fragment F on {} {{ {field}({argument}: $v) {selection} }}",
                if kind == "query" { "Query" } else { "Mutation" }
            ),
            json!({"v": json}),
        )
        .await,
    ]
}

#[rstest]
#[case::ids("byIds", "ids", "[ID!]!", list("\"x\"", 100), &[])]
#[case::ids_too_many("byIds", "ids", "[ID!]!", list("\"x\"", 101), &["ids TOO_MANY"])]
#[case::numbers("nodes", "ids", "[Int!]!", list("7", 200), &[])]
#[case::numbers_too_many("nodes", "ids", "[Int!]!", list("7", 201), &["ids TOO_MANY"])]
#[case::lists_inside("colours", "words", "[[String!]!]", list(&list("\"x\"", 201), 2), &["words.0 TOO_MANY", "words.1 TOO_MANY"])]
#[case::id("byIds", "ids", "[ID!]!", format!("[{}]", word(100)), &[])]
#[case::id_too_long("byIds", "ids", "[ID!]!", format!("[\"x\", {}]", word(101)), &["ids.1 TOO_LONG"])]
#[case::id_alone("byIds", "ids", "[ID!]!", word(101), &["ids TOO_LONG"])]
#[case::word("colours", "words", "[[String!]!]", format!("[[{}]]", word(200)), &[])]
#[case::word_too_long("colours", "words", "[[String!]!]", format!("[[{}]]", word(201)), &["words.0.0 TOO_LONG"])]
#[case::cursor("things", "after", "String", word(500), &[])]
#[case::cursor_too_long("things", "after", "String", word(501), &["after TOO_LONG"])]
#[case::of_an_act("write", "text", "String!", word(10_000), &[])]
#[case::of_an_act_too_long("write", "text", "String!", word(10_001), &["text TOO_LONG"])]
#[tokio::test]
async fn lists_and_texts_have_a_bound(
    #[case] field: &str,
    #[case] argument: &str,
    #[case] ty: &str,
    #[case] literal: String,
    #[case] expected: &[&str],
) {
    let json = serde_json::from_str(&literal).unwrap();
    let [written, given] = faults(field, argument, ty, &literal, json).await;
    assert_eq!(
        (written.as_slice(), given.as_slice()),
        (to_strings(expected).as_slice(), to_strings(expected).as_slice())
    );
}

fn to_strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}

#[tokio::test]
async fn an_enum_bounds_its_lists_and_inputs_those_inside() {
    for (count, expected) in [(2, vec![]), (3, vec!["colours TOO_MANY".to_owned()])] {
        let json = json!(vec!["RED"; count]);
        let both = faults("colours", "colours", "[Colour!]", &list("RED", count), json).await;
        assert_eq!(both, [expected.clone(), expected]);
    }
    let inside = |tags: usize, name: usize| {
        let (tags, name) = (list("\"x\"", tags), word(name));
        let filter = format!("{{name: \"n\", both: {{name: {name}, tags: {tags}}}}}");
        (
            filter,
            json!({"name": "n", "both": {"name": "长".repeat(name.chars().count() - 2),
            "tags": serde_json::from_str::<Value>(&tags).unwrap()}}),
        )
    };
    let (literal, json) = inside(200, 200);
    assert_eq!(faults("search", "filter", "Filter", &literal, json).await, [to_strings(&[]), to_strings(&[])]);
    let (literal, json) = inside(201, 201);
    for mut found in faults("search", "filter", "Filter", &literal, json).await {
        found.sort();
        assert_eq!(found, ["filter.both.name TOO_LONG", "filter.both.tags TOO_MANY"]);
    }
}

#[tokio::test]
async fn variables_inside_a_literal_and_defaults_count_too() {
    for query in [
        "query($v: String! = \"LONG\") { search(filter: {name: \"n\", tags: [\"a\", $v]}) }"
            .replace("LONG", &"x".repeat(201)),
        format!("query($v: [String!] = {}) {{ search(filter: {{name: \"n\", tags: $v}}) }}", list("\"x\"", 201)),
    ] {
        assert_eq!(codes(&ask(&query).await), ["INVALID_INPUT"], "{query}");
    }
    let message = ask(&format!("{{ byIds(ids: {}) }}", list("\"x\"", 101))).await["errors"][0]["message"].clone();
    assert!(message.as_str().unwrap().contains("at most 100 values, not 101"), "{message}");
}
