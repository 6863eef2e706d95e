//! Who appoints whom to what: by the seats of the policies, and never themselves.

use serde_json::{Value, json};
use tongxin_entity::post::PostRole;
use tongxin_tests::{TestApp, on_each_database, text, with};

use super::people::{ME, appointment, draft, post_of, reveal};

on_each_database![
    each_level_appoints_to_its_own_posts,
    nobody_appoints_themselves,
    bad_appointments_are_told_by_field,
    somebody_from_elsewhere_is_appointed_and_stays_unseen,
];

async fn each_level_appoints_to_its_own_posts(app: &TestApp) {
    let here = app.called("partyOrganisations", "增产里社区党委").await;
    let far = app.called("partyOrganisations", "凤城社区党委").await;
    let council = app.called("bigPartyCommittees", "增产里社区大党委").await;
    let street = app.called("partyOrganisations", "西于庄街道党工委").await;
    let appoint = async |by: &str, role: &str, at: &str| {
        app.actor(by).act("appointPost", appointment(app, "resident", role, at), "post { id }").await
    };
    for (by, role, at) in [
        ("community-secretary", "community_secretary", &here),
        ("community-secretary", "street_officer", &street),
        ("other-community-secretary", "community_worker", &here),
        ("street-officer", "community_secretary", &here),
        ("district-officer", "community_secretary", &here),
        ("street-secretary", "community_secretary", &far),
        ("community-worker", "community_worker", &here),
        ("civic-app", "community_worker", &here),
    ] {
        let refused = appoint(by, role, at).await;
        assert_eq!(refused.code(), Some("FORBIDDEN"), "{by} to {role}: {refused}");
    }
    appoint("street-secretary", "street_officer", &street).await.done();
    appoint("community-secretary", "part_time_member", &council).await.done();
    let end = json!({"postId": post_of(app, "community-secretary", 0).await, "reason": "换届"});
    app.actor("street-secretary").act("endPost", end, "post { id }").await.done();
    appoint("street-secretary", "community_secretary", &here).await.done();
    app.actor("resident").act("publishServiceItem", app.content(), "serviceItem { id }").await.done();
}

async fn nobody_appoints_themselves(app: &TestApp) {
    let here = app.called("partyOrganisations", "增产里社区党委").await;
    let street = app.called("partyOrganisations", "西于庄街道党工委").await;
    let council = app.called("bigPartyCommittees", "增产里社区大党委").await;
    for (who, role, at) in [
        ("street-secretary", "community_secretary", &here),
        ("street-secretary", "street_officer", &street),
        ("street-secretary", "part_time_member", &council),
        ("community-secretary", "community_worker", &here),
        ("community-secretary", "full_time_member", &council),
    ] {
        let refused = app.actor(who).act("appointPost", appointment(app, who, role, at), "post { id }").await;
        let facts = refused.refused("FORBIDDEN");
        assert!(text(&facts["rule"]).starts_with("recusal.csv:"), "{who} to {role}: {facts}");
        // Whoever supervises learns who tried, though the line that forbids it speaks of everybody.
        let trail = "query($on: ID!) { auditTrail(on: $on, first: 1) { nodes { action role actorName postId } } }";
        let trail = app.actor("district-officer").read(trail, json!({"on": at})).await;
        let entry = &trail["auditTrail"]["nodes"][0];
        assert_eq!(entry["action"], "appointPost");
        assert_eq!(entry["role"], who.replace('-', "_"), "{entry}");
        assert!(entry["actorName"].is_string() && entry["postId"].is_string(), "{entry}");
    }
    reveal(app, "street-secretary", "resident", "上门维修前联系").await.refused("FORBIDDEN");
    // Another post of the same person appoints no more than the first.
    let elsewhere = app.called("partyOrganisations", "咸阳北路街道党工委").await;
    app.give_post(&app.id_of("community-secretary"), PostRole::StreetSecretary, &elsewhere).await;
    let own = appointment(app, "community-secretary", "street_officer", &elsewhere);
    app.actor("community-secretary").act("appointPost", own, "post { id }").await.refused("FORBIDDEN");
    app.actor("street-secretary")
        .act("appointPost", appointment(app, "community-secretary", "street_officer", &street), "post { id }")
        .await
        .done();
}

