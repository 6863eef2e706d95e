use rstest::rstest;
use serde_json::json;

use super::*;

fn deep(levels: usize) -> String {
    format!("{{ thing {}id{} }}", "{ again ".repeat(levels - 2) + "{ ", " }".repeat(levels - 1))
}

fn deep_introspection(levels: usize) -> String {
    let chain = "{ ofType ".repeat(levels - 5) + "{ name";
    format!("{{ __schema {{ types {{ fields {{ type {chain} {} }}", "}".repeat(levels - 1))
}

#[rstest]
#[case::depth(deep(12), deep(13), "depth", 13, 12)]
#[case::introspection(deep_introspection(15), deep_introspection(16), "depth", 16, 15)]
#[case::aliases(many("a", "thing { ", 50), many("a", "thing { ", 51), "aliases", 51, 50)]
#[case::roots(roots(20), roots(21), "rootFields", 21, 20)]
#[case::operations(operations(10), operations(11), "operations", 11, 10)]
#[case::variables(variables(100), variables(101), "variables", 101, 100)]
#[tokio::test]
async fn each_limit_is_exact(
    #[case] good: String,
    #[case] bad: String,
    #[case] measure: &str,
    #[case] found: u64,
    #[case] limit: u64,
) {
    let answer = ask(&good).await;
    let code = codes(&answer).first().copied().unwrap_or("OK").to_owned();
    assert!(code != "QUERY_TOO_COMPLEX", "{answer}");
    let refused = ask(&bad).await;
    let expected = json!({"code": "QUERY_TOO_COMPLEX", "measure": measure, "cost": found, "limit": limit});
    assert_eq!(refused["errors"][0]["extensions"], expected, "{bad}");
    assert!(refused.get("data").is_none());
}

/// `count` aliased fields inside one object.
fn many(alias: &str, object: &str, count: usize) -> String {
    let fields: String = (0..count).map(|n| format!("{alias}{n}: id ")).collect();
    format!("{{ {object} {fields} }} }}")
}

/// Root fields through a fragment: they count before they are merged.
fn roots(count: usize) -> String {
    format!("{{ quick ...F }} fragment F on Query {{ {} }}", "quick ".repeat(count - 1))
}

fn operations(count: usize) -> String {
    (0..count).map(|n| format!("query Q{n} {{ quick }} ")).collect()
}

fn variables(count: usize) -> String {
    let declared: String = (0..count).map(|n| format!("$v{n}: Int ")).collect();
    format!("query({declared}) {{ quick }}")
}

#[rstest]
#[case("{ quick }", 0)]
#[case("{ thing { id } }", 1)]
#[case("{ thing { again { id } } }", 2)]
#[case("{ things { nodes { id } } }", 20)]
#[case("{ things { edges { cursor node { id } } pageInfo { hasNextPage } } }", 20)]
#[case("{ things { nodes { id } edges { node { id } } } }", 40)]
#[case("{ things(first: 100) { nodes { id } } }", 100)]
#[case("{ things(first: 1000000) { nodes { id } } }", 100)]
#[case("{ things(first: -5) { nodes { id } } }", 1)]
#[case("{ things(first: 10) { nodes { things(last: 3) { nodes { again { id } } } } } }", 10 + 10 * 3 * 2)]
#[case(
    "{ things(first: 2) { ...C } } fragment C on ThingConnection { nodes { ...T } } fragment T on Thing { again { id } }",
    4
)]
#[case("{ nodes(ids: [1, 2, 3]) { id } }", 3)]
#[case("{ thing { parts { id } } }", 11)]
#[case("query($n: Int = 7) { things(first: $n) { nodes { id } } }", 7)]
#[case("query($n: Int) { things(first: $n) { nodes { id } } }", 20)]
#[tokio::test]
async fn cost_is_one_per_object(#[case] query: &str, #[case] cost: u64) {
    let one_less = |limit| with_limits(Limits { cost: limit, ..Limits::default() });
    let answer = read(&one_less(cost).run(request(query, json!({})), context()).await);
    assert!(answer.get("errors").is_none(), "{answer}");
    if cost > 0 {
        let refused = read(&one_less(cost - 1).run(request(query, json!({})), context()).await);
        let expected = json!({"code": "QUERY_TOO_COMPLEX", "measure": "cost", "cost": cost, "limit": cost - 1});
        assert_eq!(refused["errors"][0]["extensions"], expected, "{query}");
    }
}

#[tokio::test]
async fn cost_goes_by_the_variables_of_each_request() {
    let executor = executor();
    let query = "query($n: Int, $ids: [Int!]!) { things(first: $n) { nodes { things(first: $n) { nodes { id } } } } nodes(ids: $ids) { id } }";
    for (n, ids, cost) in [(10, 5, None), (100, 1, Some(10_101)), (99, 200, Some(10_100)), (10, 5, None)] {
        let variables = json!({"n": n, "ids": vec![1; ids]});
        let answer = read(&executor.run(request(query, variables), context()).await);
        assert_eq!(answer["errors"][0]["extensions"]["cost"].as_u64(), cost, "{n} {ids}");
    }
}

#[tokio::test]
async fn at_most_ten_errors() {
    let fields: String = (0..5_000).map(|n| format!("unknown{n} ")).collect();
    let answer = executor().run(request(&format!("{{ thing {{ {fields} }} }}"), json!({})), context()).await;
    assert_eq!(codes(&read(&answer)).len(), 10);
    assert!(answer.body.len() < 4_000, "{}", answer.body.len());
    assert!(!String::from_utf8_lossy(&answer.body).contains("Did you mean"));
}

#[tokio::test]
async fn suggestions_only_where_the_schema_is_open() {
    for (suggestions, seen) in [(true, true), (false, false)] {
        let options = Options { suggestions, ..Options::default() };
        let executor = Executor::new(schema::build, options).unwrap();
        let answer = read(&executor.run(request("{ thingz { id } }", json!({})), context()).await);
        assert_eq!(answer.to_string().contains("Did you mean"), seen, "{answer}");
    }
}

#[tokio::test]
async fn too_many_at_once_are_turned_away_and_the_deadline_holds() {
    let limits = Limits { concurrent: 1, waiting: 0, deadline_secs: 1, ..Limits::default() };
    let executor = with_limits(limits);
    let (hung, turned_away) = tokio::join!(
        executor.run(request("{ hangs }", json!({})), context()),
        executor.run(request("{ quick }", json!({})), context()),
    );
    for answer in [hung, turned_away] {
        assert_eq!((answer.stage, answer.retry_after), (Stage::Refused, Some(1)));
        assert_eq!(codes(&read(&answer)), ["UNAVAILABLE"]);
    }
    let after = executor.run(request("{ quick }", json!({})), context()).await;
    assert_eq!(after.stage, Stage::Ran, "the place is free again");
}
