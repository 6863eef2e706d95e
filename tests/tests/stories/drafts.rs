//! Drafts 草稿: what never was public stays with those who prepared it, whatever became of it.

use serde_json::{Value, json};
use tongxin_tests::{TestApp, ids, on_each_database, places::HERE, text};

on_each_database![
    what_was_never_opened_stays_with_those_who_prepare,
    a_draft_that_is_thrown_away_stays_with_those_who_prepared_it,
];

async fn what_was_never_opened_stays_with_those_who_prepare(app: &TestApp) {
    let draft = app.draft(json!({"title": "未曾发布"})).await;
    let cancel = json!({"serviceItemId": draft, "reason": "内部原因"});
    app.actor("community-secretary").act("cancelServiceItem", cancel, "serviceItem { id }").await.done();
    let read = "query($id: ID!, $code: String!) { node(id: $id) { id } serviceItem(id: $id) { title cancelReason }
        serviceItems(filter: {communityCode: $code, status: CANCELLED}, first: 100) { totalCount nodes { id } }
        region(code: $code) { serviceItems(filter: {status: CANCELLED}) { totalCount } } }";
    for (account, sees) in [
        ("", false),
        ("civic-app", false),
        ("resident", false),
        ("property-manager", false),
        ("other-community-secretary", false),
        ("street-secretary", false),
        ("district-officer", false),
        ("station-officer", true),
        ("community-worker", true),
        ("community-secretary", true),
    ] {
        let actor = if account.is_empty() { app.stranger() } else { app.actor(account) };
        let found = actor.query(read, json!({"id": draft, "code": HERE})).await;
        let data = &found.body["data"];
        assert_eq!((data["node"].is_object(), data["serviceItem"].is_object()), (sees, sees), "{account}: {found}");
        assert_eq!(ids(&data["serviceItems"]).contains(&draft.as_str()), sees, "{account}");
        // The demo has one that was public.
        for count in [&data["serviceItems"]["totalCount"], &data["region"]["serviceItems"]["totalCount"]] {
            assert_eq!(*count, 1 + i32::from(sees), "{account}");
        }
    }
}

async fn a_draft_that_is_thrown_away_stays_with_those_who_prepared_it(app: &TestApp) {
    let (officer, secretary) = (app.actor("street-officer"), app.actor("street-secretary"));
    let draft = app.priority_draft(json!({})).await;
    let named = json!({"priorityId": draft});
    app.actor("other-street-officer")
        .act("discardPriority", named.clone(), "priority { id }")
        .await
        .refused("NOT_FOUND");
    let discarded = officer.act("discardPriority", named.clone(), "priority { status publishedAt endedAt }").await;
    let discarded = &discarded.done()["priority"];
    assert_eq!((&discarded["status"], &discarded["publishedAt"]), (&json!("DISCARDED"), &Value::Null));
    assert!(discarded["endedAt"].is_string());

    let read = "query($id: ID!) { nodes(ids: [$id]) { id }
        priorities(filter: {streetCode: \"120106001\", status: DISCARDED}) { totalCount } }";
    for (account, sees) in [
        ("", false),
        ("civic-app", false),
        ("resident", false),
        ("community-secretary", false),
        ("district-officer", false),
        ("other-street-officer", false),
        ("street-officer", true),
        ("street-secretary", true),
    ] {
        let actor = if account.is_empty() { app.stranger() } else { app.actor(account) };
        let read = actor.read(read, json!({"id": draft})).await;
        assert_eq!(read["nodes"][0].is_object(), sees, "{account}: {read}");
        assert_eq!(read["priorities"]["totalCount"], i32::from(sees), "{account}");
    }
    // Its trail stays, with what it said.
    let trail = "query($id: ID!) { auditTrail(on: $id) { nodes { action after } } }";
    let kept = secretary.read(trail, json!({"id": draft})).await;
    let actions = kept["auditTrail"]["nodes"].as_array().unwrap();
    let actions = actions.iter().map(|entry| text(&entry["action"])).collect::<Vec<_>>();
    assert_eq!(actions, ["discardPriority", "createPriority"]);
    assert_eq!(kept["auditTrail"]["nodes"][1]["after"]["title"], app.plan()["title"]);
    // Nothing follows it.
    for act in ["publishPriority", "discardPriority"] {
        let refused = secretary.act(act, named.clone(), "priority { id }").await;
        assert_eq!(refused.refused("CONFLICT")["current"], "DISCARDED", "{act}");
    }
    let published = app.priority(json!({})).await;
    let late = officer.act("discardPriority", json!({"priorityId": published}), "priority { id }").await;
    assert_eq!(late.refused("CONFLICT")["current"], "PUBLISHED");
}
