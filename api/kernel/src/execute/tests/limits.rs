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
#[case("{ quick }", 11)]
#[case("{ thing { id } }", 24)]
#[case("{ thing { again { id } } }", 37)]
#[case("{ things { nodes { id } } }", 36)]
#[case("{ things { edges { cursor node { id } } pageInfo { hasNextPage } } }", 93)]
#[case("{ things { nodes { id } edges { node { id } } } }", 51)]
#[case("{ things(first: 100) { nodes { id } } }", 60)]
#[case("{ things(first: 1000000) { nodes { id } } }", 60)]
#[case("{ things(first: -5) { nodes { id } } }", 30)]
#[case("{ things(first: 10) { nodes { things(last: 3) { nodes { again { id } } } } } }", 79)]
#[case(
    "{ things(first: 2) { ...C } } fragment C on ThingConnection { nodes { ...T } } fragment T on Thing { again { id } }",
    44
)]
#[case("{ nodes(ids: [1, 2, 3]) { id } }", 25)]
#[case("{ thing { parts { id } } }", 40)]
#[case("query($n: Int = 7) { things(first: $n) { nodes { id } } }", 32)]
#[case("query($n: Int) { things(first: $n) { nodes { id } } }", 36)]
#[case::equal_keys_are_one("{ thing { again { id } ...F } } fragment F on Thing { again { id } }", 37)]
#[case::aliases_are_not("{ thing { again { id } b: again { id } } }", 51)]
#[tokio::test]
async fn an_operation_costs_what_its_parts_take(#[case] query: &str, #[case] cost: u64) {
    let one_less = |limit| with_limits(Limits { cost: limit, ..Limits::default() });
    let answer = read(&one_less(cost).run(request(query, json!({})), context()).await);
    assert!(answer.get("errors").is_none(), "{answer}");
    let refused = read(&one_less(cost - 1).run(request(query, json!({})), context()).await);
    let expected = json!({"code": "QUERY_TOO_COMPLEX", "measure": "cost", "cost": cost, "limit": cost - 1});
    assert_eq!(refused["errors"][0]["extensions"], expected, "{query}");
    assert_eq!(executor().cost(&request(query, json!({}))).ok(), Some(cost));
}

#[tokio::test]
async fn cost_goes_by_the_variables_of_each_request() {
    let executor = with_limits(Limits { cost: 1_000, ..Limits::default() });
    let query = "query($n: Int, $ids: [Int!]!) { things(first: $n) { nodes { things(first: $n) { nodes { id } } } } nodes(ids: $ids) { id } }";
    for (n, ids, cost) in [(10, 5, None), (100, 1, Some(3_097)), (99, 200, Some(3_097)), (10, 5, None)] {
        let variables = json!({"n": n, "ids": vec![1; ids]});
        let answer = read(&executor.run(request(query, variables), context()).await);
        assert_eq!(answer["errors"][0]["extensions"]["cost"].as_u64(), cost, "{n} {ids}");
    }
}

#[tokio::test]
async fn what_it_costs_is_charged_before_it_runs() {
    let charged = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    for (query, refuse) in [("{ thing { id } }", false), ("{ thing { id } }", true), ("{ nope }", false)] {
        let seen = charged.clone();
        let charge = move |cost| {
            seen.lock().unwrap().push(cost);
            if refuse { Err(crate::error::Refusal::unavailable()) } else { Ok(()) }
        };
        let context = Context { charge: Some(Box::new(charge)), ..context() };
        let answer = executor().run(request(query, json!({})), context).await;
        assert_eq!(answer.stage == Stage::Ran, query != "{ nope }" && !refuse, "{query}");
    }
    assert_eq!(*charged.lock().unwrap(), [24, 24]);
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
