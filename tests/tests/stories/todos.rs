//! What waits for whom, and by when.

use serde_json::{Value, json};
use tongxin_entity::post::PostRole;
use tongxin_tests::{
    Actor, TestApp, on_each_database,
    places::{FAR, HERE},
    text,
};

on_each_database![
    what_waits_is_what_may_be_done,
    a_judgement_waits_for_who_judges,
    to_dos_are_counted_by_kind_and_place,
    to_dos_are_told_by_post,
    a_number_that_changes_is_heard,
    deadlines_run_until_they_are_met,
    deadlines_are_listed_due_first,
];

const WAITING: &str = "query($kind: String, $place: String, $first: Int) { todos {
    items(kind: $kind, regionCode: $place, first: $first) { kind dueOn labels { zh } region { code }
        subject { id __typename
            ... on Claim { possibleActs { act allowed } } ... on ServiceItem { possibleActs { act allowed } }
            ... on Priority { possibleActs { act allowed } } ... on Implementation { possibleActs { act allowed } } } }
    counts(regionCode: $place) { kind count shown } } }";

async fn todos(actor: &Actor, variables: Value) -> Value {
    actor.read(WAITING, variables).await["todos"].clone()
}

type Waits = &'static [(&'static str, &'static [&'static str])];

/// For each sort of object that leads a life: its list, and which acts its states wait for.
const LIVES: [(&str, Waits); 4] = [
    (
        "claims",
        &[
            ("CLAIMED", &["startClaim"]),
            ("IN_PROGRESS", &["submitClaim"]),
            ("RETURNED", &["submitClaim"]),
            ("SUBMITTED", &["acceptClaim", "returnClaim"]),
        ],
    ),
    ("serviceItems", &[("DRAFT", &["publishServiceItem"])]),
    ("priorities", &[("DRAFT", &["publishPriority"])]),
    (
        "implementations",
        &[
            ("PENDING", &["adoptPriority", "objectToPriority"]),
            ("OBJECTED", &["decideObjection"]),
            ("ADOPTED", &["submitImplementation"]),
            ("RETURNED", &["submitImplementation"]),
            ("SUBMITTED", &["acceptImplementation", "returnImplementation"]),
        ],
    ),
];

