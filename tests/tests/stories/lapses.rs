//! What time does: claims lapse, claimants are suspended, items expire and are closed. Only the clock moves.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use tongxin_tests::{Partner, TestApp, on_each_database, text};

on_each_database![
    a_claim_not_started_in_three_days_is_released,
    a_claim_seven_days_past_due_is_released_unless_handed_in,
    two_lapses_in_ninety_days_suspend_for_thirty,
    lapses_further_apart_do_not_suspend,
    what_is_cancelled_or_withdrawn_is_no_lapse,
    an_item_expires_when_due_with_no_live_claim,
    a_done_item_is_closed_after_thirty_days,
    time_is_audited_as_the_system,
];

async fn a_claim_not_started_in_three_days_is_released(app: &TestApp) {
    let item = app.item(json!({})).await;
    let claim = app.claim("property-manager", &item).await;
    let other = app.item(json!({})).await;
    let started = app.started("property-manager", &other).await;

    app.clock.advance(TimeDelta::days(3) - TimeDelta::seconds(1));
    app.chores().await;
    assert_eq!(app.field(&claim, "Claim", "status").await, "CLAIMED");

    app.clock.advance(TimeDelta::seconds(1));
    app.chores().await;
    assert_eq!(app.field(&claim, "Claim", "status").await, "RELEASED");
    assert_eq!(app.field(&claim, "Claim", "lapsed").await, true);
    assert!(text(&app.field(&claim, "Claim", "reason").await).contains("逾期未开始"));
    assert_eq!(app.field(&item, "ServiceItem", "status").await, "OPEN");
    assert_eq!(app.field(&item, "ServiceItem", "claimCount").await, 0);
    assert_eq!(app.field(&started, "Claim", "status").await, "IN_PROGRESS");

    let late = app.actor("property-manager").act("startClaim", json!({"claimId": claim}), "claim { id }").await;
    assert_eq!(late.refused("CONFLICT")["current"], "RELEASED");
}

async fn a_claim_seven_days_past_due_is_released_unless_handed_in(app: &TestApp) {
    let item = app.item(json!({"dueOn": app.day(2), "quota": 3})).await;
    let started = app.started("property-manager", &item).await;
    let submitted = app.submitted("unit-liaison", &item).await;
    let returned = app.submitted("rival-property-manager", &item).await;
    let back = json!({"claimId": returned, "reason": "缺照片"});
    app.actor("community-worker").act("returnClaim", back, "claim { id }").await.done();

    app.days_pass(9).await;
    assert_eq!(app.field(&started, "Claim", "status").await, "IN_PROGRESS", "the seventh day is not over");
    app.days_pass(1).await;
    for (claim, status, lapsed) in
        [(&started, "RELEASED", true), (&submitted, "SUBMITTED", false), (&returned, "RELEASED", true)]
    {
        assert_eq!(app.field(claim, "Claim", "status").await, status);
        assert_eq!(app.field(claim, "Claim", "lapsed").await, lapsed);
    }
    assert_eq!(app.field(&item, "ServiceItem", "claimCount").await, 1);
    assert_eq!(app.field(&item, "ServiceItem", "status").await, "OPEN", "a claim is still alive");
    let secretary = app.actor("community-secretary");
    secretary.act("acceptClaim", json!({"claimId": submitted}), "claim { id }").await.done();
}

/// Lets a claim lapse.
async fn lapse(app: &TestApp, partner: &Partner) {
    partner.claim(app, &app.item(json!({})).await).await.done();
    app.days_pass(3).await;
}

async fn two_lapses_in_ninety_days_suspend_for_thirty(app: &TestApp) {
    let partner = &app.units(1).await[0];
    lapse(app, partner).await;
    app.clock.advance(TimeDelta::days(87));
    lapse(app, partner).await;

    let item = app.item(json!({"dueOn": app.day(40)})).await;
    let refused = partner.claim(app, &item).await;
    let facts = refused.refused("CONFLICT");
    assert_eq!(facts["current"], "SUSPENDED");
    let until: DateTime<Utc> = text(&facts["until"]).parse().unwrap();
    assert_eq!(until, app.clock.now() + TimeDelta::days(30));
    assert!(refused.message().contains(&app.day(30)), "{refused}");

    app.clock.advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    assert_eq!(partner.claim(app, &item).await.refused("CONFLICT")["current"], "SUSPENDED");
    app.clock.advance(TimeDelta::seconds(1));
    partner.claim(app, &item).await.done();
}

