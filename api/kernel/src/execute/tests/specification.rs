//! What the specification refuses and the library would let pass, and what it wants and the library does not do.

use futures_util::StreamExt as _;
use rstest::rstest;
use serde_json::json;

use super::*;

#[rstest]
#[case::input_field("{ search(filter: {name: \"a\", name: \"b\"}) }")]
#[case::input_field_deep("{ search(filter: {name: \"a\", both: {name: \"b\", most: 1, most: 2}}) }")]
#[case::input_field_of_a_default("query($f: Filter = {name: \"a\", name: \"b\"}) { search(filter: $f) }")]
#[case::argument("{ nodes(ids: 1, ids: 2) { id } }")]
#[case::argument_of_a_directive("{ quick @skip(if: false, if: true) }")]
#[case::argument_of_a_directive_of_typename("{ __typename @skip(if: false, if: true) }")]
#[case::variable("query($a: Int, $a: Int) { things(first: $a) { nodes { id } } }")]
#[case::operation("query A { quick } query A { slow }")]
#[case::nameless_operations("{ quick } { slow }")]
#[case::nameless_beside_named("{ quick } query A { slow }")]
#[case::fragment("{ ...F } fragment F on Query { quick } fragment F on Query { slow }")]
#[case::null_condition("{ quick @skip(if: null) }")]
#[case::null_condition_of_typename("{ __typename @include(if: null) quick }")]
#[case::null_condition_of_a_fragment("{ ... @include(if: null) { quick } slow }")]
#[case::null_default_of_a_condition("query($s: Boolean = null) { quick @skip(if: $s) }")]
#[case::nullable_condition("query($s: Boolean) { quick @skip(if: $s) }")]
#[case::nullable_condition_of_typename("query($s: Boolean) { __typename @skip(if: $s) }")]
#[case::condition_of_another_type("query($s: Int!) { __typename @skip(if: $s) }")]
#[case::word_as_condition("{ __typename @skip(if: \"true\") }")]
#[case::no_condition("{ __typename @skip }")]
#[case::unknown_directive_of_typename("{ __typename @nope }")]
#[case::directive_twice_on_typename("{ __typename @skip(if: true) @skip(if: true) }")]
#[case::unknown_variable_at_typename("{ __typename @skip(if: $s) }")]
#[case::argument_of_typename("{ __typename(x: 1) }")]
#[case::fields_of_typename("{ __typename { id } }")]
#[case::enum_in_quotes("{ search(filter: {name: \"a\", colour: \"RED\"}) }")]
#[case::variable_of_another_type("query($c: String) { search(filter: {name: \"a\", colour: $c}) }")]
#[case::variable_that_may_be_null("query($n: String) { search(filter: {name: $n}) }")]
#[case::list_that_may_hold_null("query($i: [Int]!) { nodes(ids: $i) { id } }")]
#[case::one_for_a_list("query($i: Int!) { nodes(ids: $i) { id } }")]
#[tokio::test]
async fn what_the_specification_refuses_is_refused(#[case] query: &str) {
    let answer = executor().run(request(query, json!({})), context()).await;
    assert_eq!((answer.stage, codes(&read(&answer))[0]), (Stage::Refused, "INVALID_INPUT"), "{}", read(&answer));
}

#[rstest]
#[case("query($s: Boolean! = true) { quick slow @skip(if: $s) }", json!({}), Some(json!({"quick": 2})))]
#[case("query($s: Boolean = true) { quick slow @skip(if: $s) }", json!({}), Some(json!({"quick": 2})))]
#[case("query($s: Boolean = true) { quick slow @skip(if: $s) }", json!({"s": null}), None)]
#[case("query($s: Boolean = true) { thing { id again @skip(if: $s) { id } } }", json!({"s": null}), None)]
#[case("query($s: Boolean = true) { ...F } fragment F on Query { thing { id @include(if: $s) } }", json!({"s": null}), None)]
#[case("query($s: Boolean!) { quick __typename @skip(if: $s) }", json!({"s": true}), Some(json!({"quick": 2})))]
#[case("query($s: Boolean!) { thing { id __typename @include(if: $s) } }", json!({"s": false}), Some(json!({"thing": {"id": 1}})))]
#[tokio::test]
async fn a_condition_has_a_value(#[case] query: &str, #[case] variables: Value, #[case] data: Option<Value>) {
    let answer = ask_with(query, variables).await;
    match data {
        Some(data) => assert_eq!(answer, json!({"data": data})),
        None => assert_eq!(answer["errors"][0]["extensions"]["fields"][0]["path"], "variables.s", "{answer}"),
    }
}

#[tokio::test]
async fn a_condition_of_another_operation_is_not_asked_for() {
    let query = "query A($s: Boolean) { search(flag: true, day: null) ...G @include(if: true) }
        query B($s: Boolean!) { ...F } fragment F on Query { quick @skip(if: $s) }
        fragment G on Query { choose(flag: $s) }";
    let asked = GraphqlRequest { operation_name: Some("A".into()), ..request(query, json!({})) };
    let answer = read(&executor().run(asked, context()).await);
    assert_eq!(answer["data"], json!({"search": "- - true", "choose": null}), "{answer}");
}

#[tokio::test]
async fn the_empty_operation_name_is_none() {
    let named = |query: &str| GraphqlRequest { operation_name: Some(String::new()), ..request(query, json!({})) };
    let executor = executor();
    for query in ["{ quick }", "query A { quick }"] {
        assert_eq!(read(&executor.run(named(query), context()).await), json!({"data": {"quick": 2}}));
    }
    let several = executor.run(named("query A { quick } query B { slow }"), context()).await;
    assert_eq!(codes(&read(&several)), ["INVALID_INPUT"]);
}

#[rstest]
#[case("subscription { ...F } fragment F on Subscriptions { ticks(to: 2) }", 2)]
#[case("subscription { ...F } fragment F on Subscriptions { ...G } fragment G on Subscriptions { ticks(to: 2) }", 2)]
#[case("subscription { ... on Subscriptions { ticks(to: 2) } }", 2)]
#[case("subscription { ... { ticks(to: 2) } }", 2)]
#[case("subscription { ... @include(if: true) { ticks(to: 2) } }", 2)]
#[case("subscription($w: Boolean!) { ...F @include(if: $w) } fragment F on Subscriptions { ticks(to: 2) }", 2)]
#[case("subscription($w: Boolean!) { ticks(to: 2) @include(if: $w) }", 2)]
#[case("subscription($w: Boolean!) { ticks(to: 2) @skip(if: $w) }", 0)]
#[case("subscription($w: Boolean!) { ... @skip(if: $w) { ticks(to: 2) } }", 0)]
#[case("subscription { __typename }", 0)]
#[tokio::test]
async fn a_subscription_listens_wherever_its_field_stands(#[case] query: &str, #[case] events: usize) {
    let variables = if query.contains("$w") { json!({"w": true}) } else { json!({}) };
    match executor().subscribe(request(query, variables), context()).await {
        Opened::Events(heard) => {
            let heard = heard.map(|event| read(&event)).collect::<Vec<_>>().await;
            assert_eq!(heard, (0..2).map(|n| json!({"data": {"ticks": n}})).collect::<Vec<_>>());
            assert_eq!(events, 2);
        }
        Opened::Once(answer) => {
            assert_eq!((events, codes(&read(&answer))[0]), (0, "INVALID_INPUT"), "{}", read(&answer));
        }
    }
}
