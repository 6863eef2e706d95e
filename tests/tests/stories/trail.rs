//! The trail of audit entries shows no more than what it is about shows: not to those who may not see it, not what a draft
//! said to those who see no drafts, and not who acted as a private person.

use serde_json::{Value, json};
use tongxin_tests::{TestApp, on_each_database, text, with};

on_each_database![
    a_draft_keeps_its_trail_to_those_who_see_it,
    what_a_draft_said_stays_with_those_who_see_drafts,
    who_rated_is_told_to_nobody,
    what_was_done_about_a_person_is_for_those_who_see_the_person,
    who_acts_without_a_post_is_named_to_those_who_see_the_person,
    whoever_is_refused_over_and_over_does_not_fill_the_trail,
];

const TRAIL: &str = "query($id: ID!) { auditTrail(on: $id, first: 100) { totalCount nodes {
    id action outcome actorId actorName postId role reason purpose before after requestId } } }";

async fn trail(app: &TestApp, account: &str, on: &str) -> Vec<Value> {
    let read = app.actor(account).read(TRAIL, json!({"id": on})).await;
    let nodes = read["auditTrail"]["nodes"].as_array().unwrap().clone();
    assert_eq!(read["auditTrail"]["totalCount"], nodes.len(), "{account}");
    nodes
}

/// The entry of an action, as an account sees it.
async fn entry(app: &TestApp, account: &str, on: &str, action: &str) -> Value {
    let all = trail(app, account, on).await;
    all.iter().find(|entry| entry["action"] == action).unwrap_or_else(|| panic!("{account}: {all:?}")).clone()
}

async fn a_draft_keeps_its_trail_to_those_who_see_it(app: &TestApp) {
    let plan = app.priority_draft(json!({})).await;
    let draft = app.draft(json!({})).await;
    let never = app.draft(json!({})).await;
    let cancel = json!({"serviceItemId": never, "reason": "内部原因"});
    app.actor("community-secretary").act("cancelServiceItem", cancel, "serviceItem { id }").await.done();
    let node = "query($id: ID!) { node(id: $id) { id } }";
    for (id, sees) in [
        (&plan, vec!["street-secretary"]),
        (&draft, vec!["community-secretary"]),
        (&never, vec!["community-secretary"]),
    ] {
        let entries = trail(app, sees[0], id).await;
        assert!(!entries.is_empty());
        for account in ["district-officer", "street-secretary", "community-secretary", "other-community-secretary"] {
            let seen = trail(app, account, id).await;
            assert_eq!(seen.is_empty(), !sees.contains(&account), "{account}: {seen:?}");
            for entry in &entries {
                let one = app.actor(account).query(node, json!({"id": entry["id"]})).await;
                assert_eq!(one.code(), seen.is_empty().then_some("NOT_FOUND"), "{account}: {one}");
            }
        }
    }
    // Those who did it themselves see it as long as they see the draft.
    assert_eq!(trail(app, "community-worker", &draft).await.len(), 1);
    let me = app.actor("community-worker").read("{ me { posts { id } } }", json!({})).await;
    let end = json!({"postId": me["me"]["posts"][0]["id"], "reason": "调动"});
    app.actor("community-secretary").act("endPost", end, "post { id }").await.done();
    assert!(trail(app, "community-worker", &draft).await.is_empty());
}

async fn what_a_draft_said_stays_with_those_who_see_drafts(app: &TestApp) {
    let draft = app.draft(json!({"title": "初稿"})).await;
    let edit = with(app.content(), json!({"serviceItemId": draft, "version": 1, "title": "二稿"}));
    app.actor("community-worker").act("updateServiceItem", edit, "serviceItem { id }").await.done();
    let publish = with(app.content(), json!({"draftId": draft, "title": "定稿"}));
    app.actor("community-secretary").act("publishServiceItem", publish, "serviceItem { id }").await.done();
    let plan = app.priority(json!({})).await;
    for account in ["district-officer", "street-secretary"] {
        let said = format!("{:?}", trail(app, account, &draft).await);
        assert!(!said.contains("初稿") && !said.contains("二稿") && said.contains("定稿"), "{account}: {said}");
        let edited = entry(app, account, &draft, "updateServiceItem").await;
        assert_eq!((&edited["before"], &edited["after"]), (&Value::Null, &Value::Null));
    }
    let said = format!("{:?}", trail(app, "community-secretary", &draft).await);
    assert!(said.contains("初稿") && said.contains("二稿") && said.contains("定稿"), "{said}");
    assert_eq!(entry(app, "district-officer", &plan, "createPriority").await["after"], Value::Null);
    assert!(entry(app, "district-officer", &plan, "publishPriority").await["after"].is_object());
    assert!(entry(app, "street-secretary", &plan, "createPriority").await["after"]["title"].is_string());
}

