//! `can` and the acts agree, also where more decides than the policies: kinds of claimant, hands that a judge had in it,
//! which organisation, community or post an act names. Everything is asked of `can` and then tried.

use futures_util::future::join_all;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};
use tongxin_entity::{entrusted_compound, organisation, post::PostRole};
use tongxin_policies::{PolicySource, Table};
use tongxin_tests::{
    Actor, TestApp, on_each_database,
    places::{FAR, HERE, SIBLING, STREET},
    text, with,
};

use super::{
    attempts::{self, Attempt, Outcome, Spot},
    seats::ACCOUNTS,
};

on_each_database![
    at_every_place_for_everyone,
    an_item_is_open_to_kinds_of_claimant,
    claims_are_judged_without_the_claimant,
    whoever_had_a_hand_in_an_implementation_does_not_judge_it,
    a_priority_is_answered_from_its_own_street,
    drafts_are_for_those_who_prepare_and_decide,
    posts_are_given_by_whoever_has_one_to_give,
    no_policy_lets_an_application_act_on_its_own,
    what_is_addressed_to_a_body_is_listed_for_it,
    a_station_has_its_community_until_it_is_given_compounds,
];

fn everyone(app: &TestApp) -> Vec<Actor> {
    let actor = |name: &str| if name == "stranger" { app.stranger() } else { app.actor(name) };
    ACCOUNTS.iter().map(|(name, _)| actor(name)).collect()
}

/// Asks everyone's `can` about the object, tries the act with each of the inputs, and gives the names of those who may.
async fn who_may(app: &TestApp, act: &'static str, on: &str, inputs: &[Value]) -> Vec<String> {
    let one = async |actor: Actor| {
        let mut come = Vec::new();
        let mut said = Outcome::Refused;
        for input in inputs {
            let attempt = Attempt { act, input: input.clone(), on: on.to_owned(), place: Spot::default() };
            said = attempt.asked_by(&actor).await;
            come.push(attempt.as_actor(app, &actor).await);
        }
        let best = [Outcome::May, Outcome::Refused].into_iter().find(|outcome| come.contains(outcome));
        assert_eq!(Some(said), best.or(Some(Outcome::NotThere)), "{act} of {on} as {}: {come:?}", actor.name);
        (said == Outcome::May).then_some(actor.name)
    };
    join_all(everyone(app).into_iter().map(one)).await.into_iter().flatten().collect()
}

async fn reason(app: &TestApp, account: &str, action: &str, on: &str) -> String {
    let document = "query($action: String!, $on: ID!) { can(action: $action, on: $on) { allowed reason rule } }";
    let answer = app.actor(account).read(document, json!({"action": action, "on": on})).await;
    assert_eq!(answer["can"]["allowed"], false, "{account} {action}: {answer}");
    text(&answer["can"]["reason"])
}

async fn at_every_place_for_everyone(app: &TestApp) {
    for code in [SIBLING, FAR] {
        let all = attempts::aimed_at(app, code).await;
        for attempt in &all {
            let alike = all.iter().filter(|other| other.is_like(attempt));
            let inputs = alike.map(|other| other.input.clone()).collect::<Vec<_>>();
            who_may(app, attempt.act, &attempt.on, &inputs).await;
        }
    }
}

async fn an_item_is_open_to_kinds_of_claimant(app: &TestApp) {
    for (kind, claimant, may) in [
        ("PROPERTY_COMPANY", "property-manager", &["property-manager", "rival-property-manager"][..]),
        ("OWNERS_COMMITTEE", "owners-chair", &["owners-chair"]),
        ("UNIT", "unit-liaison", &["unit-liaison"]),
        ("SOCIAL_ORGANISATION", "social-liaison", &["social-liaison"]),
    ] {
        let item = app.item(json!({"claimableBy": [kind]})).await;
        // Nothing is left to claim: whoever may hears of the state.
        app.claim(claimant, &item).await;
        let input = json!({"serviceItemId": item, "claimantId": null});
        assert_eq!(who_may(app, "claimServiceItem", &item, &[input]).await, may, "{kind}");
    }
    let item = app.item(json!({"claimableBy": ["UNIT"]})).await;
    let said = reason(app, "property-manager", "claimServiceItem", &item).await;
    let input = json!({"serviceItemId": item, "claimantId": app.claimant("property-manager").await});
    let tried = app.actor("property-manager").act("claimServiceItem", input, "claim { id }").await;
    assert_eq!((&tried.refused("FORBIDDEN")["reason"], said.contains("is not open to")), (&json!(said), true));
    // Who holds posts in several organisations may, if it may for one of them.
    let liaison = app.id_of("unit-liaison");
    app.give_post(&liaison, PostRole::PropertyManager, &app.claimant("property-manager").await).await;
    app.claim("social-liaison", &app.item(json!({"claimableBy": ["SOCIAL_ORGANISATION"]})).await).await;
    let open = app.item(json!({"claimableBy": ["PROPERTY_COMPANY"]})).await;
    let can = Attempt { act: "claimServiceItem", input: json!({}), on: open, place: Spot::default() };
    assert_eq!(can.asked_by(&app.actor("unit-liaison")).await, Outcome::May);
}