async fn bad_appointments_are_told_by_field(app: &TestApp) {
    let secretary = app.actor("street-secretary");
    let here = app.called("partyOrganisations", "增产里社区党委").await;
    let council = app.called("bigPartyCommittees", "增产里社区大党委").await;
    let appoint = async |role: &str, at: &str, other: Value| {
        let input = with(appointment(app, "resident", role, at), other);
        secretary.act("appointPost", input, "post { id }").await
    };
    for (role, at, faults) in [
        ("unit_liaison", &here, vec![("input.organisationId", "WRONG_KIND")]),
        ("owners_chair", &here, vec![("input.role", "NOT_APPOINTED"), ("input.organisationId", "WRONG_KIND")]),
        ("community_worker", &council, vec![("input.organisationId", "WRONG_KIND")]),
    ] {
        assert_eq!(appoint(role, at, json!({})).await.bad_fields(), faults, "{role}");
    }
    for role in ["mayor", "", "COMMUNITY_WORKER", "anonymous", "resident"] {
        let refused = appoint(role, &here, json!({})).await;
        assert_eq!(refused.code(), Some("INVALID_INPUT"), "{role}: {refused}");
    }
    let term = json!({"startsOn": app.day(5), "endsOn": app.day(4)});
    assert_eq!(appoint("community_worker", &here, term).await.bad_fields(), [("input.endsOn", "BEFORE_START")]);
    for id in ["person_x", "", "\0", "person_01kv4pzbg0ehy929dd8brcdsyp", &app.id_of("civic-app"), &here] {
        appoint("community_worker", &here, json!({"personId": id})).await.refused("NOT_FOUND");
    }
    appoint("community_worker", "party_x", json!({})).await.refused("NOT_FOUND");
    appoint("community_worker", &app.item(json!({})).await, json!({})).await.refused("NOT_FOUND");
}

async fn somebody_from_elsewhere_is_appointed_and_stays_unseen(app: &TestApp) {
    let (secretary, far) = (app.actor("community-secretary"), app.actor("far-resident"));
    let here = app.called("partyOrganisations", "增产里社区党委").await;
    let unknown = "person_01kv4pzbg0ehy929dd8brcdsyp";
    let sees = "query($id: ID!) { nodes(ids: [$id]) { id } people { totalCount } }";
    let before = secretary.read(sees, json!({"id": app.id_of("far-resident")})).await;
    assert_eq!(before["nodes"], json!([null]));

    // Whoever has no right to appoint, or appoints wrongly, does not learn whether anybody has the id.
    let ask = async |by: &str, id: &str, other: Value| {
        let input = with(appointment(app, "far-resident", "community_worker", &here), json!({"personId": id}));
        let refused = app.actor(by).act("appointPost", with(input, other), "post { id }").await;
        (refused.code().map(str::to_owned), refused.body["errors"][0]["extensions"].clone())
    };
    for (by, other, code) in [
        ("other-community-secretary", json!({}), "FORBIDDEN"),
        ("community-worker", json!({}), "FORBIDDEN"),
        ("community-secretary", json!({"role": "owners_chair"}), "INVALID_INPUT"),
        ("community-secretary", json!({"startsOn": app.day(5), "endsOn": app.day(4)}), "INVALID_INPUT"),
        ("community-secretary", json!({"representingId": "unit_x"}), "NOT_FOUND"),
    ] {
        let known = ask(by, &app.id_of("far-resident"), other.clone()).await;
        assert_eq!(known.0.as_deref(), Some(code));
        assert_eq!(known, ask(by, unknown, other).await, "{code}");
    }
    assert_eq!(ask("community-secretary", unknown, json!({})).await.0.as_deref(), Some("NOT_FOUND"));

    let input = appointment(app, "far-resident", "community_worker", &here);
    let selection = "post { id personName person { id phoneMasked } inForce }";
    let appointed = secretary.act("appointPost", input, selection).await;
    let post = &appointed.done()["post"];
    assert_eq!((&post["person"], &post["inForce"]), (&Value::Null, &json!(true)), "{post}");
    let me = far.read(ME, json!({})).await;
    assert_eq!((&me["me"]["name"], &me["me"]["posts"][0]["role"]), (&post["personName"], &json!("community_worker")));
    draft(app, &far).await.done();
    assert_eq!(secretary.read(sees, json!({"id": app.id_of("far-resident")})).await, before);
    reveal(app, "community-secretary", "far-resident", "联系到岗").await.refused("NOT_FOUND");

    // Either side may end it.
    far.act("endPost", json!({"postId": post["id"], "reason": "本人不愿"}), "post { id }").await.done();
    draft(app, &far).await.refused("FORBIDDEN");
}
