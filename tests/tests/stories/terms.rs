//! Terms 任期: of the same holder they follow one another, none overlaps another, and what is over is not ended again.

use chrono::{Days, TimeDelta};
use futures_util::future::join_all;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};
use tongxin_entity::{
    alliance_member, check_in,
    organisation::{self, OrganisationKind},
    owners_committee, property_contract,
};
use tongxin_kernel::id::new_id;
use tongxin_tests::{Answer, TestApp, on_each_database, text};

on_each_database![
    posts_follow_one_another,
    one_of_many_appointments_at_once_stands,
    a_post_that_is_over_is_not_ended_again,
    a_contract_that_is_over_is_not_ended_again,
    contracts_of_a_compound_follow_one_another,
    check_ins_and_pacts_follow_one_another,
    owners_committees_of_a_compound_follow_one_another,
];

async fn appoint(app: &TestApp, committee: &str, from: i64, until: Option<i64>) -> Answer {
    let input = json!({
        "personId": app.id_of("resident"), "role": "community_worker", "organisationId": committee,
        "startsOn": app.day(from), "endsOn": until.map(|day| app.day(day)),
    });
    app.actor("community-secretary").act("appointPost", input, "post { id inForce }").await
}

async fn end(app: &TestApp, post: &Value) -> Answer {
    let input = json!({"postId": post, "reason": "工作调动"});
    app.actor("community-secretary").act("endPost", input, "post { inForce endsOn endedAt }").await
}

async fn committee(app: &TestApp) -> String {
    app.called("partyOrganisations", "增产里社区党委").await
}

async fn posts_follow_one_another(app: &TestApp) {
    let committee = committee(app).await;
    let id = |answer: &Answer| answer.done()["post"]["id"].clone();
    appoint(app, &committee, -30, Some(-10)).await.done();
    let now = id(&appoint(app, &committee, -9, Some(9)).await);
    let next = id(&appoint(app, &committee, 20, Some(29)).await);
    for (from, until) in [
        (-40, Some(-30)),
        (-10, Some(-10)),
        (0, None),
        (9, Some(12)),
        (10, Some(20)),
        (10, None),
        (29, None),
        (-99, None),
    ] {
        let held = appoint(app, &committee, from, until).await;
        assert_eq!(held.refused("CONFLICT")["current"], "HELD", "{from} to {until:?}");
    }
    appoint(app, &committee, 10, Some(19)).await.done();
    appoint(app, &committee, 30, None).await.done();
    appoint(app, &committee, 400, Some(500)).await.refused("CONFLICT");
    // What was ended early leaves its days to the next, from that very day; what was ended before it began leaves them all.
    end(app, &now).await.done();
    end(app, &next).await.done();
    appoint(app, &committee, -1, Some(9)).await.refused("CONFLICT");
    assert_eq!(appoint(app, &committee, 0, Some(9)).await.done()["post"]["inForce"], true);
    appoint(app, &committee, 20, Some(29)).await.done();
    // The term that is over does not stand in the way of its like: the demo's member whose term lapsed.
    let council = app.called("bigPartyCommittees", "增产里社区大党委").await;
    let again = json!({
        "personId": app.id_of("lapsed-member"), "role": "part_time_member", "organisationId": council,
        "startsOn": app.day(0),
    });
    app.actor("community-secretary").act("appointPost", again, "post { id }").await.done();
}

async fn one_of_many_appointments_at_once_stands(app: &TestApp) {
    let committee = committee(app).await;
    let all = (0..6).map(|day| appoint(app, &committee, day, Some(day + 30)));
    let all = join_all(all).await;
    let stand = all.iter().filter(|answer| answer.code().is_none()).count();
    assert_eq!(stand, 1, "{all:?}");
    for answer in all.iter().filter(|answer| answer.code().is_some()) {
        assert_eq!(answer.refused("CONFLICT")["current"], "HELD");
    }
}

