//! Ratings 评价: residents judge what was done for them, once.

use serde_json::{Value, json};
use tongxin_tests::{Answer, TestApp, on_each_database, text};

on_each_database![
    an_item_is_rated_from_its_first_accepted_claim_until_closed,
    a_person_rates_an_item_once,
    only_those_who_live_there_rate,
    nobody_rates_what_an_organisation_of_theirs_claimed,
    ratings_are_public_and_who_rated_is_nobodys_business,
    bad_ratings_are_told_by_field,
];

async fn rate(app: &TestApp, account: &str, item: &str, stars: i32) -> Answer {
    let input = json!({"serviceItemId": item, "stars": stars});
    app.actor(account).act("rateServiceItem", input, "rating { id stars } serviceItem { averageStars }").await
}

async fn an_item_is_rated_from_its_first_accepted_claim_until_closed(app: &TestApp) {
    let item = app.item(json!({"quota": 2})).await;
    let open = rate(app, "resident", &item, 5).await;
    assert_eq!(open.refused("CONFLICT")["current"], "OPEN");
    let second = app.submitted("unit-liaison", &item).await;
    rate(app, "resident", &item, 5).await.refused("CONFLICT");
    app.accepted("property-manager", &item).await;
    assert_eq!(app.field(&item, "ServiceItem", "status").await, "IN_PROGRESS");
    rate(app, "resident", &item, 5).await.done();

    let secretary = app.actor("community-secretary");
    secretary.act("acceptClaim", json!({"claimId": second}), "claim { id }").await.done();
    let rated = rate(app, "neighbour", &item, 2).await;
    assert_eq!(rated.done()["serviceItem"]["averageStars"].as_f64(), Some(3.5));

    secretary.act("closeServiceItem", json!({"serviceItemId": item}), "serviceItem { id }").await.done();
    let closed = rate(app, "many-hats", &item, 5).await;
    assert_eq!(closed.refused("CONFLICT"), &json!({"code": "CONFLICT", "current": "CLOSED", "allowed": []}));
}

async fn a_person_rates_an_item_once(app: &TestApp) {
    let item = app.item(json!({})).await;
    app.accepted("property-manager", &item).await;
    rate(app, "resident", &item, 5).await.done();
    let again = rate(app, "resident", &item, 1).await;
    assert_eq!(again.refused("CONFLICT")["current"], "RATED");
    rate(app, "neighbour", &item, 4).await.done();
    let ratings = app.field(&item, "ServiceItem", "ratings { totalCount nodes { stars } }").await;
    assert_eq!(ratings["totalCount"], 2);
}

async fn only_those_who_live_there_rate(app: &TestApp) {
    let item = app.item(json!({})).await;
    app.accepted("property-manager", &item).await;
    let without_home = [
        "far-resident",
        "district-officer",
        "street-secretary",
        "street-officer",
        "community-secretary",
        "community-worker",
        "station-officer",
        "part-time-member",
        "party-member",
        "rival-property-manager",
        "unit-liaison",
        "civic-app",
    ];
    for account in without_home {
        rate(app, account, &item, 5).await.refused("FORBIDDEN");
    }
    let input = json!({"serviceItemId": item, "stars": 5});
    app.stranger().act("rateServiceItem", input, "rating { id }").await.refused("FORBIDDEN");

    // An item of one compound is for those who live in it.
    let of_one = app.item_called("一区路灯检修").await;
    rate(app, "neighbour", &of_one, 5).await.refused("FORBIDDEN");
    rate(app, "resident", &of_one, 5).await.done();
}

async fn nobody_rates_what_an_organisation_of_theirs_claimed(app: &TestApp) {
    // The chair and a member of the owners' committee both live where it worked.
    let item = app.item_called("三区议事亭修缮").await;
    for account in ["owners-chair", "many-hats"] {
        let refused = rate(app, account, &item, 5).await;
        let facts = refused.refused("FORBIDDEN");
        assert!(text(&facts["rule"]).starts_with("ratings.csv:"), "{facts}");
    }
    // Elsewhere in the community they are residents like all others.
    let item = app.item(json!({})).await;
    app.accepted("property-manager", &item).await;
    rate(app, "owners-chair", &item, 5).await.done();
    // A claim that was withdrawn still is a hand in it.
    let item = app.item(json!({"quota": 2})).await;
    let claim = app.started("owners-chair", &item).await;
    let withdraw = json!({"claimId": claim, "reason": "人手不足"});
    app.actor("owners-chair").act("withdrawClaim", withdraw, "claim { id }").await.done();
    app.accepted("property-manager", &item).await;
    rate(app, "owners-chair", &item, 5).await.refused("FORBIDDEN");
    rate(app, "resident", &item, 5).await.done();
}

async fn ratings_are_public_and_who_rated_is_nobodys_business(app: &TestApp) {
    let item = app.item(json!({})).await;
    app.accepted("property-manager", &item).await;
    let input = json!({"serviceItemId": item, "stars": 4, "comment": "  干净多了 👍 "});
    app.actor("resident").act("rateServiceItem", input, "rating { id }").await.done();
    let document = "query($id: ID!) { serviceItem(id: $id) {
        latestRating { stars comment ratedBy { name } } ratings { nodes { stars ratedBy { name } } } } }";
    for (account, name) in [
        ("", Value::Null),
        ("neighbour", Value::Null),
        ("property-manager", Value::Null),
        ("district-officer", Value::Null),
        ("other-community-secretary", Value::Null),
        ("civic-app", Value::Null),
        ("community-worker", Value::Null),
        ("community-secretary", Value::Null),
        ("street-officer", Value::Null),
        ("resident", json!("何示范")),
    ] {
        let actor = if account.is_empty() { app.stranger() } else { app.actor(account) };
        let read = actor.read(document, json!({"id": item})).await;
        let rating = &read["serviceItem"]["latestRating"];
        assert_eq!((&rating["stars"], &rating["comment"]), (&json!(4), &json!("干净多了 👍")));
        assert_eq!(rating["ratedBy"]["name"], name, "as {account}");
        assert_eq!(read["serviceItem"]["ratings"]["nodes"][0]["ratedBy"]["name"], name, "as {account}");
    }
}

async fn bad_ratings_are_told_by_field(app: &TestApp) {
    let item = app.item(json!({})).await;
    app.accepted("property-manager", &item).await;
    let resident = app.actor("resident");
    for (stars, comment, faults) in [
        (0, "", vec![("input.stars", "OUT_OF_RANGE")]),
        (6, "", vec![("input.stars", "OUT_OF_RANGE")]),
        (-1, "\u{7}", vec![("input.stars", "OUT_OF_RANGE"), ("input.comment", "CONTROL_CHARACTER")]),
        (5, &"长".repeat(1001), vec![("input.comment", "TOO_LONG")]),
    ] {
        let input = json!({"serviceItemId": item, "stars": stars, "comment": comment});
        assert_eq!(resident.act("rateServiceItem", input, "rating { id }").await.bad_fields(), faults);
    }
    rate(app, "resident", &item, 5).await.done();
}
