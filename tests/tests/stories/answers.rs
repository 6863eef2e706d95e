//! An answer as it goes over the wire: without blanks, to the byte the same on both databases, and what was done stands in it.

use serde_json::{Value, json};
use tongxin_tests::{TestApp, on_each_database, places::HERE};

on_each_database![
    an_answer_has_no_blanks_between_its_parts,
    what_a_retry_key_keeps_is_answered_alike,
    what_was_done_stands_beside_what_was_refused,
    an_application_is_told_of_nothing_that_is_denied_it,
];

async fn body(app: &TestApp, account: &str, key: Option<&str>, document: &str, variables: Value) -> String {
    let client = reqwest::Client::new();
    let request = client.post(format!("http://{}/graphql", app.address)).header("content-type", "application/json");
    let request = match key {
        Some(key) => request.header("idempotency-key", key),
        None => request,
    };
    let request = request.bearer_auth(app.actor(account).token.unwrap());
    let request = request.body(json!({"query": document, "variables": variables}).to_string());
    request.send().await.unwrap().text().await.unwrap()
}

async fn an_answer_has_no_blanks_between_its_parts(app: &TestApp) {
    let title = "三栋 : \"楼道\" , \\ 清理";
    let item = app.item(json!({"title": title, "dueOn": app.day(40)})).await;
    let document = "query($id: ID!, $code: String!) {
        serviceItem(id: $id) {
            title quota claimableBy dueOn latestRating { stars } claims { nodes { id } totalCount pageInfo { hasNextPage } }
            community { name parent { name level } }
        }
        node(id: $id) { __typename ... on ServiceItem { status } }
        region(code: $code) { code children(first: 1) { edges { node { name } } } }
    }";
    let answer = body(app, "resident", None, document, json!({"id": item, "code": HERE})).await;
    let expected = format!(
        r#"{{"data":{{"serviceItem":{{"title":"三栋 : \"楼道\" , \\ 清理","quota":1,"claimableBy":["PROPERTY_COMPANY","OWNERS_COMMITTEE","UNIT","SOCIAL_ORGANISATION"],"dueOn":"{}","latestRating":null,"claims":{{"nodes":[],"totalCount":0,"pageInfo":{{"hasNextPage":false}}}},"community":{{"name":"增产里社区居委会","parent":{{"name":"西于庄街道","level":"STREET"}}}}}},"node":{{"__typename":"ServiceItem","status":"OPEN"}},"region":{{"code":"{HERE}","children":{{"edges":[]}}}}}}}}"#,
        app.day(40),
    );
    assert_eq!(answer, expected);
}

async fn what_a_retry_key_keeps_is_answered_alike(app: &TestApp) {
    let item = app.item(json!({})).await;
    let document = "mutation($i: CancelServiceItemInput!) {
        cancelServiceItem(input: $i) { serviceItem { status cancelReason quota } }
    }";
    let input = json!({"i": {"serviceItemId": item, "reason": "不再 需要"}});
    let expected =
        r#"{"data":{"cancelServiceItem":{"serviceItem":{"status":"CANCELLED","cancelReason":"不再 需要","quota":1}}}}"#;
    for _ in 0..2 {
        assert_eq!(body(app, "community-secretary", Some("cancel-once"), document, input.clone()).await, expected);
    }
}

async fn what_was_done_stands_beside_what_was_refused(app: &TestApp) {
    let secretary = app.actor("community-secretary");
    let (item, other) = (app.item(json!({})).await, app.item(json!({})).await);
    let document = "mutation($a: CancelServiceItemInput!, $b: CancelServiceItemInput!, $c: CancelServiceItemInput!) {
        a: cancelServiceItem(input: $a) { serviceItem { status } }
        b: cancelServiceItem(input: $b) { serviceItem { status } }
        c: cancelServiceItem(input: $c) { serviceItem { status } }
    }";
    let cancel = |item: &str| json!({"serviceItemId": item, "reason": "不再需要"});
    let variables = json!({"a": cancel(&item), "b": cancel(&item), "c": cancel(&other)});
    let answer = secretary.query(document, variables).await;
    let done = json!({"serviceItem": {"status": "CANCELLED"}});
    assert_eq!(answer.body["data"], json!({"a": done, "b": null, "c": done}), "{answer}");
    let errors = answer.body["errors"].as_array().unwrap();
    assert_eq!((errors.len(), &errors[0]["path"]), (1, &json!(["b"])), "{answer}");
    assert_eq!(errors[0]["extensions"]["code"], "CONFLICT");
}

async fn an_application_is_told_of_nothing_that_is_denied_it(app: &TestApp) {
    let told = app.actor("civic-app").read("{ me { actions } }", json!({})).await;
    let told = told["me"]["actions"].as_array().unwrap().clone();
    assert!(told.contains(&json!("readServiceItem")), "{told:?}");
    for denied in ["readPerson", "revealPhone", "endPost", "readAuditTrail"] {
        assert!(!told.contains(&json!(denied)), "{denied}: {told:?}");
    }
    // What an application is told of it may do to something, and it changes nothing.
    assert!(told.iter().all(|action| action.as_str().is_some_and(|action| action.starts_with("read"))), "{told:?}");
}
