//! The service speaks the reader's language, and to a Chinese reader nothing else.

use serde_json::{Value, json};
use tongxin_tests::{TestApp, on_each_database, text};

on_each_database![
    an_answer_speaks_the_readers_language,
    a_refusal_in_chinese_calls_things_by_their_chinese_names,
    a_fault_of_the_document_is_told_in_chinese_too,
    a_socket_speaks_the_language_it_was_opened_in,
];

/// What a resident is answered in a language.
async fn answer(app: &TestApp, language: Option<&str>, document: &str, variables: Value) -> Value {
    let token = app.actor("resident").token.unwrap();
    let client = reqwest::Client::new();
    let request = client.post(format!("http://{}/graphql", app.address)).header("content-type", "application/json");
    let request = match language {
        Some(language) => request.header("accept-language", language),
        None => request,
    };
    let body = json!({"query": document, "variables": variables}).to_string();
    let response = request.bearer_auth(token).body(body).send().await.unwrap();
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

/// The first error of that.
async fn refusal(app: &TestApp, language: Option<&str>, document: &str, variables: Value) -> Value {
    answer(app, language, document, variables).await["errors"][0].clone()
}

const CANCEL: &str = "mutation($i: CancelServiceItemInput!) { cancelServiceItem(input: $i) { serviceItem { id } } }";

async fn an_answer_speaks_the_readers_language(app: &TestApp) {
    let item = app.item(json!({})).await;
    let (zh, en) = ("社区党委书记", "community secretary");
    for (language, says) in [
        (None, zh),
        (Some("zh-CN,zh;q=0.9,en;q=0.8"), zh),
        (Some("zh-Hans-CN, en;q=0.9"), zh),
        (Some("en-GB,en;q=0.9"), en),
        (Some("zh;q=0.2, en;q=0.3"), en),
        (Some("zh;q=0, *"), en),
        (Some("*"), zh),
        (Some("fr"), zh),
    ] {
        let error = refusal(app, language, CANCEL, json!({"i": {"serviceItemId": item, "reason": ""}})).await;
        assert!(text(&error["message"]).contains(says), "{language:?}: {error}");
        assert!(text(&error["extensions"]["reason"]).contains(says), "{language:?}: {error}");
    }
}

async fn a_refusal_in_chinese_calls_things_by_their_chinese_names(app: &TestApp) {
    let gone = format!("item_{}", "0".repeat(26));
    let done = app.item_called("垃圾分类宣传周").await;
    let rate = "mutation($i: RateServiceItemInput!) { rateServiceItem(input: $i) { rating { id } } }";
    let why = "query($id: ID!) { serviceItem(id: $id) { possibleActs { reason } } }";
    for (document, variables, says) in [
        ("query($id: ID!) { serviceItem(id: $id) { id } }", json!({"id": gone}), "找不到服务项目"),
        ("query($id: ID!) { node(id: $id) { id } }", json!({"id": gone}), "找不到对象"),
        (CANCEL, json!({"i": {"serviceItemId": gone, "reason": "不再需要"}}), "找不到服务项目"),
        ("{ region(code: \"999999\") { id } }", json!({}), "找不到行政区划"),
        (rate, json!({"i": {"serviceItemId": done, "stars": 5, "comment": "好"}}), "当前状态为“已结项”"),
    ] {
        let error = refusal(app, Some("zh-CN"), document, variables).await;
        let message = text(&error["message"]);
        assert!(message.starts_with(says), "{message}");
        assert!(!message.contains(|c: char| c.is_ascii_alphabetic()), "{message}");
    }
    let answer = answer(app, Some("zh-CN"), why, json!({"id": done})).await;
    for act in answer["data"]["serviceItem"]["possibleActs"].as_array().unwrap() {
        let reason = text(&act["reason"]);
        assert!(!reason.contains(|c: char| c.is_ascii_alphabetic()), "{reason}");
    }
}

async fn a_fault_of_the_document_is_told_in_chinese_too(app: &TestApp) {
    let due = "query($d: Date) { serviceItems(filter: {dueBy: $d}) { totalCount } }";
    for (document, rule, says) in [
        ("{ nope }", json!("UNKNOWN_FIELD"), "类型 Query 没有字段 nope"),
        (
            "{ serviceItems(filter: {dueBy: \"2030-1-1\"}) { totalCount } }",
            Value::Null,
            "filter.dueBy：“2030-1-1”不是 2026-03-31 这样的日期",
        ),
        (due, Value::Null, "输入有误：variables.d：应为 Date"),
        (
            "{ serviceItems(first: 3000000000) { totalCount } }",
            Value::Null,
            "Int 应为 -2147483648 至 2147483647 的整数",
        ),
    ] {
        let error = refusal(app, Some("zh-CN"), document, json!({"d": "2030-1-1"})).await;
        assert_eq!((&error["extensions"]["code"], &error["extensions"]["rule"]), (&json!("INVALID_INPUT"), &rule));
        assert!(text(&error["message"]).contains(says), "{error}");
    }
}

async fn a_socket_speaks_the_language_it_was_opened_in(app: &TestApp) {
    for (language, says) in [("zh-CN", "找不到服务项目"), ("en-GB, zh;q=0.5", "was not found")] {
        let mut socket = app.call_in(language, &app.stranger()).await;
        assert_eq!(socket.hear().await, Ok(json!({"type": "connection_ack"})));
        let query = "query($id: ID!) { serviceItem(id: $id) { id } }";
        let asked = json!({"query": query, "variables": {"id": format!("item_{}", "0".repeat(26))}});
        socket.say(json!({"type": "subscribe", "id": "1", "payload": asked})).await;
        let next = socket.hear().await.unwrap();
        let message = text(&next["payload"]["errors"][0]["message"]);
        assert!(message.contains(says), "{language}: {message}");
    }
}