async fn who_rated_is_told_to_nobody(app: &TestApp) {
    let item = app.item(json!({})).await;
    app.accepted("property-manager", &item).await;
    let rate = json!({"serviceItemId": item, "stars": 1});
    for _ in 0..2 {
        app.actor("resident").act("rateServiceItem", rate.clone(), "rating { id }").await;
    }
    // Nor who was refused, whatever posts they hold.
    app.actor("property-manager").act("rateServiceItem", rate, "rating { id }").await.refused("FORBIDDEN");
    let resident = app.id_of("resident");
    for account in ["community-secretary", "street-secretary", "district-officer"] {
        let entries = trail(app, account, &item).await;
        let ratings = entries.iter().filter(|entry| entry["action"] == "rateServiceItem").collect::<Vec<_>>();
        assert_eq!(ratings.len(), 3, "{account}");
        for entry in ratings {
            for field in ["actorId", "actorName", "postId", "requestId"] {
                assert_eq!(entry[field], Value::Null, "{account}: {entry}");
            }
            assert!(["resident", "anonymous"].contains(&&*text(&entry["role"])), "{entry}");
            let told = entry["reason"].as_str().unwrap_or_default();
            assert!(["", "CONFLICT", "FORBIDDEN"].contains(&told), "{told}");
        }
        // Acts done through a post stay named.
        assert_eq!(entry(app, account, &item, "publishServiceItem").await["actorName"], "吴示范");
    }
    let own = trail(app, "resident", &item).await;
    assert_eq!(own.len(), 2);
    assert!(own.iter().all(|entry| entry["actorId"] == json!(resident) && entry["actorName"] == "何示范"), "{own:?}");
    assert!(trail(app, "neighbour", &item).await.is_empty());
}

async fn what_was_done_about_a_person_is_for_those_who_see_the_person(app: &TestApp) {
    let resident = app.id_of("resident");
    let purpose = "上门维修前联系";
    let reveal = json!({"personId": resident, "purpose": purpose});
    app.actor("community-secretary").act("revealPhone", reveal.clone(), "person { id }").await.done();
    app.actor("district-officer").act("revealPhone", reveal, "person { id }").await.refused("NOT_FOUND");
    for (account, sees) in [
        ("community-secretary", true),
        ("street-secretary", true),
        ("district-officer", false),
        ("other-community-secretary", false),
        ("neighbour", false),
    ] {
        let entries = trail(app, account, &resident).await;
        assert_eq!(!entries.is_empty(), sees, "{account}: {entries:?}");
        assert!(entries.iter().all(|entry| entry["actorName"] == "吴示范" && entry["purpose"] == purpose));
    }
    // What nobody is, has no trail either.
    assert!(trail(app, "district-officer", "person_01kv4pzbg0ehy929dd8brcdsyp").await.is_empty());
    assert!(trail(app, "district-officer", "nothing").await.is_empty());
}

async fn who_acts_without_a_post_is_named_to_those_who_see_the_person(app: &TestApp) {
    let item = app.item(json!({})).await;
    let close = json!({"serviceItemId": item});
    for account in ["resident", "property-manager"] {
        app.actor(account).act("closeServiceItem", close.clone(), "serviceItem { id }").await.refused("FORBIDDEN");
    }
    // A post that is private: who is a member is the member's own affair.
    app.actor("party-member").act("closeServiceItem", close, "serviceItem { id }").await.refused("FORBIDDEN");
    for (account, names) in [
        ("district-officer", vec!["property-manager"]),
        ("community-secretary", vec!["party-member", "property-manager", "resident"]),
        ("street-secretary", vec!["party-member", "property-manager", "resident"]),
    ] {
        let entries = trail(app, account, &item).await;
        let refused = entries.iter().filter(|entry| entry["outcome"] == "REFUSED").collect::<Vec<_>>();
        assert_eq!(refused.len(), 3);
        for name in ["party-member", "property-manager", "resident"] {
            let id = json!(app.id_of(name));
            let shown = refused.iter().any(|entry| entry["actorId"] == id && entry["actorName"].is_string());
            assert_eq!(shown, names.contains(&name), "{name} to {account}: {refused:?}");
        }
    }
}

async fn whoever_is_refused_over_and_over_does_not_fill_the_trail(app: &TestApp) {
    let item = app.item(json!({})).await;
    let refused = async |account: &str| {
        let close = json!({"serviceItemId": item});
        app.actor(account).act("closeServiceItem", close, "serviceItem { id }").await.refused("FORBIDDEN");
    };
    let entries = async || {
        let all = trail(app, "community-secretary", &item).await;
        all.iter().filter(|entry| entry["outcome"] == "REFUSED").count()
    };
    for _ in 0..5 {
        refused("property-manager").await;
    }
    assert_eq!(entries().await, 1);
    refused("resident").await;
    assert_eq!(entries().await, 2, "another person is another entry");
    app.clock.advance(chrono::TimeDelta::minutes(1));
    refused("property-manager").await;
    assert_eq!(entries().await, 3, "and so is another minute");
}
