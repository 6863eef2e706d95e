//! `can` speaks from the engine that enforces, and says why.

use serde_json::{Value, json};
use tongxin_tests::{TestApp, on_each_database, text};

on_each_database![a_decision_says_why, what_cannot_be_asked_is_refused, whoever_could_is_named_by_post];

const CAN: &str = "query($action: String!, $on: ID!) { can(action: $action, on: $on) { allowed reason rule missing } }";

async fn can(app: &TestApp, account: &str, action: &str, on: &str) -> Value {
    let actor = if account.is_empty() { app.stranger() } else { app.actor(account) };
    actor.read(CAN, json!({"action": action, "on": on})).await["can"].clone()
}

async fn a_decision_says_why(app: &TestApp) {
    let item = app.item(json!({})).await;
    let allowed = can(app, "property-manager", "claimServiceItem", &item).await;
    assert_eq!((&allowed["allowed"], &allowed["missing"]), (&json!(true), &json!([])));
    assert!(text(&allowed["rule"]).starts_with("claims.csv:"), "{allowed}");
    assert!(text(&allowed["reason"]).contains("property manager"), "{allowed}");

    let refused = can(app, "far-property-manager", "claimServiceItem", &item).await;
    assert_eq!((&refused["allowed"], &refused["rule"]), (&json!(false), &Value::Null));
    let missing = ["property_manager:serving", "owners_chair:serving", "unit_liaison:serving"];
    assert_eq!(refused["missing"], json!(missing));
    // The very words of the refusal.
    let input = json!({"serviceItemId": item, "claimantId": app.claimant("far-property-manager").await});
    let tried = app.actor("far-property-manager").act("claimServiceItem", input, "claim { id }").await;
    assert_eq!(tried.refused("FORBIDDEN")["reason"], refused["reason"]);

    let stranger = can(app, "", "publishServiceItem", &item).await;
    assert!(text(&stranger["reason"]).starts_with("No token was sent"), "{stranger}");
    let denied = can(app, "civic-app", "revealPhone", &item).await;
    assert!(text(&denied["rule"]).starts_with("people.csv:"), "{denied}");
}

async fn what_cannot_be_asked_is_refused(app: &TestApp) {
    let item = app.item(json!({})).await;
    let secretary = app.actor("community-secretary");
    for action in ["", "fly", "ClaimServiceItem", "claim_service_item"] {
        let answer = secretary.query(CAN, json!({"action": action, "on": item})).await;
        assert_eq!(answer.bad_fields(), [("action", "UNKNOWN")], "{action:?}");
    }
    let draft = app.draft(json!({})).await;
    for (account, id) in [("resident", draft.as_str()), ("resident", "item_x"), ("resident", ""), ("resident", "x_y")] {
        let asked = json!({"action": "publishServiceItem", "on": id});
        app.actor(account).query(CAN, asked).await.refused("NOT_FOUND");
    }
    assert_eq!(can(app, "community-secretary", "publishServiceItem", &draft).await["allowed"], true);
    assert_eq!(can(app, "community-worker", "publishServiceItem", &draft).await["allowed"], false);
}

async fn whoever_could_is_named_by_post(app: &TestApp) {
    let document = "query($action: String!, $on: ID!) { whoMay(action: $action, on: $on) { role zh reaches } }";
    let asked = async |account: &str, action: &str, on: &str| {
        app.actor(account).query(document, json!({"action": action, "on": on})).await
    };
    let item = app.item(json!({})).await;
    let claim = app.submitted("unit-liaison", &item).await;
    let told = asked("unit-liaison", "acceptClaim", &claim).await.data()["whoMay"].clone();
    assert_eq!(
        told,
        json!([
            {"role": "community_secretary", "zh": "社区党委书记", "reaches": ["own"]},
            {"role": "street_secretary", "zh": "街道党工委书记", "reaches": ["own"]},
        ])
    );
    // One does not accept an item.
    assert_eq!(asked("unit-liaison", "acceptClaim", &item).await.data()["whoMay"], json!([]));
    let draft = app.draft(json!({})).await;
    asked("resident", "publishServiceItem", &draft).await.refused("NOT_FOUND");
    assert_eq!(asked("resident", "fly", &item).await.bad_fields(), [("action", "UNKNOWN")]);
}
