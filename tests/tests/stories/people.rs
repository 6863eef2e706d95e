//! People and posts: rights come from posts in force now; personal data is the minimum.

use chrono::TimeDelta;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use tongxin_entity::{audit_entry, idempotency_key, person};
use tongxin_tests::{
    Actor, Answer, TestApp, ids, on_each_database,
    places::{FAR, HERE, SIBLING},
    text, with,
};

on_each_database![
    everyone_is_told_who_they_are,
    a_term_gives_its_rights_to_its_last_day,
    a_post_that_is_ended_ends_its_rights_at_the_next_request,
    everyone_may_resign,
    whoever_is_appointed_may_act_at_once,
    an_appointment_for_later_gives_no_right_before,
    persons_are_seen_by_themselves_their_community_and_its_street,
    who_holds_office_is_public_and_who_is_a_member_is_not,
    a_phone_number_is_shown_for_a_stated_purpose_only,
    a_revealed_number_is_kept_nowhere,
];

pub const ME: &str = "{ me { name actions homeCommunity { code } claimants { __typename name }
    posts { role inForce organisation { name } } } }";

pub async fn draft(app: &TestApp, actor: &Actor) -> Answer {
    actor.act("draftServiceItem", app.content(), "serviceItem { id }").await
}

pub async fn post_of(app: &TestApp, account: &str, at: usize) -> String {
    let me = app.actor(account).read("{ me { posts { id } } }", json!({})).await;
    text(&me["me"]["posts"][at]["id"])
}

async fn everyone_is_told_who_they_are(app: &TestApp) {
    assert_eq!(app.stranger().read(ME, json!({})).await, json!({"me": null}));
    let me = async |account: &str| app.actor(account).read(ME, json!({})).await["me"].clone();
    let roles = |me: &Value| {
        let mut roles = me["posts"].as_array().unwrap().iter().map(|post| text(&post["role"])).collect::<Vec<_>>();
        roles.sort();
        roles
    };
    let many = me("many-hats").await;
    assert_eq!(roles(&many), ["owners_member", "part_time_member", "party_member"]);
    assert_eq!((&many["homeCommunity"]["code"], &many["claimants"]), (&json!(HERE), &json!([])));
    assert_eq!(roles(&me("lapsed-member").await), [""; 0]);
    let app_itself = me("civic-app").await;
    assert_eq!((&app_itself["name"], roles(&app_itself)), (&json!("演示便民小程序"), vec![]));
    for (account, claimant) in [
        ("property-manager", json!({"__typename": "PropertyCompany", "name": "演示物业一号有限公司"})),
        // Whether or not it serves anywhere now.
        ("expired-property-manager", json!({"__typename": "PropertyCompany", "name": "演示物业四号有限公司"})),
        ("owners-chair", json!({"__typename": "OwnersCommittee", "name": "演示家园三区业主委员会"})),
        ("unit-liaison", json!({"__typename": "Unit", "name": "演示医院"})),
    ] {
        assert_eq!(me(account).await["claimants"], json!([claimant]), "{account}");
    }
    let secretary = me("community-secretary").await;
    let actions = secretary["actions"].as_array().unwrap();
    for (action, may) in [("publishServiceItem", true), ("draftServiceItem", true), ("createPriority", false)] {
        assert_eq!(actions.contains(&json!(action)), may, "{action}");
    }
}

async fn a_term_gives_its_rights_to_its_last_day(app: &TestApp) {
    let publish = async || {
        let secretary = app.actor("community-secretary");
        secretary.act("publishServiceItem", app.content(), "serviceItem { id }").await
    };
    app.clock.advance(TimeDelta::days(695));
    publish().await.done();
    // The same token, before and after midnight in China.
    let secretary = app.actor("community-secretary");
    app.clock.advance(TimeDelta::hours(12) - TimeDelta::seconds(1));
    secretary.act("publishServiceItem", app.content(), "serviceItem { id }").await.done();
    app.clock.advance(TimeDelta::seconds(1));
    secretary.act("publishServiceItem", app.content(), "serviceItem { id }").await.refused("FORBIDDEN");
    assert_eq!(secretary.read(ME, json!({})).await["me"]["posts"], json!([]));
    publish().await.refused("FORBIDDEN");
}

async fn a_post_that_is_ended_ends_its_rights_at_the_next_request(app: &TestApp) {
    let (worker, secretary) = (app.actor("community-worker"), app.actor("community-secretary"));
    let item = text(&draft(app, &worker).await.done()["serviceItem"]["id"]);
    let read = "query($id: ID!) { serviceItem(id: $id) { id } people { totalCount } }";
    assert_ne!(worker.read(read, json!({"id": item})).await["people"]["totalCount"], 1);

    let end = json!({"postId": post_of(app, "community-worker", 0).await, "reason": "工作调动"});
    for account in ["other-community-secretary", "street-officer", "station-officer", "resident"] {
        app.actor(account).act("endPost", end.clone(), "post { id }").await.refused("FORBIDDEN");
    }
    let ended = secretary.act("endPost", end.clone(), "post { inForce endReason endedAt }").await;
    let ended = &ended.done()["post"];
    assert_eq!((&ended["inForce"], &ended["endReason"]), (&json!(false), &json!("工作调动")));

    draft(app, &worker).await.refused("FORBIDDEN");
    let after = worker.query(read, json!({"id": item})).await;
    after.refused("NOT_FOUND");
    assert_eq!(after.body["data"]["people"]["totalCount"], 1, "nobody but the person is seen any more");
    assert_eq!(secretary.act("endPost", end, "post { id }").await.refused("CONFLICT")["current"], "ENDED");
}

