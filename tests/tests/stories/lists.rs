//! Lists speak alike: places, days, what is mine, what changed since when.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};
use tongxin::divisions;
use tongxin_entity::{claim, implementation, priority, service_item};
use tongxin_tests::{
    Actor, TestApp, ids, on_each_database,
    places::{DISTRICT, FAR, HERE, SIBLING, STREET},
    text, with,
};

on_each_database![
    a_place_that_is_not_there_is_told_wherever_it_is_named,
    a_place_that_is_imported_is_known_from_then_on,
    claims_are_listed_by_the_place_of_their_item,
    whatever_changes_says_when_it_did,
    what_changed_is_listed_from_the_very_moment_on,
    what_is_mine_is_what_i_made_hold_or_am_to_do,
    an_implementation_is_overdue_as_its_field_says,
    regions_are_listed_from_their_roots_down,
    nobody_finds_by_a_filter_what_they_do_not_see,
];

const FILTERED: [(&str, &str, &str); 11] = [
    ("serviceItems", "ServiceItemFilter", "regionCode"),
    ("serviceItems", "ServiceItemFilter", "communityCode"),
    ("serviceItems", "ServiceItemFilter", "streetCode"),
    ("claims", "ClaimFilter", "regionCode"),
    ("implementations", "ImplementationFilter", "regionCode"),
    ("priorities", "PriorityFilter", "regionCode"),
    ("priorities", "PriorityFilter", "streetCode"),
    ("people", "PersonFilter", "regionCode"),
    ("compounds", "CompoundFilter", "regionCode"),
    ("units", "UnitFilter", "regionCode"),
    ("regions", "RegionFilter", "parentCode"),
];

fn list(name: &str, filter: &str, nodes: &str) -> String {
    format!("query($f: {filter}) {{ list: {name}(filter: $f, first: 100) {{ totalCount nodes {{ {nodes} }} }} }}")
}

/// The ids of a list under a filter, which must be as many as it counts.
async fn found(actor: &Actor, name: &str, filter: &str, given: Value) -> Vec<String> {
    let read = actor.read(&list(name, filter, "id"), json!({"f": given})).await["list"].clone();
    let all = ids(&read).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(read["totalCount"], all.len(), "{given}");
    all
}

async fn a_place_that_is_not_there_is_told_wherever_it_is_named(app: &TestApp) {
    let actor = app.actor("community-secretary");
    for (name, filter, condition) in FILTERED {
        for code in ["999999", "120106001999", "", "1201060", "红桥", "' OR 1=1 --"] {
            let answer = actor.query(&list(name, filter, "id"), json!({"f": {condition: code}})).await;
            let path = format!("filter.{condition}");
            assert_eq!(answer.bad_fields(), [(path.as_str(), "UNKNOWN_PLACE")], "{name} {code:?}");
            assert_eq!(answer.body["errors"][0]["path"], json!(["list"]));
        }
    }
    // It is told at its field.
    let two = "{ bad: claims(filter: {regionCode: \"120199\"}) { totalCount } good: me { id } }";
    let answer = actor.query(two, json!({})).await;
    assert_eq!(answer.bad_fields(), [("filter.regionCode", "UNKNOWN_PLACE")]);
    assert_eq!(answer.body["errors"][0]["path"], json!(["bad"]));
    // Within an answer.
    let inner = "{ region(code: \"120106\") { serviceItems(filter: {regionCode: \"120199\"}) { totalCount } } }";
    assert_eq!(actor.query(inner, json!({})).await.bad_fields(), [("filter.regionCode", "UNKNOWN_PLACE")]);
    // In what an act is to answer: then it is not done.
    let selection = "serviceItem { community { serviceItems(filter: {regionCode: \"120199\"}) { totalCount } } }";
    let count = async || found(&actor, "serviceItems", "ServiceItemFilter", json!({"regionCode": HERE})).await.len();
    let published = count().await;
    let refused = actor.act("publishServiceItem", app.content(), selection).await;
    assert_eq!(refused.bad_fields(), [("filter.regionCode", "UNKNOWN_PLACE")]);
    assert_eq!(count().await, published);
    let others = "{ d: deadlines(regionCode: \"120199\") { kind } }";
    assert_eq!(actor.query(others, json!({})).await.bad_fields(), [("regionCode", "UNKNOWN_PLACE")]);
}

