//! Who keeps whose record, and how a person comes in: registered, corrected, invited.

use sea_orm::{ConnectionTrait as _, EntityTrait as _, QueryOrder as _, Statement};
use serde_json::{Value, json};
use tongxin_entity::{audit_entry, invitation};
use tongxin_tests::{
    Answer, TestApp, on_each_database,
    places::{DISTRICT, FAR, HERE, SIBLING, STREET},
    text, with,
};

on_each_database![
    each_level_registers_its_own,
    a_bad_record_is_told_by_field,
    a_record_is_corrected_by_who_keeps_it,
    a_move_takes_the_record_along,
    whoever_registers_or_appoints_invites,
    a_code_is_shown_once_and_kept_nowhere,
    one_code_at_a_time_and_none_after_it_was_taken_back,
];

async fn register(app: &TestApp, account: &str, region: &str, other: Value) -> Answer {
    let input = with(json!({"name": "苏样例", "regionCode": region}), other);
    app.actor(account)
        .act("registerPerson", input, "person { id name phoneMasked version homeCommunity { code } }")
        .await
}

async fn invite(app: &TestApp, account: &str, on: &str) -> Answer {
    app.actor(account).act("giveInvitation", json!({"on": on}), "invitation { id open expiresAt } code").await
}

async fn post_of(app: &TestApp, account: &str) -> String {
    let me = app.actor(account).read("{ me { posts { id } } }", json!({})).await;
    text(&me["me"]["posts"][0]["id"])
}

async fn compound_of(app: &TestApp, code: &str) -> String {
    let compounds = "query($code: String) { compounds(filter: {regionCode: $code}, first: 1) { nodes { id } } }";
    text(&app.stranger().read(compounds, json!({"code": code})).await["compounds"]["nodes"][0]["id"])
}

async fn each_level_registers_its_own(app: &TestApp) {
    let compound = compound_of(app, HERE).await;
    let told = json!({"compoundId": compound, "phone": "+86 138-0000-1234"});
    let person = register(app, "community-worker", HERE, told).await.done()["person"].clone();
    assert_eq!((&person["phoneMasked"], &person["homeCommunity"]["code"]), (&json!("138****1234"), &json!(HERE)));
    for (account, at) in [("street-officer", STREET), ("district-officer", DISTRICT), ("district-secretary", DISTRICT)]
    {
        let person = register(app, account, at, json!({})).await.done()["person"].clone();
        assert_eq!(person["homeCommunity"], Value::Null, "{account}");
        let seen =
            app.actor(account).read("query($id: ID!) { node(id: $id) { id } }", json!({"id": person["id"]})).await;
        assert_eq!(seen["node"]["id"], person["id"], "{account}");
    }
    for (account, at) in [
        ("community-worker", SIBLING),
        ("community-worker", STREET),
        ("street-officer", HERE),
        ("district-secretary", HERE),
        ("district-officer", STREET),
        ("district-officer", "1201"),
        ("station-officer", HERE),
        ("property-manager", HERE),
        ("resident", HERE),
        ("civic-app", HERE),
        ("community-worker", "nowhere"),
    ] {
        register(app, account, at, json!({})).await.refused("FORBIDDEN");
    }
}

async fn a_bad_record_is_told_by_field(app: &TestApp) {
    let far = compound_of(app, FAR).await;
    for (account, at, other, faults) in [
        ("community-worker", HERE, json!({"name": " "}), vec![("input.name", "TOO_SHORT")]),
        ("community-worker", HERE, json!({"name": "苏".repeat(101)}), vec![("input.name", "TOO_LONG")]),
        ("community-worker", HERE, json!({"phone": "12345"}), vec![("input.phone", "NOT_A_PHONE")]),
        ("community-worker", HERE, json!({"compoundId": far}), vec![("input.compoundId", "PLACES_DIFFER")]),
        ("street-officer", STREET, json!({"compoundId": far}), vec![("input.compoundId", "NO_HOME")]),
    ] {
        assert_eq!(register(app, account, at, other).await.bad_fields(), faults, "{faults:?}");
    }
    register(app, "community-worker", HERE, json!({"compoundId": "compound_x"})).await.refused("NOT_FOUND");
    let nowhere = app.actor("community-worker").act("registerPerson", json!({"name": "苏样例"}), "person { id }").await;
    assert_eq!(nowhere.bad_fields(), [("input.regionCode", "REQUIRED")]);
}

