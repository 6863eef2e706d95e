//! What an object tells of what may be done with it is what comes of doing it: on a walk through the spine, each step of which
//! is chosen among what is told to be possible, whatever is told not to be is tried too.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tongxin_tests::{
    Actor, TestApp, on_each_database,
    places::{HERE, SIBLING, STREET},
    text, with,
};

on_each_database![
    what_is_told_possible_is_what_comes_of_it,
    a_page_tells_of_each_of_its_objects,
    a_judgement_names_what_was_judged,
];

const WHO: [&str; 11] = [
    "street-secretary",
    "street-officer",
    "community-secretary",
    "community-worker",
    "other-community-secretary",
    "property-manager",
    "rival-property-manager",
    "far-property-manager",
    "unit-liaison",
    "resident",
    "civic-app",
];

/// What somebody is told of an act on an object.
struct Told {
    act: String,
    allowed: bool,
    reason: String,
    version: Value,
}

/// What the actor is told of each object that it sees.
async fn told(actor: &Actor, ids: &[String]) -> Vec<(String, Vec<Told>)> {
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id
        ... on Region { possibleActs { ...it } } ... on Priority { possibleActs { ...it } }
        ... on Implementation { possibleActs { ...it } } ... on ServiceItem { possibleActs { ...it } }
        ... on Claim { possibleActs { ...it } } ... on PropertyContract { possibleActs { ...it } } } }
        fragment it on PossibleAct { act allowed version reason missing labels { zh en } }";
    let nodes = actor.read(document, json!({"ids": ids})).await["nodes"].clone();
    let one = |act: &Value| {
        assert!(!text(&act["labels"]["zh"]).is_empty(), "{act}");
        assert!(act["allowed"] == false || act["missing"] == json!([]), "{act}");
        let (allowed, version) = (act["allowed"] == true, act["version"].clone());
        Told { act: text(&act["act"]), allowed, reason: text(&act["reason"]), version }
    };
    let seen = nodes.as_array().unwrap().iter().filter(|node| node["id"].is_string());
    seen.map(|node| (text(&node["id"]), node["possibleActs"].as_array().unwrap().iter().map(one).collect())).collect()
}

/// The version to name by an act, as the actor is told.
async fn version(actor: &Actor, on: &str, act: &str) -> Value {
    let acts = told(actor, &[on.to_owned()]).await.remove(0).1;
    acts.into_iter().find(|told| told.act == act).unwrap().version
}

