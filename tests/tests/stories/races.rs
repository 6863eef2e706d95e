//! What many do at once: the database decides, exactly one way.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tongxin_tests::{Answer, TestApp, on_each_database};

on_each_database![
    of_fifty_at_once_one_gets_the_place,
    of_fifty_at_once_three_get_the_three_places,
    one_claimant_at_once_with_itself_holds_one_claim,
    a_claim_is_accepted_or_returned_not_both,
    a_claim_withdrawn_many_times_gives_back_one_place,
    an_item_cancelled_while_claimed_keeps_its_count,
    a_claim_handed_in_as_it_lapses_does_one_or_the_other,
    one_person_at_once_with_itself_rates_once,
    a_submission_and_the_close_of_its_priority_do_not_pass_each_other,
];

/// How many were done; every other was told of a conflict.
#[track_caller]
fn done(answers: &[Answer]) -> usize {
    let (done, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.code().is_none());
    assert!(refused.iter().all(|answer| answer.refused("CONFLICT")["current"].is_string()));
    done.len()
}

/// Where the item stands, and its counts, which must be those of its claims.
async fn counts(app: &TestApp, item: &str) -> Value {
    let document = "query($id: ID!) { serviceItem(id: $id) {
        status claimCount acceptedCount claims(first: 100) { nodes { status } } } }";
    let item = app.stranger().read(document, json!({"id": item})).await["serviceItem"].clone();
    let claims = item["claims"]["nodes"].as_array().unwrap().iter().map(|claim| claim["status"].as_str().unwrap());
    let live = claims.filter(|status| !["WITHDRAWN", "RELEASED"].contains(status)).collect::<Vec<_>>();
    let accepted = live.iter().filter(|status| **status == "ACCEPTED").count();
    assert_eq!((&item["claimCount"], &item["acceptedCount"]), (&json!(live.len()), &json!(accepted)), "{item}");
    json!([item["status"], live.len(), accepted])
}

async fn fifty_at_once(app: &TestApp, quota: usize) {
    let item = app.item(json!({"claimableBy": ["UNIT"], "quota": quota})).await;
    let partners = app.units(50).await;
    let answers = join_all(partners.iter().map(|partner| partner.claim(app, &item))).await;
    assert_eq!(done(&answers), quota);
    for loser in answers.iter().filter(|answer| answer.code().is_some()) {
        assert_eq!(loser.message(), format!("all {quota} places are taken"));
    }
    assert_eq!(counts(app, &item).await, json!(["IN_PROGRESS", quota, 0]));
}

async fn of_fifty_at_once_one_gets_the_place(app: &TestApp) {
    fifty_at_once(app, 1).await;
}

async fn of_fifty_at_once_three_get_the_three_places(app: &TestApp) {
    fifty_at_once(app, 3).await;
}

async fn one_claimant_at_once_with_itself_holds_one_claim(app: &TestApp) {
    let item = app.item(json!({"quota": 20})).await;
    let manager = app.actor("property-manager");
    let input = json!({"serviceItemId": item, "claimantId": app.claimant("property-manager").await});
    let claims = (0..10).map(|_| manager.act("claimServiceItem", input.clone(), "claim { id }"));
    assert_eq!(done(&join_all(claims).await), 1);
    assert_eq!(counts(app, &item).await, json!(["OPEN", 1, 0]));
}

async fn a_claim_is_accepted_or_returned_not_both(app: &TestApp) {
    let (secretary, worker) = (app.actor("community-secretary"), app.actor("community-worker"));
    for _ in 0..5 {
        let item = app.item(json!({})).await;
        let claim = app.submitted("property-manager", &item).await;
        let back = json!({"claimId": claim, "reason": "缺照片"});
        let accept = async || secretary.act("acceptClaim", json!({"claimId": claim}), "claim { id }").await;
        let (first, second, third) = tokio::join!(accept(), worker.act("returnClaim", back, "claim { id }"), accept());
        assert_eq!(done(&[first, second.clone(), third]), 1);
        let accepted = if second.code().is_none() { 0 } else { 1 };
        let status = if accepted == 1 { "DONE" } else { "IN_PROGRESS" };
        assert_eq!(counts(app, &item).await, json!([status, 1, accepted]));
    }
}

