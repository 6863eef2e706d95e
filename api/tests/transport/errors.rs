//! What a refusal says arrives whole, in the reader's language, by either transport.

use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    house::{House, json},
    socket::Client,
};

const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// What is asked, the path of the error, and in each language its message and extensions.
struct Case {
    query: &'static str,
    path: Value,
    messages: [&'static str; 2],
    extensions: [Value; 2],
}

fn forbidden(query: &'static str, path: Value) -> Case {
    let messages = ["不是您的社区", "not your community"];
    let extensions = messages.map(|reason| json!({"code": "FORBIDDEN", "reason": reason}));
    Case { query, path, messages, extensions }
}

fn conflict(query: &'static str, path: Value) -> Case {
    let messages = ["当前状态为“可认领”，此时可以：认领服务项目", "it is OPEN now; what may follow: claimServiceItem"];
    let extensions = [(); 2].map(|()| json!({"code": "CONFLICT", "current": "OPEN", "allowed": ["claimServiceItem"]}));
    Case { query, path, messages, extensions }
}

fn invalid(query: &'static str, path: Value) -> Case {
    let messages = ["输入有误：input.title：太长", "The input is not valid: input.title: too long"];
    let field = |message| json!([{"path": "input.title", "code": "TOO_LONG", "message": message}]);
    let extensions = ["太长", "too long"].map(|m| json!({"code": "INVALID_INPUT", "fields": field(m)}));
    Case { query, path, messages, extensions }
}

fn missing(query: &'static str, path: Value) -> Case {
    let extensions = [(); 2].map(|()| json!({"code": "NOT_FOUND"}));
    Case { query, path, messages: ["找不到物件", "Thing was not found"], extensions }
}

#[rstest]
#[case(forbidden("{ hello forbidden }", json!(["forbidden"])))]
#[case(forbidden("mutation { refuse }", json!(["refuse"])))]
#[case(conflict("{ node { a: node { b: conflict } } }", json!(["node", "a", "b"])))]
#[case(invalid("{ invalid }", json!(["invalid"])))]
#[case(missing("{ node { missing { hello } } }", json!(["node", "missing"])))]
#[tokio::test]
async fn a_refusal_arrives_whole(#[case] case: Case) {
    let house = House::open().await;
    for (at, language) in LANGUAGES.into_iter().enumerate() {
        let response = house.query_in(language, case.query).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let by_http = json(response).await;
        assert!(by_http.get("data").is_some(), "it ran: {by_http}");
        let errors = by_http["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1);
        assert_eq!((&errors[0]["path"], &errors[0]["message"]), (&case.path, &json!(case.messages[at])));
        assert_eq!(errors[0]["extensions"], case.extensions[at]);
        assert_eq!(errors[0]["locations"][0]["line"], 1);

        let mut client = Client::reading(&house, language).await;
        client.subscribe("1", case.query).await;
        let next = client.hear().await;
        assert_eq!((&next["type"], &next["payload"]), (&json!("next"), &by_http));
        assert_eq!(client.hear().await["type"], "complete");
    }
}

#[rstest]
#[case(forbidden("subscription { things { forbidden } }", json!(["things", "forbidden"])))]
#[case(conflict("subscription { t: things { node { conflict } } }", json!(["t", "node", "conflict"])))]
#[tokio::test]
async fn an_event_carries_its_refusals(#[case] case: Case) {
    let house = House::open().await;
    for (at, language) in LANGUAGES.into_iter().enumerate() {
        let mut client = Client::reading(&house, language).await;
        client.subscribe("1", case.query).await;
        let next = client.hear().await;
        let error = &next["payload"]["errors"][0];
        assert_eq!((&error["path"], &error["message"]), (&case.path, &json!(case.messages[at])), "{next}");
        assert_eq!(error["extensions"], case.extensions[at]);
        assert_eq!(client.hear().await["type"], "complete");
    }
}

#[tokio::test]
async fn a_subscription_that_is_refused_says_why() {
    let house = House::open().await;
    for (language, reason) in [("zh-CN", "不可"), ("en", "not yours")] {
        let mut client = Client::reading(&house, language).await;
        client.subscribe("1", "subscription { refused }").await;
        let error = client.hear().await;
        assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("1")));
        let error = &error["payload"][0];
        assert_eq!((&error["message"], &error["path"]), (&json!(reason), &json!(["refused"])));
        assert_eq!(error["extensions"], json!({"code": "FORBIDDEN", "reason": reason}));
    }
}
