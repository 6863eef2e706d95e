//! What is asked for in several places of a document under one key is one thing: it happens once and is answered whole.

use serde_json::json;
use tongxin_tests::{TestApp, on_each_database, places::HERE};

on_each_database![a_claim_written_twice_is_one, a_query_written_twice_is_answered_whole];

const CLAIM_TWICE: &str = r#"
mutation Claim($input: ClaimServiceItemInput!, $no: Boolean = false) {
  claimServiceItem(input: $input) { claim { id } }
  ...Status
  ... on Mutation @skip(if: $no) { claimServiceItem(input: $input) { claim { status } } }
  claimServiceItem(input: $input) @include(if: $no) { serviceItem { quota } }
}
fragment Status on Mutation { claimServiceItem(input: $input) { serviceItem { status claimCount } } }"#;

async fn a_claim_written_twice_is_one(app: &TestApp) {
    let manager = app.actor("property-manager");
    let item = json!({
        "communityCode": HERE, "title": "楼道清扫", "description": "每周一次", "dueOn": app.day(20),
        "claimableBy": ["PROPERTY_COMPANY"], "quota": 3,
    });
    let item = app.actor("community-secretary").act("publishServiceItem", item, "serviceItem { id }").await;
    let item = json!(item.done()["serviceItem"]["id"]);
    let company = manager.read("{ me { claimants { id } } }", json!({})).await["me"]["claimants"][0]["id"].clone();
    let body = json!({
        "query": CLAIM_TWICE, "variables": {"input": {"serviceItemId": item, "claimantId": company}},
    });

    // One root field, so that a key may go with it; sent again, it is the same answer.
    let first = manager.send(&body, Some("claim-once")).await;
    let claimed = &first.data()["claimServiceItem"];
    assert_eq!(claimed["claim"]["status"], "CLAIMED");
    assert_eq!(claimed["serviceItem"], json!({"status": "OPEN", "claimCount": 1}), "claimed once, quota left out");
    assert_eq!(manager.send(&body, Some("claim-once")).await.body, first.body);

    let refused = manager.send(&body, None).await;
    assert_eq!(refused.code(), Some("CONFLICT"), "one claimant holds one claim: {refused}");
    assert_eq!(refused.body["errors"].as_array().map(Vec::len), Some(1), "and is told so once: {refused}");

    let audit = "query($on: ID!) { auditTrail(on: $on) { nodes { action outcome } } }";
    let trail = app.actor("community-secretary").read(audit, json!({"on": claimed["claim"]["id"]})).await;
    assert_eq!(trail["auditTrail"]["nodes"], json!([{"action": "claimServiceItem", "outcome": "ALLOWED"}]));
}

async fn a_query_written_twice_is_answered_whole(app: &TestApp) {
    let stranger = app.stranger();
    let list = "{ serviceItems(filter: {communityCode: \"120106001002\"}, first: 1) { nodes { id title } } }";
    let item = stranger.read(list, json!({})).await["serviceItems"]["nodes"][0].clone();
    let query = "query($id: ID!) {
        a: serviceItem(id: $id) { id community { code } }
        ... { a: serviceItem(id: $id) { title community { street: parent { code } } } }
        ...More
    } fragment More on Query { a: serviceItem(id: $id) { community { code } claims(first: 1) { totalCount } } }";
    let found = stranger.read(query, json!({"id": item["id"]})).await;
    let a = &found["a"];
    assert_eq!((&a["id"], &a["title"]), (&item["id"], &item["title"]));
    assert_eq!(a["community"], json!({"code": HERE, "street": {"code": "120106001"}}));
    assert!(a["claims"]["totalCount"].is_u64(), "{found}");

    let torn = "query($id: ID!) { a: serviceItem(id: $id) { x: id } a: serviceItem(id: $id) { x: title } }";
    stranger.query(torn, json!({"id": item["id"]})).await.refused("INVALID_INPUT");
    let torn = "query($id: ID!) {
        serviceItem(id: $id) { claims(first: 1) { totalCount } }
        serviceItem(id: $id) { claims(first: 2) { nodes { id } } }
    }";
    stranger.query(torn, json!({"id": item["id"]})).await.refused("INVALID_INPUT");
}
