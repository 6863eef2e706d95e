use std::sync::{
    Arc,
    atomic::{AtomicI32, Ordering},
};

use rstest::rstest;
use serde_json::json;

use super::*;
use crate::execute::{overlap, types::Types};

/// How often `happen` happened, and the answer.
async fn count(query: &str, variables: Value, key: Option<&str>) -> (i32, Value) {
    let happened = Arc::new(AtomicI32::new(0));
    let mut context = Context { idempotency_key: key.map(str::to_owned), ..context() };
    context.data.insert(happened.clone());
    let answer = executor().run(request(query, variables), context).await;
    (happened.load(Ordering::SeqCst), read(&answer))
}

#[rstest]
#[case::plain("mutation { happen { id } happen { __typename } }", 1)]
#[case::alias("mutation { a: happen { id } a: happen { __typename } }", 1)]
#[case::inline("mutation { happen { id } ... { ... on Mutation { happen { __typename } } } }", 1)]
#[case::fragment("mutation { ...F happen { id } } fragment F on Mutation { happen { __typename } }", 1)]
#[case::fragment_twice("mutation { ...F ...F } fragment F on Mutation { happen { id __typename } }", 1)]
#[case::nested_fragments(
    "mutation { ...F ...G } fragment F on Mutation { ...G happen { id } } fragment G on Mutation { happen { __typename } }",
    1
)]
#[case::arguments("mutation($n: Int = 1) { happen(by: $n) { id } happen(by: $n) { __typename } }", 1)]
#[case::included("mutation($y: Boolean!) { happen @include(if: $y) { id } happen { __typename } }", 1)]
#[case::not_skipped(
    "mutation($not: Boolean!) { happen { id } ...F @skip(if: $not) } fragment F on Mutation { happen { __typename } }",
    1
)]
#[case::other_keys("mutation { happen { id __typename } b: happen { id } }", 2)]
#[tokio::test]
async fn fields_under_one_key_happen_once(#[case] query: &str, #[case] times: i32) {
    let (happened, answer) = count(query, json!({"y": true, "not": false}), None).await;
    assert_eq!(answer.get("errors"), None, "{answer}");
    assert_eq!(happened, times);
    let key = if query.contains("a: ") { "a" } else { "happen" };
    assert_eq!(answer["data"][key], json!({"id": 1, "__typename": "Thing"}));
}

#[rstest]
#[case("mutation($y: Boolean!) { happen @skip(if: $y) { id } happen { __typename } }", json!({"happen": {"__typename": "Thing"}}))]
#[case("mutation($y: Boolean!) { ...F @skip(if: $y) ...F } fragment F on Mutation { happen { id } }", json!({"happen": {"id": 1}}))]
#[case("mutation($y: Boolean = true) { happen { id } ... @skip(if: $y) { happen { again { id } } } }", json!({"happen": {"id": 1}}))]
#[case("mutation { happen { id } happen @include(if: true) { again { id } again { __typename } } }",
    json!({"happen": {"id": 1, "again": {"id": 1, "__typename": "Thing"}}}))]
#[tokio::test]
async fn what_is_skipped_is_not_merged(#[case] query: &str, #[case] data: Value) {
    let (happened, answer) = count(query, json!({"y": true}), None).await;
    assert_eq!((happened, &answer["data"]), (1, &data));
}

#[tokio::test]
async fn all_may_be_skipped() {
    let (happened, answer) = count("mutation { happen @skip(if: true) { id } }", json!({}), None).await;
    assert_eq!((happened, answer), (0, json!({"data": {}})));
}

#[rstest]
#[case("mutation { happen { id } happen { __typename } }", 1)]
#[case("mutation { ...F ...F __typename } fragment F on Mutation { happen { id } }", 1)]
#[case("mutation { happen { id } act @skip(if: true) }", 1)]
#[case("mutation { happen { id } b: happen { id } }", 0)]
#[case("mutation { happen { id } happen { id } act }", 0)]
#[case("mutation { happen @skip(if: true) { id } }", 0)]
#[tokio::test]
async fn a_key_counts_fields_after_merging(#[case] query: &str, #[case] times: i32) {
    let (happened, answer) = count(query, json!({}), Some("k-1")).await;
    assert_eq!(happened, times);
    let expected: &[&str] = if times == 1 { &[] } else { &["INVALID_INPUT"] };
    assert_eq!(codes(&answer), expected);
}