async fn what_waits_is_what_may_be_done(app: &TestApp) {
    // Some of each, beside what the demo has.
    app.submitted("unit-liaison", &app.item(json!({})).await).await;
    app.draft(json!({})).await;
    app.priority_draft(json!({})).await;
    app.priority(json!({"communityCodes": [HERE]})).await;
    for account in [
        "street-secretary",
        "street-officer",
        "community-secretary",
        "community-worker",
        "other-community-secretary",
        "property-manager",
        "rival-property-manager",
        "owners-chair",
        "unit-liaison",
        "resident",
        "district-officer",
        "civic-app",
    ] {
        let actor = app.actor(account);
        let mut expected = Vec::new();
        for (list, waits) in LIVES {
            let mut after = Value::Null;
            loop {
                let document = format!(
                    "query($after: String) {{ found: {list}(first: 100, after: $after) {{
                        nodes {{ id status possibleActs {{ act allowed }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
                );
                let found = actor.read(&document, json!({"after": after})).await["found"].clone();
                for node in found["nodes"].as_array().unwrap() {
                    let Some((_, acts)) = waits.iter().find(|(state, _)| node["status"] == *state) else { continue };
                    let may = node["possibleActs"].as_array().unwrap().iter();
                    let mut may = may.filter(|act| act["allowed"] == true).map(|act| text(&act["act"]));
                    if may.any(|act| acts.contains(&&*act)) {
                        expected.push((text(&node["id"]), acts[0].to_owned()));
                    }
                }
                if found["pageInfo"]["hasNextPage"] == false {
                    break;
                }
                after = found["pageInfo"]["endCursor"].clone();
            }
        }
        let told = todos(&actor, json!({"first": 100})).await;
        let items = told["items"].as_array().unwrap();
        let mut told = items.iter().map(|one| (text(&one["subject"]["id"]), text(&one["kind"]))).collect::<Vec<_>>();
        told.sort();
        expected.sort();
        assert_eq!(told, expected, "{account}");
    }
}

async fn a_judgement_waits_for_who_judges(app: &TestApp) {
    let item = app.item(json!({"quota": 1})).await;
    let claim = app.submitted("unit-liaison", &item).await;
    let waits = async |account: &str| {
        let told = todos(&app.actor(account), json!({"kind": "acceptClaim", "first": 100})).await;
        told["items"].as_array().unwrap().iter().any(|one| one["subject"]["id"] == json!(claim))
    };
    assert!(waits("community-secretary").await);
    assert!(waits("community-worker").await, "who may return it is waited for too");
    assert!(!waits("other-community-secretary").await);
    assert!(!waits("unit-liaison").await);
    app.actor("community-secretary").act("acceptClaim", json!({"claimId": claim}), "claim { id }").await.done();
    assert!(!waits("community-secretary").await);
}

async fn to_dos_are_counted_by_kind_and_place(app: &TestApp) {
    for _ in 0..3 {
        app.draft(json!({})).await;
    }
    let secretary = app.actor("community-secretary");
    let here = todos(&secretary, json!({"place": HERE, "kind": "publishServiceItem", "first": 100})).await;
    let listed = here["items"].as_array().unwrap().len();
    assert!(listed >= 3, "{here}");
    let counted = here["counts"].as_array().unwrap().iter().find(|one| one["kind"] == "publishServiceItem").unwrap();
    assert_eq!((&counted["count"], &counted["shown"]), (&json!(listed), &json!(listed.to_string())));
    let far = todos(&secretary, json!({"place": FAR})).await;
    assert_eq!((&far["items"], &far["counts"]), (&json!([]), &json!([])));
    assert_eq!(todos(&app.stranger(), json!({})).await["items"], json!([]));
    let many = secretary.query(WAITING, json!({"first": 101})).await;
    assert_eq!(many.bad_fields(), [("first", "OUT_OF_RANGE")]);
}

async fn to_dos_are_told_by_post(app: &TestApp) {
    let unit = app.claimant("unit-liaison").await;
    app.give_post(&app.id_of("community-secretary"), PostRole::UnitLiaison, &unit).await;
    app.claim("unit-liaison", &app.item(json!({})).await).await;
    let hats = app.actor("community-secretary");
    let posts = hats.read("{ me { posts { id role } } }", json!({})).await["me"]["posts"].clone();
    let post = |role: &str| posts.as_array().unwrap().iter().find(|post| post["role"] == role).unwrap()["id"].clone();
    let document =
        "query($post: ID) { todos { items(kind: \"startClaim\", postId: $post, first: 100) { subject { id } }
        counts(postId: $post) { kind count } } }";
    let waits = async |post: Value| {
        let told = hats.read(document, json!({"post": post})).await["todos"].clone();
        let counted = told["counts"].as_array().unwrap().iter().find(|one| one["kind"] == "startClaim");
        (told["items"].as_array().unwrap().len(), counted.map_or(0, |one| one["count"].as_u64().unwrap() as usize))
    };
    let all = waits(Value::Null).await;
    assert!(all.0 >= 1);
    assert_eq!(waits(post("unit_liaison")).await, all);
    assert_eq!(waits(post("community_secretary")).await.0, 0, "a secretary starts nothing");
    let others =
        app.actor("owners-chair").read("{ me { posts { id } } }", json!({})).await["me"]["posts"][0]["id"].clone();
    let wrong = hats.query(document, json!({"post": others})).await;
    assert_eq!(wrong.bad_fields()[0], ("postId", "UNKNOWN"));
}

async fn a_number_that_changes_is_heard(app: &TestApp) {
    let secretary = app.actor("street-secretary");
    let document = "subscription { todosChanged { kind labels { zh } count } }";
    let mut listener = app.listen(&secretary, document, json!({})).await;
    let drafts = |heard: &Value| {
        let counts = heard["todosChanged"].as_array().unwrap();
        let found = counts.iter().find(|one| one["kind"] == "publishPriority");
        found.map_or(0, |one| one["count"].as_i64().unwrap())
    };
    let before = drafts(&listener.event().await);
    let draft = app.priority_draft(json!({})).await;
    assert_eq!(drafts(&listener.event().await), before + 1, "a draft of an officer waits for the secretary");
    // What is another's to do changes no number here, and is not heard: what comes next is the publication.
    app.draft(json!({})).await;
    secretary.act("publishPriority", json!({"priorityId": draft}), "priority { id }").await.done();
    assert_eq!(drafts(&listener.event().await), before);
}

const DEADLINES: &str =
    "query($id: ID!) { node(id: $id) { ... on Claim { deadlines { kind dueOn running overdue metAt } } } }";

async fn deadlines_run_until_they_are_met(app: &TestApp) {
    let claim = app.claim("unit-liaison", &app.item(json!({"dueOn": app.day(20)})).await).await;
    let of_claim = async || app.stranger().read(DEADLINES, json!({"id": claim})).await["node"]["deadlines"].clone();
    let start = of_claim().await;
    assert_eq!(start.as_array().unwrap().len(), 1, "{start}");
    assert_eq!((&start[0]["kind"], &start[0]["dueOn"]), (&json!("START_CLAIM"), &json!(app.day(3))));
    assert_eq!((&start[0]["running"], &start[0]["overdue"]), (&json!(true), &json!(false)));
    app.actor("unit-liaison").act("startClaim", json!({"claimId": claim}), "claim { id }").await.done();
    let later = of_claim().await;
    let later = later.as_array().unwrap();
    let start = later.iter().find(|one| one["kind"] == "START_CLAIM").unwrap();
    assert!(start["running"] == false && start["metAt"].is_string(), "{start}");
    let finish = later.iter().find(|one| one["kind"] == "FINISH_CLAIM").unwrap();
    assert_eq!((&finish["dueOn"], &finish["running"]), (&json!(app.day(27)), &json!(true)));
}

async fn deadlines_are_listed_due_first(app: &TestApp) {
    app.item(json!({"dueOn": app.day(2)})).await;
    let document = "query($kind: String, $place: String, $by: Date, $overdue: Boolean) {
        deadlines(kind: $kind, regionCode: $place, dueBy: $by, overdue: $overdue, first: 100) {
            kind dueOn overdue labels { zh } subject { id __typename } } }";
    let listed = async |variables: Value| app.stranger().read(document, variables).await["deadlines"].clone();
    let all = listed(json!({})).await;
    let days = all.as_array().unwrap().iter().map(|one| text(&one["dueOn"])).collect::<Vec<_>>();
    assert!(days.is_sorted() && days.len() > 10, "{days:?}");
    let soon = listed(json!({"kind": "FINISH_ITEM", "place": HERE, "by": app.day(2), "overdue": false})).await;
    let soon = soon.as_array().unwrap();
    assert!(!soon.is_empty());
    for one in soon {
        assert!(
            one["kind"] == "FINISH_ITEM" && one["overdue"] == false && one["subject"]["__typename"] == "ServiceItem",
            "{one}"
        );
    }
    let late = listed(json!({"overdue": true})).await;
    assert!(late.as_array().unwrap().iter().all(|one| one["overdue"] == true));
    let wrong = app.stranger().query(document, json!({"kind": "NO_SUCH"})).await;
    assert_eq!(wrong.bad_fields(), [("kind", "UNKNOWN")]);
}
