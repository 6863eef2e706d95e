//! `serviceItemChanged`: who listens hears of each change of what they may see, as it is then.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tongxin_tests::{
    Actor, Listener, TestApp, on_each_database,
    places::{HERE, SIBLING, STREET},
    with,
};

on_each_database![
    a_listener_hears_an_item_from_its_publication_to_its_rating,
    a_listener_hears_only_of_the_place_it_asked_for,
    what_time_does_is_heard_too,
    a_draft_is_heard_of_by_nobody,
    a_subscription_ends_with_its_token,
    a_bad_token_hears_nothing,
    a_listener_hears_by_a_fragment_too,
];

const CHANGED: &str = "subscription($code: String) { serviceItemChanged(communityCode: $code) {
    id title status claimCount latestRating { stars } community { code } } }";

/// Listens, and comes back once what happens is heard: an item is touched until it is.
async fn listening(app: &TestApp, actor: &Actor, code: &str) -> Listener {
    let mut listener = app.listen(actor, CHANGED, json!({"code": code})).await;
    let knock = async {
        loop {
            app.item(json!({"title": "敲门"})).await;
        }
    };
    let heard = async { while listener.event().await["serviceItemChanged"]["title"] != "敲门" {} };
    tokio::select! {
        () = heard => {}
        () = knock => {}
    }
    listener
}

/// The next change of something other than the knocking.
async fn change(listener: &mut Listener) -> Value {
    loop {
        let heard = listener.event().await["serviceItemChanged"].clone();
        if heard["title"] != "敲门" {
            return heard;
        }
    }
}

async fn a_listener_hears_an_item_from_its_publication_to_its_rating(app: &TestApp) {
    let mut listener = listening(app, &app.stranger(), HERE).await;
    let item = app.item(json!({"title": "听得见"})).await;
    let mut expect = async |status: &str, claims: i32, stars: Value| {
        let heard = change(&mut listener).await;
        let expected = json!({
            "id": item, "title": "听得见", "status": status, "claimCount": claims,
            "latestRating": stars, "community": {"code": HERE},
        });
        assert_eq!(heard, expected);
    };
    expect("OPEN", 0, Value::Null).await;
    let manager = app.actor("property-manager");
    let claim = json!({"claimId": app.claim("property-manager", &item).await});
    expect("IN_PROGRESS", 1, Value::Null).await;
    manager.act("startClaim", claim.clone(), "claim { id }").await.done();
    expect("IN_PROGRESS", 1, Value::Null).await;
    let hand_in = with(claim.clone(), json!({"summary": "已完成"}));
    manager.act("submitClaim", hand_in, "claim { id }").await.done();
    expect("IN_PROGRESS", 1, Value::Null).await;
    app.actor("community-secretary").act("acceptClaim", claim, "claim { id }").await.done();
    expect("DONE", 1, Value::Null).await;
    let rate = json!({"serviceItemId": item, "stars": 4});
    app.actor("resident").act("rateServiceItem", rate, "rating { id }").await.done();
    expect("DONE", 1, json!({"stars": 4})).await;
    // What is refused changes nothing, and is not heard; what comes next is.
    manager.act("claimServiceItem", json!({"serviceItemId": item, "claimantId": "company_x"}), "__typename").await;
    let close = json!({"serviceItemId": item});
    app.actor("community-secretary").act("closeServiceItem", close, "serviceItem { id }").await.done();
    expect("CLOSED", 1, json!({"stars": 4})).await;
}

async fn a_listener_hears_only_of_the_place_it_asked_for(app: &TestApp) {
    let resident = app.actor("resident");
    let mut of_street = listening(app, &resident, STREET).await;
    let mut of_here = listening(app, &resident, HERE).await;
    let far = with(app.content(), json!({"communityCode": "120106003001", "title": "远处"}));
    app.actor("far-community-secretary").act("publishServiceItem", far, "serviceItem { id }").await.done();
    let beside = with(app.content(), json!({"communityCode": SIBLING, "title": "隔壁"}));
    app.actor("other-community-secretary").act("publishServiceItem", beside, "serviceItem { id }").await.done();
    app.item(json!({"title": "这里"})).await;
    assert_eq!(change(&mut of_here).await["title"], "这里");
    assert_eq!(change(&mut of_street).await["title"], "隔壁");
    assert_eq!(change(&mut of_street).await["title"], "这里");
}

async fn what_time_does_is_heard_too(app: &TestApp) {
    let item = app.item(json!({"title": "会过期", "dueOn": app.day(1)})).await;
    app.claim("property-manager", &item).await;
    let mut listener = listening(app, &app.stranger(), HERE).await;
    app.days_pass(3).await;
    // Its claim lapses, and it expires with it; changes that were not taken yet come as one.
    loop {
        let heard = change(&mut listener).await;
        if heard["id"] == json!(item) && heard["status"] == "EXPIRED" {
            assert_eq!(heard["claimCount"], 0);
            break;
        }
    }
}

async fn a_draft_is_heard_of_by_nobody(app: &TestApp) {
    let mut worker = listening(app, &app.actor("community-worker"), HERE).await;
    let mut stranger = listening(app, &app.stranger(), HERE).await;
    let never = app.draft(json!({"title": "作废"})).await;
    let cancel = json!({"serviceItemId": never, "reason": "不再需要"});
    app.actor("community-secretary").act("cancelServiceItem", cancel, "serviceItem { id }").await.done();
    let draft = app.draft(json!({"title": "草稿"})).await;
    let publish = with(app.content(), json!({"draftId": draft, "title": "定稿"}));
    app.actor("community-secretary").act("publishServiceItem", publish, "serviceItem { id }").await.done();
    for listener in [&mut worker, &mut stranger] {
        let heard = change(listener).await;
        assert_eq!((&heard["id"], &heard["title"]), (&json!(draft), &json!("定稿")));
    }
}

async fn a_subscription_ends_with_its_token(app: &TestApp) {
    let mut listener = listening(app, &app.actor("resident"), HERE).await;
    app.clock.advance(TimeDelta::days(30) + TimeDelta::seconds(10));
    let last = loop {
        let heard = listener.hear().await.expect("it is told before the socket closes");
        if heard["type"] != "next" || heard["payload"].get("errors").is_some() {
            break heard;
        }
    };
    assert!(last.to_string().contains("UNAUTHENTICATED"), "{last}");
}

async fn a_bad_token_hears_nothing(app: &TestApp) {
    let mut refused = app.call(&app.bearer("a.b.c")).await;
    assert_eq!(refused.hear().await, Err(4403));
}

async fn a_listener_hears_by_a_fragment_too(app: &TestApp) {
    for document in [
        "subscription($code: String) { ...F } fragment F on Subscription { serviceItemChanged(communityCode: $code) { title } }",
        "subscription($code: String) { ... @include(if: true) { serviceItemChanged(communityCode: $code) { title } } }",
    ] {
        let mut listener = app.listen(&app.stranger(), document, json!({"code": HERE})).await;
        let knock = async {
            loop {
                app.item(json!({"title": "敲门"})).await;
            }
        };
        tokio::select! {
            heard = listener.event() => assert_eq!(heard, json!({"serviceItemChanged": {"title": "敲门"}})),
            () = knock => {}
        }
    }
}