async fn a_claim_withdrawn_many_times_gives_back_one_place(app: &TestApp) {
    let item = app.item(json!({"quota": 2})).await;
    app.claim("unit-liaison", &item).await;
    let claim = app.claim("property-manager", &item).await;
    let manager = app.actor("property-manager");
    let input = json!({"claimId": claim, "reason": "人手不足"});
    let answers = join_all((0..8).map(|_| manager.act("withdrawClaim", input.clone(), "claim { id }"))).await;
    assert_eq!(done(&answers), 1);
    assert_eq!(counts(app, &item).await, json!(["OPEN", 1, 0]));
}

async fn an_item_cancelled_while_claimed_keeps_its_count(app: &TestApp) {
    let secretary = app.actor("community-secretary");
    for _ in 0..4 {
        let item = app.item(json!({"claimableBy": ["UNIT"], "quota": 6})).await;
        let partners = app.units(6).await;
        let claims = join_all(partners.iter().map(|partner| partner.claim(app, &item)));
        let cancel = json!({"serviceItemId": item, "reason": "场地另有安排"});
        let (claimed, cancelled) =
            tokio::join!(claims, secretary.act("cancelServiceItem", cancel, "serviceItem { status }"));
        cancelled.done();
        done(&claimed);
        assert_eq!(counts(app, &item).await, json!(["CANCELLED", 0, 0]));
    }
}

async fn a_claim_handed_in_as_it_lapses_does_one_or_the_other(app: &TestApp) {
    for _ in 0..4 {
        let item = app.item(json!({"dueOn": app.day(1)})).await;
        let partner = app.units(1).await.remove(0);
        let claim = json!(partner.claim(app, &item).await.done()["claim"]["id"]);
        let liaison = app.actor_of(&partner.person);
        liaison.act("startClaim", json!({"claimId": claim}), "claim { id }").await.done();
        app.clock.advance(chrono::TimeDelta::days(9));
        let input = json!({"claimId": claim, "summary": "已完成"});
        let (submitted, ()) = tokio::join!(liaison.act("submitClaim", input, "claim { id }"), app.chores());
        let expected = match done(&[submitted]) {
            1 => json!(["IN_PROGRESS", 1, 0]),
            _ => json!(["EXPIRED", 0, 0]),
        };
        assert_eq!(counts(app, &item).await, expected);
    }
}

async fn one_person_at_once_with_itself_rates_once(app: &TestApp) {
    let item = app.item(json!({})).await;
    app.accepted("property-manager", &item).await;
    let resident = app.actor("resident");
    let input = json!({"serviceItemId": item, "stars": 4});
    let answers = join_all((0..8).map(|_| resident.act("rateServiceItem", input.clone(), "rating { id }"))).await;
    assert_eq!(done(&answers), 1);
    assert_eq!(app.field(&item, "ServiceItem", "ratings { totalCount }").await["totalCount"], 1);
}

async fn a_submission_and_the_close_of_its_priority_do_not_pass_each_other(app: &TestApp) {
    let (worker, street) = (app.actor("community-worker"), app.actor("street-secretary"));
    for _ in 0..8 {
        let priority = app.priority(json!({})).await;
        let implementation = app.adopted(&priority).await;
        let hand_in = json!({"implementationId": implementation, "result": "完成"});
        let (submitted, closed) = futures_util::join!(
            worker.act("submitImplementation", hand_in, "implementation { id }"),
            street.act("closePriority", json!({"priorityId": priority}), "priority { id }"),
        );
        let refused = [submitted.code(), closed.code()];
        assert!([[None, Some("CONFLICT")], [Some("CONFLICT"), None]].contains(&refused), "{submitted} {closed}");
    }
}
