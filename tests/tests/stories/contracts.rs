//! Property contracts: what a company may follows from them, from the first day to the last.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tongxin_tests::{Answer, TestApp, on_each_database, text};

on_each_database![
    an_ended_contract_ends_claiming_at_once,
    a_contract_that_runs_out_ends_claiming_at_midnight,
    only_the_street_records_the_end,
    contracts_are_public,
];

async fn contract_of(app: &TestApp, compound: &str) -> Value {
    let document = "{ compounds(first: 100) { nodes { name contract { id inForce endsOn company { name } }
        contracts { nodes { id inForce endedOn endReason } } } } }";
    let found = app.stranger().read(document, json!({})).await;
    let compounds = found["compounds"]["nodes"].as_array().unwrap().clone();
    compounds.into_iter().find(|one| one["name"] == compound).unwrap()
}

async fn claim(app: &TestApp, account: &str) -> Answer {
    let input = json!({"serviceItemId": app.item(json!({})).await, "claimantId": app.claimant(account).await});
    app.actor(account).act("claimServiceItem", input, "claim { id }").await
}

async fn an_ended_contract_ends_claiming_at_once(app: &TestApp) {
    let running = app.started("property-manager", &app.item(json!({})).await).await;
    let manager = app.actor("property-manager");
    let item = app.item(json!({})).await;
    let company = app.claimant("property-manager").await;

    let contract = contract_of(app, "演示家园一区").await["contract"].clone();
    assert_eq!((&contract["inForce"], &contract["company"]["name"]), (&json!(true), &json!("演示物业一号有限公司")));
    let end = json!({"contractId": contract["id"], "reason": "双方协商终止"});
    let selection = "contract { inForce endedOn endReason }";
    let ended = app.actor("street-secretary").act("endPropertyContract", end.clone(), selection).await;
    let expected = json!({"inForce": false, "endedOn": app.day(0), "endReason": "双方协商终止"});
    assert_eq!(ended.done()["contract"], expected);

    // A token and an organisation from before: no right from now on, but begun work is finished.
    let input = json!({"serviceItemId": item, "claimantId": company});
    manager.act("claimServiceItem", input, "claim { id }").await.refused("FORBIDDEN");
    let hand_in = json!({"claimId": running, "summary": "已完成"});
    manager.act("submitClaim", hand_in, "claim { status }").await.done();
    assert_eq!(contract_of(app, "演示家园一区").await["contract"], Value::Null);

    let twice = app.actor("street-secretary").act("endPropertyContract", end, selection).await;
    assert_eq!(twice.refused("CONFLICT")["current"], "ENDED");
}

async fn a_contract_that_runs_out_ends_claiming_at_midnight(app: &TestApp) {
    claim(app, "expired-property-manager").await.refused("FORBIDDEN");
    let ends = text(&contract_of(app, "演示家园二区").await["contract"]["endsOn"]);
    assert_eq!(ends, app.day(480));
    app.clock.advance(TimeDelta::days(480));
    claim(app, "rival-property-manager").await.done();
    assert_eq!(contract_of(app, "演示家园二区").await["contract"]["inForce"], true);
    app.clock.advance(TimeDelta::hours(12));
    claim(app, "rival-property-manager").await.refused("FORBIDDEN");
    assert_eq!(contract_of(app, "演示家园二区").await["contract"], Value::Null);
}

async fn only_the_street_records_the_end(app: &TestApp) {
    let end = json!({"contractId": contract_of(app, "演示家园一区").await["contract"]["id"], "reason": ""});
    for account in [
        "street-officer",
        "community-secretary",
        "property-manager",
        "rival-property-manager",
        "owners-chair",
        "district-officer",
        "department-officer",
        "resident",
        "civic-app",
    ] {
        app.actor(account).act("endPropertyContract", end.clone(), "contract { id }").await.refused("FORBIDDEN");
    }
    let street = app.actor("street-secretary");
    let blank = street.act("endPropertyContract", end, "contract { id }").await;
    assert_eq!(blank.bad_fields(), [("input.reason", "TOO_SHORT")]);
    let far = json!({"contractId": contract_of(app, "演示新村").await["contract"]["id"], "reason": "协商终止"});
    street.act("endPropertyContract", far, "contract { id }").await.refused("FORBIDDEN");
    claim(app, "property-manager").await.done();
}

async fn contracts_are_public(app: &TestApp) {
    let compound = contract_of(app, "演示家园一区").await;
    let all = compound["contracts"]["nodes"].as_array().unwrap();
    assert_eq!(all.len(), 2);
    let ended = all.iter().find(|contract| contract["inForce"] == false).unwrap();
    assert_eq!(ended["endedOn"], app.day(-380));
    assert!(text(&ended["endReason"]).contains("提前终止"));
    assert_eq!(contract_of(app, "演示家园四区").await["contract"], Value::Null, "it ran out");
}