async fn claims_are_judged_without_the_claimant(app: &TestApp) {
    // By the community's own body, so that the street judges.
    let partner = app.units(1).await.remove(0);
    let own = organisation::Entity::find_by_id(&partner.id).one(&app.db).await.unwrap().unwrap();
    let superior = Some(app.called("partyOrganisations", "增产里社区党委").await);
    let own = organisation::Model { superior_id: superior, ..own };
    own.into_active_model().reset_all().update(&app.db).await.unwrap();
    app.authority.forget_rights();
    let item = app.item(json!({"quota": 2})).await;
    let of_own = text(&partner.claim(app, &item).await.done()["claim"]["id"]);
    let of_unit = app.claim("unit-liaison", &item).await;
    // The community's secretary and an officer of the street are of the unit besides.
    let unit = app.called("units", "演示医院").await;
    for account in ["community-secretary", "street-officer"] {
        app.give_post(&app.id_of(account), PostRole::UnitLiaison, &unit).await;
    }
    for (claim, accept, give_back) in [
        (&of_own, &["street-secretary"][..], &["street-officer", "street-secretary"][..]),
        (&of_unit, &[], &["community-worker"]),
    ] {
        assert_eq!(who_may(app, "acceptClaim", claim, &[json!({"claimId": claim})]).await, accept);
        let input = json!({"claimId": claim, "reason": ""});
        assert_eq!(who_may(app, "returnClaim", claim, &[input]).await, give_back);
    }
    for (act, other) in [("submitClaim", json!({"summary": ""})), ("withdrawClaim", json!({"reason": ""}))] {
        let input = with(json!({"claimId": of_unit}), other);
        assert_eq!(
            who_may(app, act, &of_unit, &[input]).await,
            ["unit-liaison", "community-secretary", "street-officer"],
            "{act}"
        );
    }
    // Rated by who lives where it is for, but not by the claimant's people.
    let compound = "query($code: String) { compounds(filter: {regionCode: $code}) { nodes { id name } } }";
    let compounds = app.stranger().read(compound, json!({"code": HERE})).await["compounds"]["nodes"].clone();
    let third =
        compounds.as_array().unwrap().iter().find(|one| text(&one["name"]).contains("三区")).expect("a compound");
    let item = app.item(json!({"compoundId": third["id"]})).await;
    app.claim("owners-chair", &item).await;
    let rate = json!({"serviceItemId": item, "stars": 0});
    assert_eq!(who_may(app, "rateServiceItem", &item, std::slice::from_ref(&rate)).await, [""; 0]);
    let item = app.item(json!({})).await;
    app.claim("owners-chair", &item).await;
    let rate = json!({"serviceItemId": item, "stars": 0});
    assert_eq!(who_may(app, "rateServiceItem", &item, &[rate]).await, ["resident", "neighbour"]);
}

async fn whoever_had_a_hand_in_an_implementation_does_not_judge_it(app: &TestApp) {
    let priority = app.priority(json!({})).await;
    let implementation = app.adopted(&priority).await;
    // A worker for a day reports, and is of the street ever after.
    let committee = app.called("partyOrganisations", "增产里社区党委").await;
    let secretary = app.actor("community-secretary");
    let appoint = json!({"personId": app.id_of("resident"), "role": "community_worker", "organisationId": committee,
        "startsOn": app.day(0)});
    let post = text(&secretary.act("appointPost", appoint, "post { id }").await.done()["post"]["id"]);
    let report = json!({"implementationId": implementation, "body": "已排查"});
    app.actor("resident").act("reportImplementation", report, "report { id }").await.done();
    secretary.act("endPost", json!({"postId": post, "reason": "期满"}), "post { id }").await.done();
    let street = app.called("partyOrganisations", "西于庄街道党工委").await;
    let of_it = json!({"implementationId": implementation});
    for account in ["resident", "neighbour", "community-worker", "community-secretary"] {
        app.give_seat(&app.id_of(account), PostRole::StreetSecretary, &street).await;
        let concerned = account != "neighbour";
        for (act, other, officer) in [
            ("acceptImplementation", json!({}), None),
            ("decideObjection", json!({"uphold": true, "reason": ""}), None),
            ("returnImplementation", json!({"reason": ""}), Some("street-officer")),
        ] {
            let input = with(of_it.clone(), other);
            let may = (!concerned).then_some(account).into_iter().chain(officer).collect::<Vec<_>>();
            assert_eq!(who_may(app, act, &implementation, &[input]).await, may, "{act} as {account}");
            let said = reason(app, account, act, &implementation).await;
            assert_eq!(said.contains("recusal.csv:"), concerned, "{account}: {said}");
        }
    }
    for (act, other) in [("reportImplementation", json!({"body": ""})), ("submitImplementation", json!({"result": ""}))]
    {
        let input = with(of_it.clone(), other);
        let may = who_may(app, act, &implementation, &[input]).await;
        assert_eq!(may, ["community-worker", "community-secretary"], "{act}");
    }
}