/// A good input for an act on an object; none for acts that are not of the spine.
async fn input(app: &TestApp, actor: &Actor, act: &str, on: &str, version: &Value) -> Option<Vec<Value>> {
    let why = json!({"reason": "另有安排"});
    let one = |value: Value| Some(vec![value]);
    let ty = on.split('_').next().unwrap_or_default();
    let content = |other: Value| with(app.content(), other);
    match (ty, act) {
        ("priority", "updatePriority") => one(json!({"priorityId": on, "version": version, "title": "楼道照明改造"})),
        ("priority", "amendPriority") => {
            one(with(json!({"priorityId": on, "version": version, "dueOn": app.day(150 + text_len(version))}), why))
        }
        ("priority", "withdrawPriority") => one(with(json!({"priorityId": on}), why)),
        ("priority", "adoptPriority" | "objectToPriority") => {
            let answer = |code: &str| {
                let words = json!({"priorityId": on, "communityCode": code});
                with(
                    words,
                    if act == "adoptPriority" {
                        json!({"plan": "分栋实施"})
                    } else {
                        json!({"reason": "另有安排"})
                    },
                )
            };
            Some([HERE, SIBLING].map(answer).into())
        }
        ("priority", _) => one(json!({"priorityId": on})),
        ("impl", "adoptPriority" | "objectToPriority") => {
            let of = app.field(on, "Implementation", "priority { id }").await;
            let code = app.field(on, "Implementation", "community { code }").await;
            let words = json!({"priorityId": of["id"], "communityCode": code["code"]});
            one(with(words, if act == "adoptPriority" { json!({"plan": "分栋实施"}) } else { why }))
        }
        ("impl", "decideObjection") => {
            one(with(json!({"implementationId": on, "uphold": false, "version": version}), why))
        }
        ("impl", "returnImplementation") => one(with(json!({"implementationId": on, "version": version}), why)),
        ("impl", "acceptImplementation") => one(json!({"implementationId": on, "version": version})),
        ("impl", "reportImplementation") => one(json!({"implementationId": on, "body": "已排查"})),
        ("impl", "submitImplementation") => one(json!({"implementationId": on, "result": "已更换"})),
        ("impl", "draftServiceItem" | "publishServiceItem") => {
            let of = app.field(on, "Implementation", "community { code }").await;
            one(content(json!({"implementationId": on, "communityCode": of["code"]})))
        }
        ("item", "publishServiceItem") => one(content(json!({"draftId": on}))),
        ("item", "updateServiceItem") => one(content(json!({"serviceItemId": on, "version": version}))),
        ("item", "cancelServiceItem") => one(with(json!({"serviceItemId": on}), why)),
        ("item", "rateServiceItem") => one(json!({"serviceItemId": on, "stars": 5})),
        ("item", "claimServiceItem") => {
            let me = actor.read("{ me { claimants { id } } }", json!({})).await;
            let mine = me["me"]["claimants"].as_array().cloned().unwrap_or_default();
            let stand_in = json!({"id": app.claimant("property-manager").await});
            let ids = if mine.is_empty() { vec![stand_in] } else { mine };
            Some(ids.iter().map(|one| json!({"serviceItemId": on, "claimantId": one["id"]})).collect())
        }
        ("item", _) => one(json!({"serviceItemId": on})),
        ("claim", "submitClaim") => one(json!({"claimId": on, "summary": "已完成"})),
        ("claim", "returnClaim") => one(with(json!({"claimId": on, "version": version}), why)),
        ("claim", "withdrawClaim") => one(with(json!({"claimId": on}), why)),
        ("claim", "acceptClaim") => one(json!({"claimId": on, "version": version})),
        ("claim", _) => one(json!({"claimId": on})),
        ("region", "createPriority") => {
            let code = app.field(on, "Region", "code").await;
            one(with(app.plan(), json!({"streetCode": code, "communityCodes": [HERE, SIBLING]})))
        }
        ("region", "draftServiceItem" | "publishServiceItem") => {
            let code = app.field(on, "Region", "code").await;
            one(content(json!({"quota": 2, "communityCode": code})))
        }
        _ => None,
    }
}

fn text_len(version: &Value) -> i64 {
    version.as_i64().unwrap_or_default()
}

/// The ids of what there is to do something about: the places, the newest priority and whatever hangs on it or is new.
async fn objects(app: &TestApp) -> Vec<String> {
    let document = "query($here: String!, $street: String!) {
        here: region(code: $here) { id } street: region(code: $street) { id }
        priorities(filter: {streetCode: $street}, first: 1) { nodes { id } }
        implementations(first: 2) { nodes { id } }
        serviceItems(filter: {communityCode: $here}, first: 2) { nodes { id } }
        claims(first: 2) { nodes { id } } }";
    let mut all = Vec::new();
    // Drafts are seen by different people.
    for account in ["street-secretary", "community-secretary"] {
        let found = app.actor(account).read(document, json!({"here": HERE, "street": STREET})).await;
        all.extend([text(&found["here"]["id"]), text(&found["street"]["id"])]);
        for list in ["priorities", "implementations", "serviceItems", "claims"] {
            all.extend(found[list]["nodes"].as_array().unwrap().iter().map(|one| text(&one["id"])));
        }
    }
    all.sort();
    all.dedup();
    all
}

