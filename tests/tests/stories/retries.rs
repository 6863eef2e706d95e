//! Retries: under one `Idempotency-Key` a mutation happens once, however often it is sent.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tongxin_tests::{Actor, Answer, TestApp, on_each_database, text, with};

on_each_database![
    the_same_key_and_body_give_the_same_answer_once,
    twenty_at_once_are_done_once,
    another_body_under_the_key_is_a_mismatch,
    a_refusal_leaves_the_key_free,
    the_key_is_each_actors_own,
    one_key_is_for_one_root_field,
    keys_are_of_a_kind,
];

const TITLES: &str =
    "query { serviceItems(filter: {communityCode: \"120106001002\"}, first: 100) { nodes { id title } } }";

/// How many items of the title there are.
async fn count(app: &TestApp, title: &str) -> usize {
    let read = app.actor("community-worker").read(TITLES, json!({})).await;
    read["serviceItems"]["nodes"].as_array().unwrap().iter().filter(|item| item["title"] == title).count()
}

fn publish(app: &TestApp, title: &str) -> Value {
    with(app.content(), json!({"title": title}))
}

async fn the_same_key_and_body_give_the_same_answer_once(app: &TestApp) {
    let secretary = app.actor("community-secretary");
    let selection = "serviceItem { id title version createdAt }";
    let first = secretary.act_once("key-1", "publishServiceItem", publish(app, "只此一次"), selection).await;
    let item = text(&first.done()["serviceItem"]["id"]);
    // Later, when the item is not what it was any more, the answer still is that of then.
    app.claim("property-manager", &item).await;
    app.clock.advance(chrono::TimeDelta::minutes(5));
    let again = secretary.act_once("key-1", "publishServiceItem", publish(app, "只此一次"), selection).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(count(app, "只此一次").await, 1);
    // Under no key, or another, it is another request.
    secretary.act_once("key-2", "publishServiceItem", publish(app, "只此一次"), selection).await.done();
    secretary.act("publishServiceItem", publish(app, "只此一次"), selection).await.done();
    assert_eq!(count(app, "只此一次").await, 3);
}

async fn twenty_at_once_are_done_once(app: &TestApp) {
    let secretary = app.actor("community-secretary");
    let sent = (0..20).map(|_| {
        secretary.act_once("one-key", "publishServiceItem", publish(app, "同时二十次"), "serviceItem { id title }")
    });
    let answers = join_all(sent).await;
    answers.iter().for_each(|answer| assert_eq!(answer.body, answers[0].body));
    answers[0].done();
    assert_eq!(count(app, "同时二十次").await, 1);
}