async fn a_priority_is_answered_from_its_own_street(app: &TestApp) {
    let priority = app.priority(json!({"communityCodes": [HERE]})).await;
    // First of a community that is not asked, then of one that is.
    let both = app.id_of("other-community-secretary");
    app.give_seat(&both, PostRole::CommunitySecretary, &app.called("partyOrganisations", "增产里社区党委").await).await;
    for act in ["adoptPriority", "objectToPriority"] {
        let bad = if act == "adoptPriority" { json!({"plan": ""}) } else { json!({"reason": ""}) };
        let input = |code: &str| with(json!({"priorityId": priority, "communityCode": code}), bad.clone());
        let inputs = [HERE, SIBLING, FAR, STREET].map(input);
        assert_eq!(who_may(app, act, &priority, &inputs).await, ["other-community-secretary"], "{act}");
        let said = reason(app, "far-community-secretary", act, &priority).await;
        assert!(said.contains("only where the reach is own"), "{said}");
    }
}

async fn drafts_are_for_those_who_prepare_and_decide(app: &TestApp) {
    let draft = app.draft(json!({})).await;
    let content = with(app.content(), json!({"title": ""}));
    let publish = with(content.clone(), json!({"draftId": draft}));
    assert_eq!(who_may(app, "publishServiceItem", &draft, &[publish]).await, ["community-secretary"]);
    let update = with(content, json!({"serviceItemId": draft, "version": 1}));
    let may = who_may(app, "updateServiceItem", &draft, &[update]).await;
    assert_eq!(may, ["community-worker", "community-secretary"]);
    let cancel = json!({"serviceItemId": draft, "reason": ""});
    assert_eq!(who_may(app, "cancelServiceItem", &draft, &[cancel]).await, ["community-secretary"]);

    let plan = app.priority_draft(json!({})).await;
    let edit = json!({"priorityId": plan, "version": 1, "title": ""});
    assert_eq!(who_may(app, "updatePriority", &plan, &[edit]).await, ["street-officer", "street-secretary"]);
    let withdraw = json!({"priorityId": plan, "reason": ""});
    assert_eq!(who_may(app, "withdrawPriority", &plan, &[withdraw]).await, ["street-secretary"]);
}

async fn posts_are_given_by_whoever_has_one_to_give(app: &TestApp) {
    let (community, street) = ("community-secretary", "street-secretary");
    for (list, name, held, may) in [
        (
            "partyOrganisations",
            "增产里社区党委",
            &["community_secretary", "community_worker"][..],
            &[community, street][..],
        ),
        (
            "partyOrganisations",
            "西于庄街道党工委",
            &["street_officer", "street_secretary"],
            &[street, "district-secretary"],
        ),
        ("bigPartyCommittees", "增产里社区大党委", &["part_time_member", "full_time_member"], &[community, street]),
        ("publicBodies", "增产里党群服务站", &["station_officer"], &[community, street]),
    ] {
        let organisation = app.called(list, name).await;
        let input = |role: &str| {
            json!({"personId": app.id_of("resident"), "role": role, "organisationId": organisation,
                "startsOn": app.day(1), "endsOn": app.day(0)})
        };
        let inputs = held.iter().map(|role| input(role)).collect::<Vec<_>>();
        assert_eq!(who_may(app, "appointPost", &organisation, &inputs).await, may, "{name}");
    }
}