async fn everyone_may_resign(app: &TestApp) {
    let chair = app.actor("owners-chair");
    let resign = json!({"postId": post_of(app, "owners-chair", 0).await, "reason": "搬家"});
    // The owners elected the chair: no secretary ends that.
    for account in ["community-secretary", "street-secretary", "many-hats"] {
        app.actor(account).act("endPost", resign.clone(), "post { id }").await.refused("FORBIDDEN");
    }
    chair.act("endPost", resign, "post { inForce }").await.done();
    assert_eq!(chair.read(ME, json!({})).await["me"]["claimants"], json!([]));
}

pub fn appointment(app: &TestApp, who: &str, role: &str, organisation: &str) -> Value {
    let person = app.id_of(who);
    json!({"personId": person, "role": role, "organisationId": organisation, "startsOn": app.day(0)})
}

async fn whoever_is_appointed_may_act_at_once(app: &TestApp) {
    let resident = app.actor("resident");
    draft(app, &resident).await.refused("FORBIDDEN");
    let committee = app.called("partyOrganisations", "增产里社区党委").await;
    let appoint = appointment(app, "resident", "community_worker", &committee);
    let selection = "post { role personName inForce organisation { name } startsOn endsOn }";
    let appointed = app.actor("community-secretary").act("appointPost", appoint.clone(), selection).await;
    let expected = json!({
        "role": "community_worker", "personName": "何示范", "inForce": true,
        "organisation": {"name": "增产里社区党委（演示）"}, "startsOn": app.day(0), "endsOn": null,
    });
    assert_eq!(appointed.done()["post"], expected);
    draft(app, &resident).await.done();
    let twice = app.actor("community-secretary").act("appointPost", appoint, selection).await;
    assert_eq!(twice.refused("CONFLICT")["current"], "HELD");
}

async fn an_appointment_for_later_gives_no_right_before(app: &TestApp) {
    let committee = app.called("partyOrganisations", "增产里社区党委").await;
    let later = json!({"startsOn": app.day(10), "endsOn": app.day(20)});
    let appoint = with(appointment(app, "resident", "community_worker", &committee), later);
    let appointed = app.actor("community-secretary").act("appointPost", appoint, "post { inForce }").await;
    assert_eq!(appointed.done()["post"]["inForce"], false);
    let resident = app.actor("resident");
    // The fill of this day, the day before, the first, the last, the day after.
    for (days, may) in [(0, false), (9, false), (1, true), (10, true), (1, false)] {
        app.clock.advance(TimeDelta::days(days));
        assert_eq!(draft(app, &resident).await.code(), (!may).then_some("FORBIDDEN"), "{days} days on");
    }
}

async fn persons_are_seen_by_themselves_their_community_and_its_street(app: &TestApp) {
    let read = "query($id: ID!, $code: String) { nodes(ids: [$id]) { ... on Person { name phoneMasked } }
        people(filter: {homeCode: $code}, first: 100) { totalCount nodes { id } } }";
    let (resident, far) = (app.id_of("resident"), app.id_of("far-resident"));
    for (account, sees, sees_far) in [
        ("", false, false),
        ("civic-app", false, false),
        ("neighbour", false, false),
        ("property-manager", false, false),
        ("unit-liaison", false, false),
        ("part-time-member", false, false),
        ("station-officer", false, false),
        ("other-community-secretary", false, false),
        ("other-street-officer", false, true),
        ("far-community-secretary", false, true),
        ("department-officer", false, false),
        ("district-officer", false, false),
        ("resident", true, false),
        ("far-resident", false, true),
        ("community-worker", true, false),
        ("community-secretary", true, false),
        ("street-officer", true, false),
        ("street-secretary", true, false),
    ] {
        let actor = if account.is_empty() { app.stranger() } else { app.actor(account) };
        for (id, code, sees) in [(&resident, HERE, sees), (&far, FAR, sees_far)] {
            let data = actor.read(read, json!({"id": id, "code": code})).await;
            let listed = ids(&data["people"]);
            assert_eq!(data["people"]["totalCount"], listed.len(), "as {account}");
            assert_eq!((listed.contains(&id.as_str()), data["nodes"][0].is_object()), (sees, sees), "as {account}");
        }
    }
    // Whom one cannot see, one cannot find by a filter either.
    let all = "query($code: String) { people(filter: {homeCode: $code}) { totalCount } }";
    let secretary = app.actor("community-secretary");
    for code in [SIBLING, FAR, "120106003"] {
        let found = secretary.read(all, json!({"code": code})).await;
        assert_eq!(found["people"]["totalCount"], 0, "{code:?}");
    }
    for code in ["120106001999", "x", "%"] {
        let refused = secretary.query(all, json!({"code": code})).await;
        assert_eq!(refused.bad_fields(), [("filter.homeCode", "UNKNOWN_PLACE")], "{code:?}");
    }
}

