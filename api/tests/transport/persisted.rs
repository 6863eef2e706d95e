//! The hash of a query without the query: nothing is kept here, and clients that try are told so that they send it whole.

use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    house::{House, code, json},
    socket::Client,
};

const RESPONSE: &str = "application/graphql-response+json";
const HASH: &str = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";

fn by_hash() -> Value {
    json!({"persistedQuery": {"version": 1, "sha256Hash": HASH}})
}

fn is_told(errors: &Value) {
    assert_eq!(errors[0]["message"], "PersistedQueryNotSupported", "some clients look for the message");
    assert_eq!(errors[0]["extensions"]["code"], "PERSISTED_QUERY_NOT_SUPPORTED", "others for the code");
    assert_eq!(errors.as_array().unwrap().len(), 1);
}

#[rstest]
#[case::alone(json!({"extensions": by_hash()}))]
#[case::null(json!({"query": null, "extensions": by_hash(), "variables": {"a": 1}}))]
#[case::empty(json!({"query": "", "extensions": by_hash(), "operationName": "A"}))]
#[tokio::test]
async fn a_hash_alone_is_refused_so_that_clients_know(#[case] body: Value) {
    let house = House::open().await;
    for (accept, language, status) in [("application/json", "zh-CN", 200), (RESPONSE, "en", 400), ("*/*", "en", 200)] {
        let request = house.client.post(house.url("/graphql")).header("content-type", "application/json");
        let request = request.header("accept", accept).header("accept-language", language).body(body.to_string());
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{accept}");
        let answer = json(response).await;
        is_told(&answer["errors"]);
        assert!(answer.get("data").is_none());
    }
    let mut client = Client::ready(&house).await;
    client.say(&json!({"type": "subscribe", "id": "1", "payload": body}).to_string()).await;
    let error = client.hear().await;
    assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("1")));
    is_told(&error["payload"]);
    client.subscribe("2", "{ hello }").await;
    assert_eq!(client.hear().await["type"], "next", "the socket is as it was");
}

#[tokio::test]
async fn a_hash_alone_by_get() {
    let house = House::open().await;
    let url = |query: &str, extensions: &Value| {
        let hex = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        house.url(&format!("/graphql?{query}extensions={}", hex(&extensions.to_string())))
    };
    let get = |url: String, accept: &str| house.client.get(url).header("accept", accept).send();
    for (accept, status) in [("application/json", 200), (RESPONSE, 400)] {
        let response = get(url("", &by_hash()), accept).await.unwrap();
        assert_eq!(response.status(), status);
        is_told(&json(response).await["errors"]);
        let response = get(url("query=%7Bhello%7D&", &by_hash()), accept).await.unwrap();
        assert_eq!(json(response).await, json!({"data": {"hello": "你好"}}));
        let response = get(url("", &json!({"other": 1})), accept).await.unwrap();
        assert_eq!((response.status().as_u16(), code(&json(response).await)), (400, "INVALID_INPUT"));
    }
}

#[tokio::test]
async fn with_its_query_it_runs_and_without_either_it_is_no_request() {
    let house = House::open().await;
    let answer =
        json(house.post(json!({"query": "{ hello }", "extensions": by_hash()}).to_string()).send().await.unwrap());
    assert_eq!(answer.await, json!({"data": {"hello": "你好"}}));
    for body in [json!({}), json!({"query": null}), json!({"extensions": {"persistedQuery": null}})] {
        let response = house.post(body.to_string()).send().await.unwrap();
        assert_eq!(response.status(), 400);
        let answer = json(response).await;
        assert_eq!(code(&answer), "INVALID_INPUT", "{body}");
        assert!(answer.to_string().contains("missing field `query`"), "{answer}");
    }
}