async fn a_post_that_is_over_is_not_ended_again(app: &TestApp) {
    let committee = committee(app).await;
    let past = appoint(app, &committee, -30, Some(-10)).await.done()["post"]["id"].clone();
    assert_eq!(end(app, &past).await.refused("CONFLICT")["current"], "ENDED");
    let read = "query($id: ID!) { node(id: $id) { ... on Post { endedAt } } }";
    assert_eq!(app.stranger().read(read, json!({"id": past})).await["node"]["endedAt"], Value::Null);
    // On its last day it still is something to end.
    let last = appoint(app, &committee, 0, Some(3)).await.done()["post"]["id"].clone();
    app.clock.advance(TimeDelta::days(3));
    end(app, &last).await.done();
    assert_eq!(end(app, &last).await.refused("CONFLICT")["current"], "ENDED");
}

async fn contracts(app: &TestApp, compound: &str) -> Vec<Value> {
    let document = "{ compounds(first: 100) { nodes { name contracts { nodes { id inForce endsOn endedOn } } } } }";
    let found = app.stranger().read(document, json!({})).await;
    let compounds = found["compounds"]["nodes"].as_array().unwrap().clone();
    let found = compounds.into_iter().find(|one| one["name"] == compound).unwrap();
    found["contracts"]["nodes"].as_array().unwrap().clone()
}

async fn a_contract_that_is_over_is_not_ended_again(app: &TestApp) {
    let end = async |contract: &Value| {
        let input = json!({"contractId": contract["id"], "reason": "协商终止"});
        app.actor("street-secretary").act("endPropertyContract", input, "contract { endedOn }").await
    };
    let ran_out = contracts(app, "演示家园四区").await.remove(0);
    assert_eq!((&ran_out["inForce"], &ran_out["endsOn"]), (&json!(false), &json!(app.day(-20))));
    assert_eq!(end(&ran_out).await.refused("CONFLICT")["current"], "ENDED");
    assert_eq!(contracts(app, "演示家园四区").await[0]["endedOn"], Value::Null);
    // On its last day it is ended, the day after no more.
    let (first, then) = (contracts(app, "演示家园二区").await.remove(0), contracts(app, "演示老楼院").await.remove(0));
    app.clock.advance(TimeDelta::days(480));
    assert_eq!(end(&first).await.done()["contract"]["endedOn"], first["endsOn"]);
    app.clock.advance(TimeDelta::days(101));
    assert_eq!(end(&then).await.refused("CONFLICT")["current"], "ENDED");
}

async fn contracts_of_a_compound_follow_one_another(app: &TestApp) {
    let all = property_contract::Entity::find().all(&app.db).await.unwrap();
    let of = text(&contracts(app, "演示家园四区").await[0]["id"]);
    let old = all.into_iter().find(|contract| contract.id == of).unwrap();
    let today = app.clock.today();
    let insert = async |from: i64, until: i64| {
        let row = property_contract::Model {
            id: new_id("contract", app.clock.now()).unwrap(),
            starts_on: today + TimeDelta::days(from),
            ends_on: today + TimeDelta::days(until),
            ..old.clone()
        };
        row.into_active_model().insert(&app.db).await.is_ok()
    };
    // The old one ran out twenty days ago, and nobody ended it.
    assert!(!insert(-20, 300).await, "they overlap by a day");
    assert!(insert(-19, 300).await);
    assert!(!insert(300, 600).await);
    assert!(insert(301, 600).await, "one to come is no obstacle, nor is it barred by one in force");
    assert!(!insert(-800, 800).await);
    let end = json!({"contractId": contracts(app, "演示家园四区").await.iter().find(|one| one["inForce"] == true).unwrap()["id"],
        "reason": "协商终止"});
    app.actor("street-secretary").act("endPropertyContract", end, "contract { id }").await.done();
    assert!(!insert(-1, 300).await);
    assert!(insert(0, 300).await, "the day on which it ended is the next one's");
}

