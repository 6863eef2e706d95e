use rstest::rstest;
use serde_json::json;

use super::*;

#[rstest]
#[case("{ quick", "INVALID_INPUT")]
#[case("", "INVALID_INPUT")]
#[case("fragment F on Query { quick }", "INVALID_INPUT")]
#[case("{ nope }", "INVALID_INPUT")]
#[case("{ thing }", "INVALID_INPUT")]
#[case("{ quick { id } }", "INVALID_INPUT")]
#[case("{ quick @nope }", "INVALID_INPUT")]
#[case("{ nodes(ids: \"x\") { id } }", "INVALID_INPUT")]
#[case("{ thing { ...Nope } }", "INVALID_INPUT")]
#[case("query($a: Thing) { quick }", "INVALID_INPUT")]
#[case("query($a: Nope!) { quick }", "INVALID_INPUT")]
#[case("query A { quick } query B { quick }", "INVALID_INPUT")]
#[case("subscription { ticks(to: 1) }", "INVALID_INPUT")]
#[case("subscription { a: ticks(to: 1) b: ticks(to: 1) }", "INVALID_INPUT")]
#[tokio::test]
async fn bad_documents_are_refused_without_data(#[case] query: &str, #[case] code: &str) {
    let answer = executor().run(request(query, json!({})), context()).await;
    assert_eq!(answer.stage, Stage::Refused);
    assert_eq!(codes(&read(&answer))[0], code);
    assert!(read(&answer).get("data").is_none());
}

const SEARCH: &str = "query($f: Filter, $d: Day, $b: Boolean = true) { search(filter: $f, day: $d, flag: $b) }";
const COLOUR: &str = "query($c: Colour!) { colour(colour: $c) }";
const PICK: &str = "query($w: Which!) { pick(which: $w) }";
const IDS: &str = "query($ids: [Int!]!) { nodes(ids: $ids) { id } }";

#[rstest]
#[case(SEARCH, json!({}), json!({"search": "- - true"}))]
#[case(SEARCH, json!({"b": false, "more": 1}), json!({"search": "- - false"}))]
#[case(SEARCH, json!({"f": {"name": "n", "tags": "one", "both": {"name": "m"}}}), json!({"search": "n:3:1:true - true"}))]
#[case(SEARCH, json!({"d": "2026-11-23"}), json!({"search": "- 2026-11-23 true"}))]
#[case(PICK, json!({"w": {"number": 5}}), json!({"pick": "5"}))]
#[case(COLOUR, json!({"c": "RED"}), json!({"colour": "RED"}))]
#[case(IDS, json!({"ids": 5}), json!({"nodes": [{"id": 5}]}))]
#[case("query($s: Boolean = true) { quick @skip(if: $s) slow }", json!({}), json!({"slow": 1}))]
#[tokio::test]
async fn good_variables_arrive(#[case] query: &str, #[case] variables: Value, #[case] data: Value) {
    assert_eq!(ask_with(query, variables).await, json!({"data": data}));
}