async fn another_body_under_the_key_is_a_mismatch(app: &TestApp) {
    let secretary = app.actor("community-secretary");
    let query = |title: &str| {
        format!("mutation A($i: PublishServiceItemInput!) {{ publishServiceItem(input: $i) {{ serviceItem {{ {title} }} }} }}
            mutation B($i: PublishServiceItemInput!) {{ publishServiceItem(input: $i) {{ serviceItem {{ id }} }} }}")
    };
    let body = |query: &str, operation: &str, title: &str| json!({"query": query, "operationName": operation, "variables": {"i": publish(app, title)}});
    let first = secretary.send(&body(&query("id"), "A", "甲"), Some("key")).await;
    first.data();
    for other in [body(&query("id"), "A", "乙"), body(&query("id title"), "A", "甲"), body(&query("id"), "B", "甲")]
    {
        let answer = secretary.send(&other, Some("key")).await;
        answer.refused("IDEMPOTENCY_MISMATCH");
    }
    // The order of the variables and what the body says besides make no other request.
    let reordered: Value = serde_json::from_str(&format!(
        "{{\"extensions\": {{}}, \"variables\": {}, \"operationName\": \"A\", \"query\": {}}}",
        json!({"i": publish(app, "甲")}),
        json!(query("id"))
    ))
    .unwrap();
    assert_eq!(secretary.send(&reordered, Some("key")).await.body, first.body);
    assert_eq!(count(app, "甲").await, 1);
    assert_eq!(count(app, "乙").await, 0);
}

async fn claim(actor: &Actor, item: &str, claimant: &str) -> Answer {
    let input = json!({"serviceItemId": item, "claimantId": claimant});
    actor.act_once("claim-key", "claimServiceItem", input, "claim { id }").await
}

async fn a_refusal_leaves_the_key_free(app: &TestApp) {
    let item = app.item(json!({})).await;
    let taken = app.claim("rival-property-manager", &item).await;
    let (manager, company) = (app.actor("property-manager"), app.claimant("property-manager").await);
    claim(&manager, &item, &company).await.refused("CONFLICT");
    let withdraw = json!({"claimId": taken, "reason": "人手不足"});
    app.actor("rival-property-manager").act("withdrawClaim", withdraw, "claim { id }").await.done();
    let done = claim(&manager, &item, &company).await;
    done.done();
    assert_eq!(claim(&manager, &item, &company).await.body, done.body);

    // A refused body does not hold the key for another one either.
    let secretary = app.actor("community-secretary");
    let bad = secretary.act_once("key", "publishServiceItem", publish(app, ""), "serviceItem { id }").await;
    bad.refused("INVALID_INPUT");
    secretary.act_once("key", "publishServiceItem", publish(app, "改正"), "serviceItem { id }").await.done();
}

async fn the_key_is_each_actors_own(app: &TestApp) {
    let item = app.item(json!({"quota": 2})).await;
    let mut claims = Vec::new();
    for account in ["property-manager", "rival-property-manager"] {
        let (actor, claimant) = (app.actor(account), app.claimant(account).await);
        claims.push(text(&claim(&actor, &item, &claimant).await.done()["claim"]["id"]));
    }
    assert_ne!(claims[0], claims[1]);
    // Nobody learns of another's answer by its key.
    let company = app.claimant("property-manager").await;
    claim(&app.actor("resident"), &item, &company).await.refused("FORBIDDEN");
    claim(&app.stranger(), &item, &company).await.refused("FORBIDDEN");
}

async fn one_key_is_for_one_root_field(app: &TestApp) {
    let secretary = app.actor("community-secretary");
    let field = "publishServiceItem(input: $i) { serviceItem { id } }";
    for fields in [format!("a: {field} b: {field}"), format!("... on Mutation {{ {field} }} ...F")] {
        let fragment =
            if fields.ends_with("...F") { format!(" fragment F on Mutation {{ b: {field} }}") } else { String::new() };
        let query = format!("mutation($i: PublishServiceItemInput!) {{ {fields} }}{fragment}");
        let body = json!({"query": query, "variables": {"i": publish(app, "两项")}});
        secretary.send(&body, Some("key")).await.refused("INVALID_INPUT");
        assert_eq!(count(app, "两项").await, 0, "none of them is done");
    }
    // Without a key both are done; what asks for nothing but a name is no field to count.
    let both = format!("mutation($i: PublishServiceItemInput!) {{ a: {field} b: {field} }}");
    secretary.query(&both, json!({"i": publish(app, "两项")})).await.data();
    let named = format!("mutation($i: PublishServiceItemInput!) {{ __typename {field} }}");
    let body = json!({"query": named, "variables": {"i": publish(app, "两项")}});
    assert_eq!(secretary.send(&body, Some("key")).await.data()["__typename"], "Mutation");
    assert_eq!(count(app, "两项").await, 3);
}

async fn keys_are_of_a_kind(app: &TestApp) {
    let secretary = app.actor("community-secretary");
    for key in ["", " ", "a b", &"k".repeat(201), "密钥", "\t"] {
        let answer = secretary.act_once(key, "publishServiceItem", publish(app, "键"), "serviceItem { id }").await;
        assert_eq!(answer.code(), Some("INVALID_INPUT"), "{key:?}: {answer}");
    }
    assert_eq!(count(app, "键").await, 0);
    for key in ["k", &"k".repeat(200), "!\"#~", "01890f3e-5c1b-7c3a-9d2e-3f4a5b6c7d8e"] {
        secretary.act_once(key, "publishServiceItem", publish(app, "键"), "serviceItem { id }").await.done();
    }
    // A query takes no notice of it.
    let body = json!({"query": "{ a: me { id } b: me { id } }"});
    secretary.send(&body, Some("k")).await.data();
}