async fn a_place_that_is_imported_is_known_from_then_on(app: &TestApp) {
    let count = async |code: &str| {
        app.stranger().query(&list("claims", "ClaimFilter", "id"), json!({"f": {"regionCode": code}})).await
    };
    assert_eq!(count("120106001999").await.bad_fields(), [("filter.regionCode", "UNKNOWN_PLACE")]);
    let file = "code,level,name,parent\n120106001999,community,新设社区,120106001\n";
    divisions::import(&app.db, file.as_bytes(), |_| ()).await.unwrap();
    assert_eq!(count("120106001999").await.data()["list"]["totalCount"], 0);
}

async fn claims_are_listed_by_the_place_of_their_item(app: &TestApp) {
    let stranger = app.stranger();
    let everywhere = "{ claims(first: 100) { totalCount nodes { id serviceItem { community { code } } } } }";
    let read = stranger.read(everywhere, json!({})).await["claims"].clone();
    let all = read["nodes"].as_array().unwrap();
    assert_eq!(read["totalCount"], all.len());
    for code in ["1201", DISTRICT, STREET, HERE, SIBLING, FAR] {
        let there = all.iter().filter(|claim| text(&claim["serviceItem"]["community"]["code"]).starts_with(code));
        let there = there.map(|claim| text(&claim["id"])).collect::<Vec<_>>();
        assert!(!there.is_empty(), "{code}");
        assert_eq!(found(&stranger, "claims", "ClaimFilter", json!({"regionCode": code})).await, there, "{code}");
    }
    let item = app.item(json!({})).await;
    let claim = app.claim("property-manager", &item).await;
    assert_eq!(found(&stranger, "claims", "ClaimFilter", json!({"regionCode": HERE})).await[0], claim);
}

type Kept = BTreeMap<String, (i32, DateTime<Utc>)>;

/// The version of whatever has one, and when it last changed.
async fn kept(app: &TestApp) -> Kept {
    let mut all = Kept::new();
    macro_rules! add {
        ($($table:ident)+) => {$(
            let rows = $table::Entity::find().all(&app.db).await.unwrap();
            all.extend(rows.into_iter().map(|row| (row.id, (row.version, row.updated_at))));
        )+};
    }
    add!(priority implementation service_item claim);
    all
}

/// Does things a minute later, and looks what changed: that, and nothing else, has changed now.
async fn later<T>(app: &TestApp, told: &str, what: impl Future<Output = T>) -> T {
    app.clock.advance(TimeDelta::minutes(1));
    let before = kept(app).await;
    let done = what.await;
    let mut changed = 0;
    for (id, (version, at)) in kept(app).await {
        match before.get(&id) {
            Some((old, then)) if *old == version => assert_eq!(*then, at, "{told}: {id} did not change"),
            _ => {
                changed += 1;
                assert_eq!(at, app.clock.now(), "{told}: {id} changed");
            }
        }
    }
    assert!(changed > 0, "{told} changes something");
    done
}

