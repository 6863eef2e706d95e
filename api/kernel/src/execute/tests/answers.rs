use async_graphql::Variables;
use futures_util::StreamExt as _;
use serde_json::json;

use super::*;

#[tokio::test]
async fn nulls_stand_where_the_specification_wants_them() {
    for (query, data) in [
        ("{ thing { id secret } }", json!({"thing": {"id": 1, "secret": null}})),
        ("{ thing { secret } }", json!({"thing": {"secret": null}})),
        ("{ thing { id needed } }", json!(null)),
        ("{ maybe { id needed } quick }", json!({"maybe": null, "quick": 2})),
        ("{ thing { maybe { again { needed } } id } }", json!({"thing": {"maybe": null, "id": 1}})),
        ("{ thing { loose { id needed } } }", json!({"thing": {"loose": [null, null]}})),
        ("{ maybe { parts { id needed } } }", json!({"maybe": null})),
        ("{ quick stale }", json!({"quick": 2, "stale": null})),
        ("{ quick n: stale ...F } fragment F on Query { m: stale }", json!({"quick": 2, "n": null, "m": null})),
        ("mutation { fail { id } }", json!(null)),
        ("{ quick @skip(if: true) }", json!({})),
    ] {
        assert_eq!(ask(query).await["data"], data, "{query}");
    }
}

#[tokio::test]
async fn one_refusal_per_field_and_not_per_element() {
    let answer = ask("{ thing { loose { id secret } } }").await;
    assert_eq!(answer["data"], json!({"thing": {"loose": [{"id": 1, "secret": null}, {"id": 2, "secret": null}]}}));
    assert_eq!(codes(&answer), ["FORBIDDEN"]);
    assert_eq!(answer["errors"][0]["path"], json!(["thing", "loose", 0, "secret"]));
    assert_eq!(answer["errors"][0]["extensions"]["reason"], "not yours");
}

#[tokio::test]
async fn keys_come_in_selection_order() {
    let ask = async |query| {
        let answer = executor().run(request(query, json!({})), context()).await;
        String::from_utf8(answer.body).unwrap()
    };
    assert_eq!(ask("{ slow quick }").await, r#"{"data":{"slow":1,"quick":2}}"#);
    assert_eq!(ask("{ ...F a: quick } fragment F on Query { b: slow a: quick }").await, r#"{"data":{"b":1,"a":2}}"#);
    let nested = "{ z: thing { id } ... on Query { slow } z: thing { __typename } }";
    assert_eq!(ask(nested).await, r#"{"data":{"z":{"id":1,"__typename":"Thing"},"slow":1}}"#);
}

#[tokio::test]
async fn ready_json_is_spliced() {
    let answer = executor().run(request("{ slow ready { json } }", json!({})), context()).await;
    let text = String::from_utf8(answer.body).unwrap();
    assert_eq!(text, r#"{"data":{"slow":1,"ready":{"json":{"z":1,"a":[true,null]}}}}"#);
}

#[tokio::test]
async fn nothing_internal_leaves() {
    for query in ["{ panics }", "{ leaks }", "{ broken }"] {
        let answer = ask(query).await;
        assert_eq!(answer["errors"][0]["extensions"], json!({"code": "INTERNAL", "requestId": "req-1"}), "{query}");
        let text = answer.to_string();
        assert!(!text.contains("42") && !text.contains("disk") && !text.contains("secret"), "{text}");
    }
}

#[tokio::test]
async fn a_database_that_is_gone_leaves_no_data() {
    for query in ["{ gone }", "{ maybeGone }", "{ __typename a: gone b: maybeGone }"] {
        let answer = executor().run(request(query, json!({})), context()).await;
        assert_eq!((answer.stage, answer.retry_after), (Stage::Refused, Some(1)), "{query}");
        assert_eq!(codes(&read(&answer))[0], "UNAVAILABLE");
        assert!(read(&answer).get("data").is_none());
    }
    let answer = executor().run(request("mutation { gone }", json!({})), context()).await;
    assert_eq!(answer.stage, Stage::Refused);
    let half = executor().run(request("mutation { act gone }", json!({})), context()).await;
    assert_eq!((half.stage, &read(&half)["data"]), (Stage::Ran, &json!(null)), "half of it happened");
    let partly = executor().run(request("{ quick maybeGone }", json!({})), context()).await;
    assert_eq!(partly.stage, Stage::Ran);
    assert_eq!(read(&partly)["data"], json!({"quick": 2, "maybeGone": null}));
}

#[tokio::test]
async fn a_subscription_answers_event_by_event() {
    let open = async |query: &str| {
        let variables = Variables::from_json(json!({"to": 3}));
        let request = GraphqlRequest { query: query.into(), variables, ..GraphqlRequest::default() };
        match executor().subscribe(request, context()).await {
            Opened::Events(events) => events.map(|a| read(&a)).collect::<Vec<_>>().await,
            Opened::Once(answer) => panic!("{}", read(&answer)),
        }
    };
    let ticks = open("subscription($to: Int!) { ticks(to: $to) }").await;
    assert_eq!(ticks, [0, 1, 2].map(|n| json!({"data": {"ticks": n}})));
    let burst = open("subscription { bursts }").await;
    assert_eq!(burst.len(), 3);
    assert_eq!(codes(&burst[2]), ["INTERNAL"]);
    assert_eq!(codes(&open("subscription { refused }").await[0]), ["FORBIDDEN"]);
}