async fn lapses_further_apart_do_not_suspend(app: &TestApp) {
    let partner = &app.units(1).await[0];
    lapse(app, partner).await;
    app.clock.advance(TimeDelta::days(87) + TimeDelta::seconds(1));
    lapse(app, partner).await;
    partner.claim(app, &app.item(json!({})).await).await.done();
}

async fn what_is_cancelled_or_withdrawn_is_no_lapse(app: &TestApp) {
    let (manager, secretary) = (app.actor("property-manager"), app.actor("community-secretary"));
    for _ in 0..3 {
        let item = app.item(json!({})).await;
        let claim = app.started("property-manager", &item).await;
        let cancel = json!({"serviceItemId": item, "reason": "场地另有安排"});
        secretary.act("cancelServiceItem", cancel, "serviceItem { id }").await.done();
        assert_eq!(app.field(&claim, "Claim", "status").await, "RELEASED");
        assert_eq!(app.field(&claim, "Claim", "lapsed").await, false);

        let claim = app.claim("property-manager", &app.item(json!({})).await).await;
        let withdraw = json!({"claimId": claim, "reason": "人手不足"});
        manager.act("withdrawClaim", withdraw, "claim { id }").await.done();
    }
    app.claim("property-manager", &app.item(json!({})).await).await;
}

async fn an_item_expires_when_due_with_no_live_claim(app: &TestApp) {
    let lonely = app.item(json!({"dueOn": app.day(1)})).await;
    let claimed = app.item(json!({"dueOn": app.day(1), "quota": 2})).await;
    let claim = app.started("property-manager", &claimed).await;
    let draft = app.draft(json!({"dueOn": app.day(1)})).await;
    let status = async |id: &str| app.field(id, "ServiceItem", "status").await;

    app.days_pass(1).await;
    assert_eq!(status(&lonely).await, "OPEN", "its day is not over");
    app.days_pass(1).await;
    assert_eq!(status(&lonely).await, "EXPIRED");
    assert!(app.field(&lonely, "ServiceItem", "closedAt").await.is_string());
    assert_eq!(status(&claimed).await, "OPEN");
    assert_eq!(status(&draft).await, "DRAFT");

    // Seven days later its claim lapses, and it expires with it.
    app.days_pass(7).await;
    assert_eq!(app.field(&claim, "Claim", "status").await, "RELEASED");
    assert_eq!(status(&claimed).await, "EXPIRED");
    let cancel = json!({"serviceItemId": lonely, "reason": "已过期"});
    let refused = app.actor("community-secretary").act("cancelServiceItem", cancel, "serviceItem { id }").await;
    assert_eq!(refused.refused("CONFLICT"), &json!({"code": "CONFLICT", "current": "EXPIRED", "allowed": []}));
}

async fn a_done_item_is_closed_after_thirty_days(app: &TestApp) {
    let item = app.item(json!({})).await;
    app.accepted("property-manager", &item).await;
    app.days_pass(29).await;
    assert_eq!(app.field(&item, "ServiceItem", "status").await, "DONE");
    app.days_pass(1).await;
    assert_eq!(app.field(&item, "ServiceItem", "status").await, "CLOSED");
    let rate = json!({"serviceItemId": item, "stars": 5});
    let late = app.actor("resident").act("rateServiceItem", rate, "rating { id }").await;
    assert_eq!(late.refused("CONFLICT")["current"], "CLOSED");
}

async fn time_is_audited_as_the_system(app: &TestApp) {
    let item = app.item(json!({"dueOn": app.day(1)})).await;
    let claim = app.claim("property-manager", &item).await;
    app.days_pass(3).await;
    let trail = "query($id: ID!) { auditTrail(on: $id, first: 1) { nodes { actorId role action outcome after } } }";
    for (id, action, status) in [(claim, "releaseLapsedClaims", "RELEASED"), (item, "expireServiceItems", "EXPIRED")] {
        let read = app.actor("community-secretary").read(trail, json!({"id": id})).await;
        let newest = &read["auditTrail"]["nodes"][0];
        assert_eq!(newest["after"]["status"], status);
        for (field, value) in [("actorId", "system"), ("role", "system"), ("action", action), ("outcome", "ALLOWED")] {
            assert_eq!(newest[field], value, "{newest}");
        }
    }
}