async fn a_record_is_corrected_by_who_keeps_it(app: &TestApp) {
    let person =
        register(app, "community-worker", HERE, json!({"phone": "13800001234"})).await.done()["person"].clone();
    let correct = async |account: &str, other: Value| {
        let input = with(json!({"personId": person["id"], "version": 1}), other);
        app.actor(account).act("correctPerson", input, "person { name phoneMasked version }").await
    };
    for account in ["street-secretary", "resident", "neighbour"] {
        let code = if account == "street-secretary" { "FORBIDDEN" } else { "NOT_FOUND" };
        correct(account, json!({"name": "苏改名"})).await.refused(code);
    }
    assert_eq!(correct("community-worker", json!({})).await.bad_fields(), [("input.personId", "NOTHING_TO_CHANGE")]);
    let corrected =
        correct("community-worker", json!({"name": "苏改名", "phone": null})).await.done()["person"].clone();
    assert_eq!(corrected, json!({"name": "苏改名", "phoneMasked": null, "version": 2}));
    let facts = correct("community-worker", json!({"name": "苏再改"})).await;
    assert_eq!(facts.refused("CONFLICT")["version"], 2);
    // Of a person the audit holds ids and codes alone.
    let entries = audit_entry::Entity::find().all(&app.db).await.unwrap();
    let kept = entries.iter().map(|entry| format!("{:?} {:?}", entry.before, entry.after)).collect::<String>();
    assert!(kept.contains("corrected") && !kept.contains('苏') && !kept.contains("1234"), "{kept}");
}

async fn a_move_takes_the_record_along(app: &TestApp) {
    let compound = json!({"compoundId": compound_of(app, HERE).await});
    let person = register(app, "community-worker", HERE, compound).await.done()["person"]["id"].clone();
    let go = async |account: &str, code: &str, version: i32| {
        let input = json!({"personId": person, "version": version, "communityCode": code});
        app.actor(account).act("moveHome", input, "person { homeCommunity { code } homeCompound { id } version }").await
    };
    for (account, code) in [("community-worker", "FORBIDDEN"), ("other-community-secretary", "NOT_FOUND")] {
        go(account, SIBLING, 1).await.refused(code);
    }
    assert_eq!(go("street-officer", STREET, 1).await.bad_fields(), [("input.communityCode", "WRONG_LEVEL")]);
    assert_eq!(go("street-officer", HERE, 1).await.bad_fields(), [("input.communityCode", "NO_CHANGE")]);
    for beyond in [FAR, "120106009999"] {
        go("street-officer", beyond, 1).await.refused("FORBIDDEN");
    }
    let moved = go("street-officer", SIBLING, 1).await.done()["person"].clone();
    assert_eq!(moved, json!({"homeCommunity": {"code": SIBLING}, "homeCompound": null, "version": 2}));
    go("street-officer", HERE, 1).await.refused("CONFLICT");
    // Seen and kept by the community that the person lives in now.
    let look = async |account: &str| {
        app.actor(account).query("query($id: ID!) { node(id: $id) { id } }", json!({"id": person})).await
    };
    look("community-worker").await.refused("NOT_FOUND");
    assert_eq!(look("other-community-secretary").await.data()["node"]["id"], person);
    let at_work = register(app, "street-officer", STREET, json!({})).await.done()["person"]["id"].clone();
    let input = json!({"personId": at_work, "version": 1, "communityCode": HERE});
    let facts = app.actor("street-officer").act("moveHome", input, "person { id }").await;
    facts.refused("FORBIDDEN");
}