async fn check_ins_and_pacts_follow_one_another(app: &TestApp) {
    let today = app.clock.today();
    let old = check_in::Entity::find().all(&app.db).await.unwrap();
    for old in [old.iter().find(|row| row.person_id.is_some()), old.iter().find(|row| row.unit_id.is_some())] {
        let old = old.unwrap();
        let ended = check_in::Model { ends_on: Some(today - Days::new(1)), ..old.clone() };
        let next = check_in::Model {
            id: new_id("checkin", app.clock.now()).unwrap(),
            starts_on: today,
            ends_on: None,
            ..old.clone()
        };
        assert!(next.clone().into_active_model().insert(&app.db).await.is_err(), "they overlap");
        ended.into_active_model().reset_all().update(&app.db).await.unwrap();
        next.into_active_model().insert(&app.db).await.unwrap();
        let back = check_in::Model { ends_on: Some(today), ..old.clone() };
        assert!(back.into_active_model().reset_all().update(&app.db).await.is_err(), "nor does an edit make them");
    }

    let read = "query($id: ID!) { node(id: $id) { ... on PartyAlliance { members { nodes { id } } } } }";
    let pacts = alliance_member::Entity::find().all(&app.db).await.unwrap();
    let old = pacts.into_iter().find(|pact| pact.left_on.is_none()).unwrap();
    let members = async || {
        let read = app.stranger().read(read, json!({"id": old.alliance_id})).await;
        read["node"]["members"]["nodes"].as_array().unwrap().iter().map(|pact| text(&pact["id"])).collect::<Vec<_>>()
    };
    let leaves = alliance_member::Model { left_on: Some(today + Days::new(5)), ..old.clone() };
    let next = alliance_member::Model {
        id: new_id("pact", app.clock.now()).unwrap(),
        signed_on: today + Days::new(5),
        pact_year: old.pact_year + 1,
        ..old.clone()
    };
    assert!(next.clone().into_active_model().insert(&app.db).await.is_err(), "the old pact runs on");
    leaves.into_active_model().reset_all().update(&app.db).await.unwrap();
    next.clone().into_active_model().insert(&app.db).await.unwrap();
    let (before, count) = (members().await, members().await.len());
    assert!(before.contains(&old.id) && !before.contains(&next.id), "until the day that was named");
    app.clock.advance(TimeDelta::days(5));
    let after = members().await;
    assert!(!after.contains(&old.id) && after.contains(&next.id) && after.len() == count, "{after:?}");
}

async fn owners_committees_of_a_compound_follow_one_another(app: &TestApp) {
    let old = owners_committee::Entity::find().all(&app.db).await.unwrap().remove(0);
    let body = organisation::Entity::find_by_id(&old.id).one(&app.db).await.unwrap().unwrap();
    let id = new_id("owners", app.clock.now()).unwrap();
    let name = "演示家园三区第二届业主委员会".to_owned();
    let body = organisation::Model { id: id.clone(), name, kind: OrganisationKind::OwnersCommittee, ..body };
    body.into_active_model().insert(&app.db).await.unwrap();
    let elected = |on| owners_committee::Model {
        id: id.clone(),
        elected_on: on,
        term_ends_on: on + Days::new(1000),
        filed_on: None,
        ..old.clone()
    };
    let early = elected(old.term_ends_on).into_active_model().insert(&app.db).await;
    assert!(early.is_err(), "the first is still in office");
    elected(old.term_ends_on + Days::new(1)).into_active_model().insert(&app.db).await.unwrap();
    let read = "query($id: ID!) { node(id: $id) { ... on Compound { ownersCommittee { id } } } }";
    let committee = async || {
        let read = app.stranger().read(read, json!({"id": old.compound_id})).await;
        text(&read["node"]["ownersCommittee"]["id"])
    };
    assert_eq!(committee().await, old.id);
    let left = old.term_ends_on - app.clock.today();
    app.clock.advance(left + TimeDelta::days(1));
    assert_eq!(committee().await, id);
}