async fn whatever_changes_says_when_it_did(app: &TestApp) {
    let (officer, street) = (app.actor("street-officer"), app.actor("street-secretary"));
    let (worker, community) = (app.actor("community-worker"), app.actor("community-secretary"));
    let act = async |actor: &Actor, name: &str, input: Value| {
        later(app, name, actor.act(name, input, "__typename")).await.done();
    };
    let draft = later(app, "createPriority", app.priority_draft(json!({"communityCodes": [HERE, SIBLING]}))).await;
    act(&officer, "updatePriority", json!({"priorityId": draft, "version": 1, "title": "二稿"})).await;
    act(&street, "publishPriority", json!({"priorityId": draft})).await;
    let amend = json!({"priorityId": draft, "version": 3, "dueOn": app.day(150), "reason": "雨季"});
    act(&street, "amendPriority", amend).await;
    let fewer = json!({"priorityId": draft, "version": 4, "communityCodes": [HERE], "reason": "调整"});
    act(&street, "amendPriority", fewer).await;
    let more = json!({"priorityId": draft, "version": 5, "communityCodes": [HERE, SIBLING], "reason": "调整"});
    act(&street, "amendPriority", more).await;
    let object = json!({"priorityId": draft, "communityCode": HERE, "reason": "已办"});
    act(&community, "objectToPriority", object).await;
    let of = json!({"priorityId": draft, "regionCode": HERE});
    let implementation = found(&street, "implementations", "ImplementationFilter", of).await.remove(0);
    let named = json!({"implementationId": implementation});
    act(&street, "decideObjection", with(named.clone(), json!({"uphold": false, "reason": "须办"}))).await;
    later(app, "adoptPriority", app.adopted(&draft)).await;
    act(&worker, "reportImplementation", with(named.clone(), json!({"body": "已开工"}))).await;
    act(&worker, "submitImplementation", with(named.clone(), json!({"result": "已完成"}))).await;
    act(&officer, "returnImplementation", with(named.clone(), json!({"reason": "缺"}))).await;
    act(&worker, "submitImplementation", with(named.clone(), json!({"result": "已完成"}))).await;
    act(&street, "acceptImplementation", named).await;
    act(&street, "withdrawPriority", json!({"priorityId": draft, "reason": "计划调整"})).await;

    let item = later(app, "draftServiceItem", app.draft(json!({"quota": 2}))).await;
    let edit = with(app.content(), json!({"serviceItemId": item, "version": 1, "quota": 3}));
    act(&worker, "updateServiceItem", edit).await;
    act(&community, "publishServiceItem", with(app.content(), json!({"draftId": item, "quota": 3}))).await;
    let claim = later(app, "claimServiceItem", app.claim("property-manager", &item)).await;
    let (manager, named) = (app.actor("property-manager"), json!({"claimId": claim}));
    act(&manager, "startClaim", named.clone()).await;
    act(&manager, "submitClaim", with(named.clone(), json!({"summary": "已完成"}))).await;
    act(&community, "returnClaim", with(named.clone(), json!({"reason": "缺照片"}))).await;
    act(&manager, "submitClaim", with(named.clone(), json!({"summary": "已完成"}))).await;
    act(&community, "acceptClaim", named).await;
    let given_up = later(app, "claimServiceItem", app.claim("rival-property-manager", &item)).await;
    let withdraw = json!({"claimId": given_up, "reason": "人手不足"});
    act(&app.actor("rival-property-manager"), "withdrawClaim", withdraw).await;
    act(&community, "finishServiceItem", json!({"serviceItemId": item})).await;
    act(&community, "closeServiceItem", json!({"serviceItemId": item})).await;
    let other = later(app, "publishServiceItem", app.item(json!({}))).await;
    later(app, "claimServiceItem", app.claim("unit-liaison", &other)).await;
    act(&community, "cancelServiceItem", json!({"serviceItemId": other, "reason": "场地另有安排"})).await;
    // By the clock: claims lapse, items expire and are closed.
    app.clock.advance(TimeDelta::days(60));
    later(app, "chores", app.chores()).await;
}