async fn who_holds_office_is_public_and_who_is_a_member_is_not(app: &TestApp) {
    let members = "query($filter: PartyOrganisationFilter) { partyOrganisations(filter: $filter) { nodes {
        posts { nodes { role personName person { name } } } } } }";
    let posts = async |actor: &Actor, name: &str| {
        let found = actor.read(members, json!({"filter": {"nameContains": name}})).await;
        found["partyOrganisations"]["nodes"][0]["posts"]["nodes"].clone()
    };
    let stranger = app.stranger();
    let committee = posts(&stranger, "增产里社区党委").await;
    let names = committee.as_array().unwrap().iter().map(|post| text(&post["personName"])).collect::<Vec<_>>();
    assert!(names.contains(&"吴示范".to_owned()), "{committee}");
    assert!(committee.as_array().unwrap().iter().all(|post| post["person"].is_null()));
    let branch = "演示科技有限公司党支部";
    assert_eq!(posts(&stranger, branch).await, json!([]));
    assert_eq!(posts(&app.actor("district-officer"), branch).await, json!([]));
    let own = posts(&app.actor("party-member"), branch).await;
    assert_eq!(own, json!([{"role": "party_member", "personName": "许示范", "person": {"name": "许示范"}}]));
    assert_eq!(posts(&app.actor("community-worker"), branch).await.as_array().unwrap().len(), 2);
}

pub async fn reveal(app: &TestApp, account: &str, whose: &str, purpose: &str) -> Answer {
    let input = json!({"personId": app.id_of(whose), "purpose": purpose});
    app.actor(account).act("revealPhone", input, "phone person { phoneMasked }").await
}

async fn a_phone_number_is_shown_for_a_stated_purpose_only(app: &TestApp) {
    let purpose = "上门维修前联系";
    let shown = reveal(app, "community-secretary", "resident", purpose).await;
    let phone = text(&shown.done()["phone"]);
    let masked = text(&shown.done()["person"]["phoneMasked"]);
    assert!(phone.len() == 11 && phone.starts_with("138000"), "{phone}");
    assert!(masked.contains('*') && !masked.contains(&phone[3..8]), "{masked}");
    reveal(app, "resident", "resident", purpose).await.done();
    for account in ["community-worker", "street-officer", "street-secretary"] {
        reveal(app, account, "resident", purpose).await.refused("FORBIDDEN");
    }
    for account in ["neighbour", "other-community-secretary", "station-officer", "district-officer", "civic-app"] {
        reveal(app, account, "resident", purpose).await.refused("NOT_FOUND");
    }
    reveal(app, "community-secretary", "far-resident", purpose).await.refused("NOT_FOUND");
    let short = [("input.purpose", "TOO_SHORT")];
    assert_eq!(reveal(app, "community-secretary", "resident", "  看看  ").await.bad_fields(), short);

    let trail = "query($id: ID!) { auditTrail(on: $id) { nodes { actorName action outcome purpose role } } }";
    let read = app.actor("community-secretary").read(trail, json!({"id": app.id_of("resident")})).await;
    let entries = read["auditTrail"]["nodes"].as_array().unwrap();
    let done = entries.iter().filter(|entry| entry["outcome"] == "ALLOWED").collect::<Vec<_>>();
    assert_eq!(done.len(), 2, "{read}");
    assert!(done.iter().all(|entry| entry["action"] == "revealPhone" && entry["purpose"] == purpose));
}

async fn a_revealed_number_is_kept_nowhere(app: &TestApp) {
    let secretary = app.actor("community-secretary");
    let input = json!({"personId": app.id_of("resident"), "purpose": "上门维修前联系"});
    let mut phone = String::new();
    for _ in 0..2 {
        let shown = secretary.act_once("one-key", "revealPhone", input.clone(), "phone").await;
        phone = text(&shown.done()["phone"]);
    }
    let kept = idempotency_key::Entity::find().all(&app.db).await.unwrap();
    assert!(kept.is_empty(), "{kept:?}");
    let entries = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("revealPhone"));
    let entries = entries.all(&app.db).await.unwrap();
    assert_eq!(entries.len(), 2, "each look is audited");
    assert!(!format!("{entries:?}").contains(&phone));
    let people = person::Entity::find().all(&app.db).await.unwrap();
    assert!(!format!("{people:?}").contains(&phone), "at rest it is sealed");
}