async fn no_policy_lets_an_application_act_on_its_own(app: &TestApp) {
    let bundle = PolicySource::embedded().to_bundle();
    let all = "p, anonymous, rating, readRating, anyone, allow";
    let more =
        ["rating, rateServiceItem", "claim, withdrawClaim"].map(|act| format!("p, anonymous, {act}, anyone, allow"));
    let bundle = bundle.replace(all, &format!("{all}\n{}", more.join("\n")));
    let source = PolicySource::from_bundle(&bundle).expect("policies");
    app.authority.swap_policy(Table::compile(&source).await.expect("policies"));
    let item = app.item(json!({})).await;
    let claim = app.claim("unit-liaison", &item).await;
    for (act, on, input) in [
        ("rateServiceItem", &item, json!({"serviceItemId": item, "stars": 0})),
        ("withdrawClaim", &claim, json!({"claimId": claim, "reason": ""})),
    ] {
        let may = who_may(app, act, on, &[input]).await;
        assert!(may.contains(&"department-officer".to_owned()), "{may:?}");
        assert!(!may.contains(&"civic-app".to_owned()) && !may.contains(&"stranger".to_owned()), "{may:?}");
        assert_eq!(reason(app, "civic-app", act, on).await, "sign in as a person first");
    }
}

async fn swap_policies(app: &TestApp, after: &str, more: &str) {
    let bundle = PolicySource::embedded().to_bundle();
    assert!(bundle.contains(after), "{after}");
    let source = PolicySource::from_bundle(&bundle.replace(after, &format!("{after}\n{more}"))).expect("policies");
    let policy = Table::compile(&source).await.expect("policies");
    assert_eq!(tongxin_capabilities::lines_without_effect(&policy), []);
    app.authority.swap_policy(policy);
}

/// A line that lets those read to whom something is addressed takes effect in lists, by ids and in acts alike.
async fn what_is_addressed_to_a_body_is_listed_for_it(app: &TestApp) {
    let here = app.priority_draft(json!({"title": "只给增产里", "communityCodes": [HERE]})).await;
    let both = app.priority_draft(json!({"title": "两个社区", "communityCodes": [HERE, SIBLING]})).await;
    let sees = async |account: &str| {
        let actor = app.actor(account);
        let listed = actor
            .read("{ priorities(filter: {status: DRAFT}, first: 100) { totalCount nodes { id } } }", json!({}))
            .await;
        let mut sees = Vec::new();
        for id in [&here, &both] {
            let found = actor.query("query($id: ID!) { node(id: $id) { id } }", json!({"id": id})).await;
            let found = found.body["data"]["node"]["id"] == **id;
            let in_list = listed["priorities"]["nodes"].as_array().unwrap().iter().any(|one| one["id"] == **id);
            let can = "query($id: ID!) { can(action: \"readPriorityDrafts\", on: $id) { permitted } }";
            let can = actor.query(can, json!({"id": id})).await.body["data"]["can"]["permitted"] == true;
            assert_eq!((in_list, can), (found, found), "{account} {id}");
            sees.push(found);
        }
        sees
    };
    let accounts = ["community-worker", "other-community-secretary", "far-community-secretary", "department-officer"];
    for account in accounts {
        assert_eq!(sees(account).await, [false, false], "{account}");
    }
    let own = "p, street_officer, priority, readPriorityDrafts, own, allow";
    swap_policies(app, own, "p, community_worker, priority, readPriorityDrafts, addressed, allow").await;
    assert_eq!(sees("community-worker").await, [true, true]);
    assert_eq!(sees("other-community-secretary").await, [false, true], "a secretary has all of a worker");
    assert_eq!(sees("far-community-secretary").await, [false, false]);
    assert_eq!(sees("department-officer").await, [false, false]);
}

async fn a_station_has_its_community_until_it_is_given_compounds(app: &TestApp) {
    let committee = "query($id: ID!) { node(id: $id) { ... on OwnersCommittee { compound { id } } } }";
    let committee = app.stranger().read(committee, json!({"id": app.claimant("owners-chair").await})).await;
    let compound = text(&committee["node"]["compound"]["id"]);
    let (of_all, in_it) = (app.draft(json!({})).await, app.draft(json!({"compoundId": compound})).await);
    let sees = async |id: &str| {
        let found =
            app.actor("station-officer").query("query($id: ID!) { node(id: $id) { id } }", json!({"id": id})).await;
        let found = found.body["data"]["node"]["id"] == *id;
        let can = "query($id: ID!) { can(action: \"readServiceItemDrafts\", on: $id) { permitted } }";
        let can = app.actor("station-officer").query(can, json!({"id": id})).await;
        assert_eq!(can.body["data"]["can"]["permitted"] == true, found, "{id}");
        found
    };
    assert!(sees(&of_all).await && sees(&in_it).await);
    let station = app.called("publicBodies", "增产里党群服务站").await;
    let given = entrusted_compound::Model { organisation_id: station, compound_id: compound };
    given.into_active_model().insert(&app.db).await.unwrap();
    app.authority.forget_rights();
    assert!(!sees(&of_all).await, "what is the whole community's is the committee's");
    assert!(sees(&in_it).await);
}