async fn whoever_registers_or_appoints_invites(app: &TestApp) {
    let resident = app.id_of("resident");
    // By the record: the community, for whom nobody appointed.
    invite(app, "community-worker", &resident).await.done();
    invite(app, "street-secretary", &resident).await.refused("FORBIDDEN");
    invite(app, "district-secretary", &resident).await.refused("NOT_FOUND");
    invite(app, "other-community-secretary", &resident).await.refused("NOT_FOUND");
    invite(app, "neighbour", &resident).await.refused("NOT_FOUND");
    invite(app, "resident", &resident).await.refused("FORBIDDEN");
    // By the post: who appoints to it, and nobody else.
    for (holder, by) in [
        ("community-worker", "community-secretary"),
        ("community-secretary", "street-secretary"),
        ("street-officer", "street-secretary"),
        ("street-secretary", "district-secretary"),
        ("district-officer", "district-secretary"),
    ] {
        let post = post_of(app, holder).await;
        invite(app, by, &post).await.done();
        for other in ["community-worker", "street-officer", "district-officer", "far-community-secretary", "resident"] {
            invite(app, other, &post).await.refused("FORBIDDEN");
        }
        invite(app, holder, &post).await.refused("FORBIDDEN");
    }
    // A worker keeps the record of whoever lives there; not of whom others appoint.
    let committee = app.called("partyOrganisations", "增产里社区党委").await;
    let appoint =
        json!({"personId": resident, "role": "community_worker", "organisationId": committee, "startsOn": app.day(3)});
    app.actor("community-secretary").act("appointPost", appoint, "post { id }").await.done();
    invite(app, "community-worker", &resident).await.refused("FORBIDDEN");
    invite(app, "community-secretary", &resident).await.done();
    invite(app, "community-worker", "post_x").await.refused("NOT_FOUND");
    invite(app, "community-worker", &app.id_of("far-resident")).await.refused("NOT_FOUND");
}

async fn a_code_is_shown_once_and_kept_nowhere(app: &TestApp) {
    let resident = app.id_of("resident");
    let key = "0c7c1e52-once";
    let input = json!({"on": resident});
    let given =
        app.actor("community-worker").act_once(key, "giveInvitation", input, "invitation { id open } code").await;
    let code = text(&given.done()["code"]);
    assert_eq!(given.done()["invitation"]["open"], true);
    let digits = code.replace('-', "");
    assert_eq!(digits.len(), 32, "{code}");
    for table in ["invitation", "audit_entry", "event", "idempotency_key"] {
        let all = Statement::from_string(app.db.get_database_backend(), format!("SELECT * FROM {table}"));
        let rows = app.db.query_all_raw(all).await.unwrap();
        let rows = rows.iter().map(|row| format!("{row:?}")).collect::<String>();
        assert!(!rows.contains(&code) && !rows.contains(&digits), "{table} holds the code");
    }
}

async fn one_code_at_a_time_and_none_after_it_was_taken_back(app: &TestApp) {
    let resident = app.id_of("resident");
    let first = text(&invite(app, "community-worker", &resident).await.done()["invitation"]["id"]);
    let second = text(&invite(app, "community-secretary", &resident).await.done()["invitation"]["id"]);
    let withdraw = async |account: &str, id: &str| {
        app.actor(account).act("withdrawInvitation", json!({"invitationId": id}), "invitation { open endedAt }").await
    };
    withdraw("community-worker", &first).await.refused("CONFLICT");
    withdraw("resident", &second).await.refused("NOT_FOUND");
    let taken = withdraw("community-worker", &second).await.done()["invitation"].clone();
    assert_eq!(taken["open"], false);
    assert!(taken["endedAt"].is_string());
    let kept = invitation::Entity::find().order_by_asc(invitation::Column::Id).all(&app.db).await.unwrap();
    assert!(kept.iter().all(|one| one.ended_at.is_some() && one.redeemed_at.is_none()), "{kept:?}");
    let hours = json!({"on": resident, "hours": 73});
    let refused = app.actor("community-worker").act("giveInvitation", hours, "code").await;
    assert_eq!(refused.bad_fields(), [("input.hours", "OUT_OF_RANGE")]);
    let open = "{ invitations(filter: {regionCode: \"120106001002\"}) { nodes { open } } }";
    let seen = app.actor("community-worker").read(open, json!({})).await;
    assert_eq!(seen["invitations"]["nodes"].as_array().unwrap().len(), 2);
    assert_eq!(app.actor("resident").read(open, json!({})).await["invitations"]["nodes"], json!([]));
}