#[rstest]
#[case(SEARCH, json!({"f": {}}), &["variables.f.name REQUIRED"])]
#[case(SEARCH, json!({"f": {"name": null}}), &["variables.f.name REQUIRED"])]
#[case(SEARCH, json!({"f": {"name": "a", "nope": 1}}), &["variables.f.nope UNKNOWN"])]
#[case(SEARCH, json!({"f": {"name": 5, "both": {"name": "a", "colour": "BLUE"}}}), &["variables.f.both.colour WRONG_TYPE", "variables.f.name WRONG_TYPE"])]
#[case(SEARCH, json!({"f": "x", "d": "soon", "b": "yes"}), &["variables.b WRONG_TYPE", "variables.d WRONG_TYPE", "variables.f WRONG_TYPE"])]
#[case(SEARCH, json!({"f": {"name": "a", "tags": ["a", null]}}), &["variables.f.tags.1 REQUIRED"])]
#[case(PICK, json!({"w": {"number": 5, "name": "a"}}), &["variables.w ONE_OF"])]
#[case(PICK, json!({"w": {}}), &["variables.w ONE_OF"])]
#[case(COLOUR, json!({}), &["variables.c REQUIRED"])]
#[case(COLOUR, json!({"c": null}), &["variables.c REQUIRED"])]
#[case(COLOUR, json!({"c": "BLUE"}), &["variables.c WRONG_TYPE"])]
#[case(IDS, json!({"ids": [1.5]}), &["variables.ids.0 WRONG_TYPE"])]
#[tokio::test]
async fn bad_variables_are_named_and_nothing_runs(
    #[case] query: &str,
    #[case] variables: Value,
    #[case] expected: &[&str],
) {
    let executor = executor();
    for _ in 0..2 {
        let answer = executor.run(request(query, variables.clone()), context()).await;
        assert_eq!(answer.stage, Stage::Refused);
        let answer = read(&answer);
        assert_eq!(codes(&answer), ["INVALID_INPUT"]);
        let fields = answer["errors"][0]["extensions"]["fields"].as_array().unwrap();
        let text = |field: &Value, key: &str| field[key].as_str().unwrap().to_owned();
        let mut found: Vec<_> = fields.iter().map(|f| format!("{} {}", text(f, "path"), text(f, "code"))).collect();
        found.sort();
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_fault_of_input_names_its_field_where_there_is_one() {
    let fields = async |query: &str| ask(query).await["errors"][0]["extensions"]["fields"].clone();
    assert_eq!(fields("{ nope }").await, json!([]));
    let day = fields("{ search(day: 5) }").await;
    assert_eq!((&day[0]["path"], &day[0]["code"]), (&json!("search"), &json!("INVALID")));
}

#[tokio::test]
async fn the_named_operation_runs() {
    let executor = executor();
    for (name, data) in [("A", json!({"quick": 2})), ("B", json!({"slow": 1}))] {
        let named = GraphqlRequest {
            operation_name: Some(name.into()),
            ..request("query A { quick } query B { ...F } fragment F on Query { slow }", json!({}))
        };
        assert_eq!(read(&executor.run(named, context()).await)["data"], data);
    }
    let unknown = GraphqlRequest { operation_name: Some("C".into()), ..request("query A { quick }", json!({})) };
    assert_eq!(codes(&read(&executor.run(unknown, context()).await)), ["INVALID_INPUT"]);
}

#[tokio::test]
async fn get_only_reads() {
    let get = || Context { method: Method::Get, ..context() };
    let answer = executor().run(request("mutation { act }", json!({})), get()).await;
    assert_eq!(answer.stage, Stage::WrongMethod);
    let answer = executor().run(request("{ quick }", json!({})), get()).await;
    assert_eq!(answer.stage, Stage::Ran);
}

#[tokio::test]
async fn introspection_is_for_those_who_may() {
    let stranger = || Context { introspection: false, ..context() };
    for query in
        ["{ __schema { queryType { name } } }", "{ ...F } fragment F on Query { __type(name: \"Thing\") { name } }"]
    {
        let answer = read(&executor().run(request(query, json!({})), stranger()).await);
        assert_eq!(codes(&answer), ["FORBIDDEN"], "{query}");
        assert_eq!(executor().run(request(query, json!({})), context()).await.stage, Stage::Ran, "{query}");
    }
    let answer = executor().run(request("{ __typename }", json!({})), stranger()).await;
    assert_eq!(answer.stage, Stage::Ran);
}

#[tokio::test]
async fn an_idempotency_key_goes_with_one_root_field() {
    let keyed = || Context { idempotency_key: Some("k-1".into()), ..context() };
    let run = async |query: &str| read(&executor().run(request(query, json!({})), keyed()).await);
    assert_eq!(run("mutation { __typename act }").await["data"]["act"], "k-1 64");
    assert_eq!(codes(&run("mutation { act other: act }").await), ["INVALID_INPUT"]);
    assert_eq!(codes(&run("mutation { ...F b: act } fragment F on Mutation { act }").await), ["INVALID_INPUT"]);
    assert_eq!(run("{ info }").await["data"]["info"], "req-1 En 1", "a query needs no key");
}

#[tokio::test]
async fn messages_follow_the_language() {
    let zh = Context { lang: Lang::Zh, ..context() };
    let answer = read(&executor().run(request("query A { quick } query B { quick }", json!({})), zh).await);
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("多个操作"), "{answer}");
}

#[rstest]
#[case("{ nope }", "UNKNOWN_FIELD", "类型 Query 没有字段 nope", json!([]))]
#[case("{ search(filter: {name: 5}) }", "WRONG_VALUE", "参数 filter.name：应为 String 类型的取值", json!([{"path": "filter.name", "code": "INVALID", "message": "参数 filter.name：应为 String 类型的取值"}]))]
#[case("{ search(filter: {name: \"a\", colour: \"RED\"}) }", "WRONG_VALUE", "Colour 的取值不加引号", json!(null))]
#[case("{ quick", "SYNTAX", "查询文本第 1 行第 8 列有语法错误", json!([]))]
#[case("{ ...F } fragment F on Query { ...F }", "FRAGMENT", "片段 F 直接或间接地引用了自身", json!([]))]
#[case("{ quick quick: slow }", "DIFFERENT_FIELDS", "“quick”既指 quick 又指 slow", json!([]))]
#[tokio::test]
async fn a_fault_of_the_document_is_told_by_its_rule_in_chinese(
    #[case] query: &str,
    #[case] rule: &str,
    #[case] message: &str,
    #[case] fields: Value,
) {
    let zh = Context { lang: Lang::Zh, ..context() };
    let answer = read(&executor().run(request(query, json!({})), zh).await);
    let error = &answer["errors"][0];
    assert_eq!((&error["extensions"]["code"], &error["extensions"]["rule"]), (&json!("INVALID_INPUT"), &json!(rule)));
    assert!(error["message"].as_str().unwrap().contains(message), "{answer}");
    assert!(fields.is_null() || error["extensions"]["fields"] == fields, "{answer}");
}