async fn what_changed_is_listed_from_the_very_moment_on(app: &TestApp) {
    let stranger = app.stranger();
    app.clock.advance(TimeDelta::minutes(5));
    let item = app.item(json!({})).await;
    let claim = app.claim("property-manager", &item).await;
    app.clock.advance(TimeDelta::microseconds(1));
    let at = |moved: i64| (app.clock.now() + TimeDelta::microseconds(moved)).to_rfc3339();
    for (name, filter, id) in [("serviceItems", "ServiceItemFilter", &item), ("claims", "ClaimFilter", &claim)] {
        let since = async |at: String| found(&stranger, name, filter, json!({"updatedSince": at})).await;
        assert_eq!(since(at(-1)).await, std::slice::from_ref(id), "{name}: inclusive");
        assert_eq!(since(at(0)).await, [""; 0], "{name}");
        let east = (app.clock.now() - TimeDelta::microseconds(1))
            .with_timezone(&chrono::FixedOffset::east_opt(8 * 3600).unwrap());
        assert_eq!(since(east.to_rfc3339()).await, std::slice::from_ref(id), "{name}: by another offset");
    }
    app.actor("property-manager").act("startClaim", json!({"claimId": claim}), "claim { id }").await.done();
    assert_eq!(found(&stranger, "claims", "ClaimFilter", json!({"updatedSince": at(0)})).await, [claim]);
    let bad = stranger.query(&list("claims", "ClaimFilter", "id"), json!({"f": {"updatedSince": "yesterday"}})).await;
    assert_eq!(bad.code(), Some("INVALID_INPUT"), "{bad}");
}

async fn what_is_mine_is_what_i_made_hold_or_am_to_do(app: &TestApp) {
    let mine = async |account: &str, name: &str, filter: &str| {
        found(&app.actor(account), name, filter, json!({"mine": true, "regionCode": "120106"})).await
    };
    let draft = app.draft(json!({})).await;
    let item = app.item(json!({})).await;
    let claim = app.claim("property-manager", &item).await;
    assert!(mine("community-worker", "serviceItems", "ServiceItemFilter").await.contains(&draft));
    let secretary = mine("community-secretary", "serviceItems", "ServiceItemFilter").await;
    assert!(secretary.contains(&item) && !secretary.contains(&draft));
    assert!(mine("property-manager", "serviceItems", "ServiceItemFilter").await.contains(&item));
    assert!(mine("property-manager", "claims", "ClaimFilter").await.contains(&claim));
    for other in ["rival-property-manager", "resident", "civic-app"] {
        assert!(!mine(other, "serviceItems", "ServiceItemFilter").await.contains(&item), "{other}");
        assert!(!mine(other, "claims", "ClaimFilter").await.contains(&claim), "{other}");
    }
    let priority = app.priority(json!({})).await;
    assert!(mine("street-officer", "priorities", "PriorityFilter").await.contains(&priority));
    assert!(!mine("street-secretary", "priorities", "PriorityFilter").await.contains(&priority));
    // What a community is asked for is its posts' own.
    let asked = found(&app.stranger(), "implementations", "ImplementationFilter", json!({"regionCode": HERE})).await;
    for account in ["community-secretary", "community-worker"] {
        assert_eq!(mine(account, "implementations", "ImplementationFilter").await, asked, "{account}");
    }
    for account in ["street-secretary", "resident", "other-community-secretary"] {
        let theirs = mine(account, "implementations", "ImplementationFilter").await;
        assert!(asked.iter().all(|id| !theirs.contains(id)), "{account}");
    }
    // Whoever is nobody has nothing, and everything else is the others'.
    for (name, filter) in [("serviceItems", "ServiceItemFilter"), ("implementations", "ImplementationFilter")] {
        let count = async |given: Value| {
            let read = app.stranger().read(&list(name, filter, "id"), json!({"f": given})).await;
            read["list"]["totalCount"].clone()
        };
        assert_eq!(count(json!({"mine": true})).await, 0);
        assert_eq!(count(json!({"mine": false})).await, count(json!({})).await);
    }
}