#[tokio::test]
async fn queries_and_their_order() {
    let text = "{ a: thing { id } quick b: slow ...F } fragment F on Query { a: thing { maybe { id } } quick }";
    let answer = executor().run(request(text, json!({})), context()).await;
    let text = String::from_utf8(answer.body).unwrap();
    assert_eq!(text, r#"{"data":{"a":{"id":1,"maybe":{"id":1}},"quick":2,"b":1}}"#);
    let info = ask("{ info i: quick i: quick ... { info } __typename }").await;
    assert_eq!(info["data"]["info"], "req-1 En 2");
}

#[tokio::test]
async fn one_document_runs_with_other_variables() {
    let executor = executor();
    let text = "query($s: Boolean!) { a: thing { id } a: thing @skip(if: $s) { parts { id } } }";
    for (skip, data) in [(true, json!({"a": {"id": 1}})), (false, json!({"a": {"id": 1, "parts": [{"id": 3}]}}))] {
        let answer = executor.run(request(text, json!({"s": skip})), context()).await;
        assert_eq!(read(&answer)["data"], data);
    }
}

#[tokio::test]
async fn a_subscription_has_one_key() {
    for (query, opens) in [
        ("subscription { ticks(to: 1) ticks(to: 1) }", true),
        ("subscription { ...F ...F } fragment F on Subscriptions { ticks(to: 1) }", true),
        ("subscription { ticks(to: 1) b: ticks(to: 1) }", false),
        ("subscription { ticks(to: 1) __typename }", false),
    ] {
        let opened = executor().subscribe(request(query, json!({})), context()).await;
        let Opened::Events(mut events) = opened else {
            assert!(!opens, "{query}");
            continue;
        };
        assert!(opens, "{query}");
        let mut all = Vec::new();
        while let Some(event) = futures_util::StreamExt::next(&mut events).await {
            all.push(read(&event));
        }
        assert_eq!(all, [json!({"data": {"ticks": 0}})], "{query}");
    }
}

/// Two partners that share an interface.
const PARTNERS: &str = "
    interface Partner { id: ID! name: String! area: Area }
    type Company implements Partner { id: ID! name: String! area: Area fee: Int! code: String chief: Company }
    type Unit implements Partner { id: ID! name: String! area: Area fee: Int category: String chief: Unit }
    type Area { id: ID! name: String! label: String! part(of: Int): Area }
    type Query { partner(id: ID): Partner area(id: ID): Area }
    type Mutation { claim(id: ID): Company release(id: ID): Company }
    schema { query: Query mutation: Mutation }";

#[rstest]
#[case::equal("{ partner { x: name x: name } }", true)]
#[case::same_arguments("{ area(id: 1) { id } area(id: 1) { name } }", true)]
#[case::other_arguments("{ area(id: 1) { id } area(id: 2) { name } }", false)]
#[case::other_arguments_by_fragment("{ area(id: 1) { id } ... on Query { area(id: 2) { name } } }", false)]
#[case::another_mutation("mutation { a: claim { id } ... on Mutation { a: release { id } } }", false)]
#[case::inside_two("{ area { x: id } area { x: name } }", false)]
#[case::arguments_inside_two("{ area { part(of: 1) { id } } area { part(of: 2) { id } } }", false)]
#[case::deep("{ area { part { x: id } } ...F } fragment F on Query { area { part { x: name } } }", false)]
#[case::deep_equal("{ area { part { x: id } } ...F } fragment F on Query { area { part { x: id } } }", true)]
#[case::other_types("{ partner { ... on Company { x: code } ... on Unit { x: category } } }", true)]
#[case::other_shapes("{ partner { ... on Company { fee } ... on Unit { fee } } }", false)]
#[case::leaf_and_object("{ partner { ... on Company { x: code } ... on Unit { x: area { id } } } }", false)]
#[case::objects_of_two_types("{ partner { ... on Company { chief { id } } ... on Unit { chief { id } } } }", true)]
#[case::shapes_below("{ partner { ... on Company { chief { fee } } ... on Unit { chief { fee } } } }", false)]
#[case::with_the_interface("{ partner { x: name ... on Company { x: id } } }", false)]
#[case::with_the_interface_equal("{ partner { x: name ... on Company { x: name } } }", true)]
fn fields_agree_on_what_a_key_is(#[case] query: &str, #[case] good: bool) {
    let types = Types::read(PARTNERS, &[]).unwrap();
    let document = async_graphql::parser::parse_query(query).unwrap();
    let (_, operation) = document.operations.iter().next().unwrap();
    assert_eq!(overlap::check(&operation.node, &document.fragments, &types).is_ok(), good);
}

#[tokio::test]
async fn a_conflict_is_refused_before_anything_runs() {
    for query in [
        "mutation { a: happen(by: 1) { id } ... on Mutation { a: happen(by: 2) { id } } }",
        "mutation { happen { x: id } happen { x: __typename } }",
    ] {
        let (happened, answer) = count(query, json!({}), None).await;
        assert_eq!((happened, codes(&answer)), (0, vec!["INVALID_INPUT"]), "{query}");
        assert!(answer.get("data").is_none());
    }
}