async fn what_is_told_possible_is_what_comes_of_it(app: &TestApp) {
    let can = "query($action: String!, $on: ID!) { can(action: $action, on: $on) { allowed reason } }";
    // Steps by which the walk comes round: the one done least often so far is done next.
    let mut done: BTreeMap<String, u32> = BTreeMap::new();
    // Whatever is told to be impossible is tried once for each reason.
    let mut tried = BTreeSet::new();
    for _ in 0..30 {
        let mut open = Vec::new();
        let ids = objects(app).await;
        for account in WHO {
            let actor = app.actor(account);
            for (on, acts) in told(&actor, &ids).await {
                for Told { act, allowed, reason, version } in acts {
                    let ty = on.split('_').next().unwrap_or_default().to_owned();
                    if !allowed && !tried.insert((account, act.clone(), ty, reason)) {
                        continue;
                    }
                    let Some(inputs) = input(app, &actor, &act, &on, &version).await else { continue };
                    if allowed {
                        open.push((act, account, on.clone(), inputs));
                        continue;
                    }
                    for input in inputs {
                        let answer = actor.act(&act, input, "__typename").await;
                        let refused = ["FORBIDDEN", "CONFLICT", "NOT_FOUND"].map(Some).contains(&answer.code());
                        assert!(refused, "{account} was told not to {act} {on}, and did: {answer}");
                    }
                }
            }
        }
        open.sort_by_key(|(act, account, on, _)| {
            (done.get(act).copied().unwrap_or_default(), act.clone(), *account, on.clone())
        });
        let (act, account, on, inputs) = open.into_iter().next().expect("something may always be done");
        let actor = app.actor(account);
        let said = actor.read(can, json!({"action": act, "on": on})).await;
        assert_eq!(said["can"]["allowed"], true, "{account} {act} {on}: {said}");
        let mut answers = Vec::new();
        for input in inputs {
            let answer = actor.act(&act, input, "__typename").await;
            let passed = answer.code().is_none();
            answers.push(answer.to_string());
            if passed {
                break;
            }
        }
        assert!(answers.last().is_some_and(|last| !last.contains("\"errors\"")), "{account} {act} {on}: {answers:?}");
        *done.entry(act).or_default() += 1;
    }
    assert!(done.len() > 15, "{done:?}");
}

async fn a_page_tells_of_each_of_its_objects(app: &TestApp) {
    let item = app.item(json!({})).await;
    let page = "{ serviceItems(first: 20) { nodes { id possibleActs { act allowed reason } } } }";
    let listed = app.actor("property-manager").read(page, json!({})).await;
    let nodes = listed["serviceItems"]["nodes"].as_array().unwrap();
    let mine = nodes.iter().find(|node| node["id"] == json!(item)).unwrap();
    let claim = mine["possibleActs"].as_array().unwrap().iter().find(|act| act["act"] == "claimServiceItem").unwrap();
    assert_eq!(claim["allowed"], true, "{claim}");
    let stranger = app.stranger().read(page, json!({})).await;
    let acts = stranger["serviceItems"]["nodes"][0]["possibleActs"].as_array().unwrap();
    assert!(acts.iter().all(|act| act["allowed"] == false), "{acts:?}");
}

async fn a_judgement_names_what_was_judged(app: &TestApp) {
    let claim = app.submitted("unit-liaison", &app.item(json!({})).await).await;
    let secretary = app.actor("community-secretary");
    let version = version(&secretary, &claim, "acceptClaim").await;
    secretary
        .act("returnClaim", json!({"claimId": claim, "reason": "缺照片", "version": version}), "claim { id }")
        .await
        .done();
    let again = json!({"claimId": claim, "summary": "已补照片"});
    app.actor("unit-liaison").act("submitClaim", again, "claim { id }").await.done();
    // What was handed in anew is not what was read.
    let stale = json!({"claimId": claim, "version": version});
    secretary.act("acceptClaim", stale, "claim { id }").await.refused("CONFLICT");
    let version = self::version(&secretary, &claim, "acceptClaim").await;
    secretary.act("acceptClaim", json!({"claimId": claim, "version": version}), "claim { id }").await.done();
}