async fn an_implementation_is_overdue_as_its_field_says(app: &TestApp) {
    let stranger = app.stranger();
    app.priority(json!({"adoptBy": app.day(5), "communityCodes": [HERE, SIBLING]})).await;
    app.clock.advance(TimeDelta::days(6));
    let all = "{ implementations(first: 100) { nodes { id overdue adoptBy } } }";
    let all = stranger.read(all, json!({})).await["implementations"]["nodes"].as_array().unwrap().clone();
    for yes in [true, false] {
        let told = all.iter().filter(|one| one["overdue"] == yes).map(|one| text(&one["id"])).collect::<Vec<_>>();
        assert!(!told.is_empty());
        let listed = found(&stranger, "implementations", "ImplementationFilter", json!({"overdue": yes})).await;
        assert_eq!(listed, told, "overdue {yes}");
    }
    let day = app.day(0);
    let due = all.iter().filter(|one| one["adoptBy"].as_str().is_some_and(|adopt_by| adopt_by <= &*day));
    let due = due.map(|one| text(&one["id"])).collect::<Vec<_>>();
    assert_eq!(found(&stranger, "implementations", "ImplementationFilter", json!({"dueBy": day})).await, due);
}

async fn regions_are_listed_from_their_roots_down(app: &TestApp) {
    let stranger = app.stranger();
    let codes = async |given: Value| {
        let read = stranger.read(&list("regions", "RegionFilter", "code"), json!({"f": given})).await;
        let nodes = read["list"]["nodes"].as_array().unwrap().clone();
        nodes.iter().map(|node| text(&node["code"])).collect::<Vec<_>>()
    };
    assert_eq!(codes(json!({})).await[..3], ["1201", DISTRICT, STREET]);
    assert_eq!(codes(json!({"level": "CITY"})).await, ["1201"]);
    assert_eq!(codes(json!({"parentCode": "1201"})).await, [DISTRICT]);
    let streets = codes(json!({"level": "STREET"})).await;
    assert_eq!((streets.len(), &streets), (9, &codes(json!({"parentCode": DISTRICT})).await));
    let below = codes(json!({"regionCode": STREET, "level": "COMMUNITY"})).await;
    assert_eq!(below, codes(json!({"parentCode": STREET})).await);
    assert_eq!(codes(json!({"nameContains": " 增产里 "})).await, [HERE]);
    assert_eq!(codes(json!({"nameContains": "增产里", "regionCode": FAR})).await, [""; 0]);
    let children = "{ region(code: \"120106\") { children(filter: {nameContains: \"西于庄\"}) { nodes { code } } } }";
    let children = stranger.read(children, json!({})).await;
    assert_eq!(children["region"]["children"]["nodes"], json!([{"code": STREET}]));
}

async fn nobody_finds_by_a_filter_what_they_do_not_see(app: &TestApp) {
    let before = (app.clock.now() - TimeDelta::seconds(1)).to_rfc3339();
    let draft = app.draft(json!({"dueOn": app.day(1)})).await;
    let priority = app.priority_draft(json!({"dueOn": app.day(20)})).await;
    let author = app.id_of("community-worker");
    app.clock.advance(TimeDelta::days(2));
    let conditions = [
        json!({"updatedSince": before}),
        json!({"regionCode": HERE}),
        json!({"overdue": false}),
        json!({"mine": false}),
        json!({"status": "DRAFT"}),
        json!({"statusIn": ["DRAFT"]}),
        json!({"dueBy": app.day(100)}),
    ];
    for (name, filter, hidden) in
        [("serviceItems", "ServiceItemFilter", &draft), ("priorities", "PriorityFilter", &priority)]
    {
        for given in &conditions {
            for account in ["resident", "property-manager", "far-community-secretary", "civic-app"] {
                let seen = found(&app.actor(account), name, filter, given.clone()).await;
                assert!(!seen.contains(hidden), "{account} {name} {given}");
            }
        }
    }
    assert!(
        found(&app.actor_of(&author), "serviceItems", "ServiceItemFilter", json!({"mine": true}))
            .await
            .contains(&draft)
    );
}
