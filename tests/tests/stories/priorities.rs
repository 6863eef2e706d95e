//! Priorities 重点任务: set by a street for its communities, and by nobody else.

use serde_json::{Value, json};
use tongxin_entity::post::PostRole;
use tongxin_tests::{
    TestApp, ids, on_each_database,
    places::{FAR, HERE, SIBLING, STREET},
    text, with,
};

on_each_database![
    a_draft_is_seen_by_those_who_prepare_and_decide_it,
    a_draft_is_edited_and_an_old_version_is_refused,
    an_officer_drafts_and_the_secretary_decides,
    no_other_level_sets_a_priority,
    communities_are_those_of_the_street,
    after_publication_only_the_day_and_the_communities_change,
    a_community_that_adopted_is_not_left_out,
    a_withdrawn_priority_lets_running_claims_finish,
    a_closed_priority_leaves_things_as_far_as_they_came,
    the_street_does_not_close_over_what_waits_for_it,
    every_step_is_refused_but_those_that_may_follow,
    progress_follows_from_accepted_work,
];

async fn a_draft_is_seen_by_those_who_prepare_and_decide_it(app: &TestApp) {
    let draft = app.priority_draft(json!({})).await;
    let read = "query($id: ID!, $ids: [ID!]!) { nodes(ids: $ids) { id }
        priorities(filter: {status: DRAFT}, first: 100) { totalCount nodes { id } } node(id: $id) { id } }";
    let seen = async |account: &str| {
        let actor = if account.is_empty() { app.stranger() } else { app.actor(account) };
        let answer = actor.query(read, json!({"id": draft, "ids": [draft]})).await;
        let data = &answer.body["data"];
        let listed = ids(&data["priorities"]).contains(&draft.as_str());
        assert_eq!((data["nodes"][0].is_object(), data["node"].is_object()), (listed, listed), "as {account:?}");
        assert_eq!(data["priorities"]["totalCount"], ids(&data["priorities"]).len());
        assert_eq!(answer.code(), (!listed).then_some("NOT_FOUND"), "as {account:?}");
        listed
    };
    for account in ["street-officer", "street-secretary"] {
        assert!(seen(account).await, "{account}");
    }
    for account in [
        "",
        "civic-app",
        "resident",
        "community-secretary",
        "community-worker",
        "station-officer",
        "part-time-member",
        "other-community-secretary",
        "other-street-officer",
        "department-officer",
        "district-officer",
        "many-hats",
    ] {
        assert!(!seen(account).await, "{account}");
    }
}

async fn a_draft_is_edited_and_an_old_version_is_refused(app: &TestApp) {
    let officer = app.actor("street-officer");
    let draft = app.priority_draft(json!({"districtTask": "区级任务〔1〕号"})).await;
    let edit = json!({"priorityId": draft, "version": 1, "title": "二稿", "weight": 60, "communityCodes": [SIBLING]});
    let selection = "priority { title target weight districtTask communities { code } version }";
    let edited = officer.act("updatePriority", edit.clone(), selection).await;
    let expected = json!({
        "title": "二稿", "target": "更换灯具 120 盏", "weight": 60, "districtTask": "区级任务〔1〕号",
        "communities": [{"code": SIBLING}], "version": 2,
    });
    assert_eq!(edited.done()["priority"], expected);
    assert_eq!(officer.act("updatePriority", edit, selection).await.refused("CONFLICT")["current"], 2);
    // Null says that there is none; what is left out stays.
    let none = json!({"priorityId": draft, "version": 2, "districtTask": null});
    let edited = officer.act("updatePriority", none, "priority { title districtTask }").await;
    assert_eq!(edited.done()["priority"], json!({"title": "二稿", "districtTask": null}));
}

async fn an_officer_drafts_and_the_secretary_decides(app: &TestApp) {
    let (officer, secretary) = (app.actor("street-officer"), app.actor("street-secretary"));
    let draft = app.priority_draft(json!({"communityCodes": []})).await;
    let publish = json!({"priorityId": draft});
    officer.act("publishPriority", publish.clone(), "priority { id }").await.refused("FORBIDDEN");
    let selection = "priority { status adoptBy publishedAt progress communities { code }
        implementations(first: 100) { totalCount nodes { status overdue community { code } } } }";
    let published = secretary.act("publishPriority", publish, selection).await;
    let priority = &published.done()["priority"];
    assert_eq!((&priority["status"], &priority["adoptBy"]), (&json!("PUBLISHED"), &json!(app.day(10))));
    let children = "query($c: String!) { region(code: $c) { children { totalCount } } }";
    let all = app.stranger().read(children, json!({"c": STREET})).await["region"]["children"]["totalCount"].clone();
    assert_eq!(priority["implementations"]["totalCount"], all);
    assert_eq!(priority["communities"].as_array().unwrap().len(), all.as_u64().unwrap() as usize);
    let asked = priority["implementations"]["nodes"].as_array().unwrap();
    assert!(asked.iter().all(|one| one["status"] == "PENDING" && one["overdue"] == false));
    // Public from now on.
    let seen = app.stranger().read("query($id: ID!) { priority(id: $id) { status } }", json!({"id": draft})).await;
    assert_eq!(seen["priority"]["status"], "PUBLISHED");
}

async fn no_other_level_sets_a_priority(app: &TestApp) {
    let published = app.priority(json!({})).await;
    for account in [
        "district-officer",
        "department-officer",
        "other-street-officer",
        "community-secretary",
        "community-worker",
        "part-time-member",
        "property-manager",
        "resident",
        "civic-app",
    ] {
        let actor = app.actor(account);
        let named = json!({"priorityId": published});
        for (act, input) in [
            ("createPriority", with(app.plan(), json!({"title": ""}))),
            ("updatePriority", with(named.clone(), json!({"version": 1, "title": ""}))),
            ("publishPriority", named.clone()),
            ("discardPriority", named.clone()),
            ("amendPriority", with(named.clone(), json!({"version": 2, "reason": ""}))),
            ("closePriority", named.clone()),
            ("withdrawPriority", with(named, json!({"reason": ""}))),
        ] {
            let refused = actor.act(act, input, "priority { id }").await;
            assert_eq!(refused.code(), Some("FORBIDDEN"), "{act} as {account}: {refused}");
        }
    }
    // Nor does an officer for another street.
    let foreign = with(app.plan(), json!({"streetCode": "120106003", "communityCodes": [FAR]}));
    app.actor("street-officer").act("createPriority", foreign, "priority { id }").await.refused("FORBIDDEN");
}

async fn communities_are_those_of_the_street(app: &TestApp) {
    let officer = app.actor("street-officer");
    let create = async |codes: Value| {
        officer.act("createPriority", with(app.plan(), json!({"communityCodes": codes})), "priority { id }").await
    };
    // A place that is another street's is out of reach, which is told before anything else.
    create(json!([HERE, FAR])).await.refused("FORBIDDEN");
    let path = [("input.communityCodes.1", "UNKNOWN")];
    assert_eq!(create(json!([HERE, "120106001999"])).await.bad_fields(), path);
    assert_eq!(create(json!([HERE, "x"])).await.bad_fields(), path);
    assert_eq!(create(json!([HERE, STREET])).await.bad_fields(), [("input.communityCodes.1", "NOT_OF_THE_STREET")]);
    create(json!([HERE, HERE])).await.done();
    // Whoever is of both streets is told that they differ.
    let other = app.called("partyOrganisations", "咸阳北路街道党工委").await;
    app.give_post(&app.id_of("street-officer"), PostRole::StreetOfficer, &other).await;
    assert_eq!(create(json!([HERE, FAR])).await.bad_fields(), [("input.communityCodes.1", "PLACES_DIFFER")]);
    let draft = app.priority_draft(json!({})).await;
    let edit = json!({"priorityId": draft, "version": 1, "communityCodes": [FAR]});
    let edited = officer.act("updatePriority", edit, "priority { id }").await;
    assert_eq!(edited.bad_fields(), [("input.communityCodes.0", "PLACES_DIFFER")]);
}

async fn after_publication_only_the_day_and_the_communities_change(app: &TestApp) {
    let secretary = app.actor("street-secretary");
    let priority = app.priority(json!({"communityCodes": [HERE, SIBLING]})).await;
    let update = json!({"priorityId": priority, "version": 2, "title": "改标题"});
    let refused = app.actor("street-officer").act("updatePriority", update, "priority { id }").await;
    let facts = json!({"code": "CONFLICT", "current": "PUBLISHED", "allowed": ["amendPriority", "closePriority", "withdrawPriority"]});
    assert_eq!(refused.refused("CONFLICT"), &facts);

    let amend = async |other: Value| {
        let input = with(json!({"priorityId": priority, "version": 2, "reason": "雨季影响施工"}), other);
        let selection = "priority { dueOn version communities { code }
            changes { nodes { what before after reason } } }";
        secretary.act("amendPriority", input, selection).await
    };
    assert_eq!(amend(json!({})).await.bad_fields(), [("input", "NO_CHANGE")]);
    assert_eq!(
        amend(json!({"dueOn": app.day(150), "reason": " "})).await.bad_fields(),
        [("input.reason", "TOO_SHORT")]
    );
    assert_eq!(amend(json!({"dueOn": app.day(-1)})).await.bad_fields()[0], ("input.dueOn", "IN_THE_PAST"));
    assert_eq!(amend(json!({"version": 1, "dueOn": app.day(150)})).await.refused("CONFLICT")["current"], 2);

    let third = "120106001006";
    let amended = amend(json!({"dueOn": app.day(150), "communityCodes": [HERE, third]})).await;
    let amended = &amended.done()["priority"];
    assert_eq!((&amended["dueOn"], &amended["version"]), (&json!(app.day(150)), &json!(3)));
    assert_eq!(amended["communities"], json!([{"code": HERE}, {"code": third}]));
    let mut changes = amended["changes"]["nodes"].as_array().unwrap().clone();
    changes.sort_by_key(|change| text(&change["what"]));
    let reason = "雨季影响施工";
    let expected = [
        json!({"what": "COMMUNITIES", "before": format!("{HERE},{SIBLING}"), "after": format!("{HERE},{third}"), "reason": reason}),
        json!({"what": "DUE_ON", "before": app.day(120), "after": app.day(150), "reason": reason}),
    ];
    assert_eq!(changes, expected);
    let states = app.field(&priority, "Priority", "implementations { nodes { status community { code } } }").await;
    let state = |code: &str| {
        let nodes = states["nodes"].as_array().unwrap();
        nodes.iter().find(|one| one["community"]["code"] == code).map(|one| text(&one["status"]))
    };
    assert_eq!(state(SIBLING).as_deref(), Some("RELEASED"));
    assert_eq!(state(third).as_deref(), Some("PENDING"));
}

async fn a_community_that_adopted_is_not_left_out(app: &TestApp) {
    let priority = app.priority(json!({"communityCodes": [HERE, SIBLING]})).await;
    app.adopted(&priority).await;
    let amend = json!({"priorityId": priority, "version": 2, "communityCodes": [SIBLING], "reason": "调整范围"});
    let refused = app.actor("street-secretary").act("amendPriority", amend, "priority { id }").await;
    assert_eq!(refused.refused("CONFLICT")["communityCodes"], json!([HERE]));
    let unchanged = app.field(&priority, "Priority", "communities { code }").await;
    assert_eq!(unchanged, json!([{"code": HERE}, {"code": SIBLING}]));
}

async fn a_withdrawn_priority_lets_running_claims_finish(app: &TestApp) {
    let street = app.actor("street-secretary");
    let priority = app.priority(json!({"communityCodes": [HERE, SIBLING]})).await;
    let implementation = app.adopted(&priority).await;
    let item = app.item(json!({"implementationId": implementation})).await;
    let claim = app.started("property-manager", &item).await;

    let withdraw = json!({"priorityId": priority, "reason": "计划调整"});
    let selection = "priority { status withdrawReason endedAt implementations { nodes { status } } }";
    let withdrawn = street.act("withdrawPriority", withdraw, selection).await;
    let withdrawn = &withdrawn.done()["priority"];
    assert_eq!((&withdrawn["status"], &withdrawn["withdrawReason"]), (&json!("WITHDRAWN"), &json!("计划调整")));
    assert_eq!(withdrawn["implementations"]["nodes"], json!([{"status": "WITHDRAWN"}, {"status": "WITHDRAWN"}]));

    let hand_in = json!({"claimId": claim, "summary": "已完成"});
    app.actor("property-manager").act("submitClaim", hand_in, "claim { id }").await.done();
    let accept = json!({"claimId": claim});
    app.actor("community-secretary").act("acceptClaim", accept, "claim { id }").await.done();
    app.actor("resident")
        .act("rateServiceItem", json!({"serviceItemId": item, "stars": 5}), "rating { id }")
        .await
        .done();

    let adopt = json!({"priorityId": priority, "communityCode": SIBLING, "plan": "照办"});
    let late = app.actor("other-community-secretary").act("adoptPriority", adopt, "implementation { id }").await;
    assert_eq!(late.refused("CONFLICT")["current"], "WITHDRAWN");
}

async fn a_closed_priority_leaves_things_as_far_as_they_came(app: &TestApp) {
    let (street, secretary) = (app.actor("street-secretary"), app.actor("community-secretary"));
    let priority = app.priority(json!({"communityCodes": [HERE, SIBLING]})).await;
    let implementation = app.adopted(&priority).await;
    let under = json!({"implementationId": implementation, "quota": 2});
    let item = app.item(under.clone()).await;
    let draft = app.draft(under.clone()).await;
    let claim = app.submitted("property-manager", &item).await;
    app.days_pass(11).await;
    let open = async |open: bool| {
        let document = "query($filter: ImplementationFilter) {
            implementations(filter: $filter) { nodes { status overdue open community { code } } } }";
        let filter = json!({"priorityId": priority, "open": open});
        app.stranger().read(document, json!({"filter": filter})).await["implementations"]["nodes"].clone()
    };
    let row = |code: &str, status: &str, overdue: bool, open: bool| json!({"status": status, "overdue": overdue, "open": open, "community": {"code": code}});
    let rows = json!([row(SIBLING, "PENDING", true, true), row(HERE, "ADOPTED", false, true)]);
    assert_eq!((open(true).await, open(false).await), (rows, json!([])));

    street.act("closePriority", json!({"priorityId": priority}), "priority { status }").await.done();
    let rows = json!([row(SIBLING, "PENDING", false, false), row(HERE, "ADOPTED", false, false)]);
    assert_eq!((open(false).await, open(true).await), (rows, json!([])), "nothing is overdue that may not be done");
    let trail = "query($on: ID!) { auditTrail(on: $on, first: 1) { nodes { action after } } }";
    let kept = street.read(trail, json!({"on": priority})).await["auditTrail"]["nodes"][0].clone();
    let after = json!({"status": "CLOSED", "implementationsUnfinished": 2});
    assert_eq!(kept, json!({"action": "closePriority", "after": after}));

    // Nothing more is begun or brought on.
    let of_it = json!({"implementationId": implementation});
    let adopt = json!({"priorityId": priority, "communityCode": SIBLING, "plan": "照办"});
    let content = with(app.content(), under);
    for (account, act, input) in [
        ("other-community-secretary", "adoptPriority", adopt),
        ("community-worker", "reportImplementation", with(of_it.clone(), json!({"body": "进展"}))),
        ("community-worker", "submitImplementation", with(of_it, json!({"result": "完成"}))),
        ("community-secretary", "publishServiceItem", content.clone()),
        ("community-secretary", "publishServiceItem", with(content.clone(), json!({"draftId": draft}))),
        ("community-worker", "draftServiceItem", content),
    ] {
        let refused = app.actor(account).act(act, input, "__typename").await;
        let facts = json!({"code": "CONFLICT", "current": "CLOSED", "allowed": []});
        assert_eq!(refused.refused("CONFLICT"), &facts, "{act}");
        assert!(refused.message().contains("running claims finish"), "{refused}");
    }
    // What runs finishes, and counts.
    secretary.act("acceptClaim", json!({"claimId": claim}), "claim { id }").await.done();
    app.actor("resident")
        .act("rateServiceItem", json!({"serviceItemId": item, "stars": 5}), "rating { id }")
        .await
        .done();
    assert_eq!(app.field(&priority, "Priority", "progress").await.as_f64(), Some(25.0));
}

async fn the_street_does_not_close_over_what_waits_for_it(app: &TestApp) {
    let street = app.actor("street-secretary");
    let priority = app.priority(json!({"communityCodes": [HERE, SIBLING]})).await;
    let close = async || street.act("closePriority", json!({"priorityId": priority}), "priority { status }").await;
    let implementation = app.adopted(&priority).await;
    let of_it = json!({"implementationId": implementation});
    let hand_in = with(of_it.clone(), json!({"result": "完成"}));
    app.actor("community-worker").act("submitImplementation", hand_in, "implementation { id }").await.done();
    let object = json!({"priorityId": priority, "communityCode": SIBLING, "reason": "已办"});
    let objection =
        app.actor("other-community-secretary").act("objectToPriority", object, "implementation { id }").await;
    let facts = |current: &str, codes: Value, allowed: Value| json!({"code": "CONFLICT", "current": current, "communityCodes": codes, "allowed": allowed});
    let all = json!(["acceptImplementation", "returnImplementation", "decideObjection", "withdrawPriority"]);
    assert_eq!(close().await.refused("CONFLICT"), &facts("SUBMITTED", json!([HERE, SIBLING]), all));
    assert_eq!(app.field(&priority, "Priority", "status").await, "PUBLISHED", "nothing was kept");

    street.act("acceptImplementation", of_it, "implementation { id }").await.done();
    let rest = facts("OBJECTED", json!([SIBLING]), json!(["decideObjection", "withdrawPriority"]));
    assert_eq!(close().await.refused("CONFLICT"), &rest);
    let uphold =
        json!({"implementationId": objection.done()["implementation"]["id"], "uphold": true, "reason": "同意"});
    street.act("decideObjection", uphold, "implementation { id }").await.done();
    assert_eq!(close().await.done()["priority"]["status"], "CLOSED");
}

async fn every_step_is_refused_but_those_that_may_follow(app: &TestApp) {
    let (officer, secretary) = (app.actor("street-officer"), app.actor("street-secretary"));
    let list = "{ priorities(filter: {streetCode: \"120106001\"}, first: 100) { nodes { id status version } } }";
    let all = secretary.read(list, json!({})).await["priorities"]["nodes"].clone();
    for (state, allowed) in [
        ("DRAFT", vec!["updatePriority", "publishPriority", "discardPriority"]),
        ("PUBLISHED", vec!["amendPriority", "closePriority", "withdrawPriority"]),
        ("CLOSED", vec![]),
        ("WITHDRAWN", vec![]),
    ] {
        let priority = all.as_array().unwrap().iter().find(|priority| priority["status"] == state).unwrap();
        let named = json!({"priorityId": priority["id"]});
        let versioned = with(named.clone(), json!({"version": priority["version"]}));
        for (actor, act, input) in [
            (&officer, "updatePriority", versioned.clone()),
            (&secretary, "publishPriority", named.clone()),
            (&officer, "discardPriority", named.clone()),
            (&secretary, "amendPriority", with(versioned, json!({"reason": "顺延"}))),
            (&secretary, "closePriority", named.clone()),
            (&secretary, "withdrawPriority", with(named, json!({"reason": "计划调整"}))),
        ] {
            if !allowed.contains(&act) {
                let refused = actor.act(act, input, "priority { id }").await;
                let facts = refused.refused("CONFLICT");
                assert_eq!((&facts["current"], &facts["allowed"]), (&json!(state), &json!(allowed)), "{act}");
            }
        }
    }
}

async fn progress_follows_from_accepted_work(app: &TestApp) {
    let priority = app.priority(json!({"communityCodes": [HERE, SIBLING]})).await;
    let implementation = app.adopted(&priority).await;
    let progress = async || {
        let of_street = app.field(&priority, "Priority", "progress").await.as_f64().unwrap();
        let of_community = app.field(&implementation, "Implementation", "progress").await.as_f64().unwrap();
        (of_community, of_street)
    };
    assert_eq!(progress().await, (0.0, 0.0));
    // Three places in two items; a draft counts for nothing.
    let under = json!({"implementationId": implementation});
    let one = app.item(under.clone()).await;
    let two = app.item(with(under.clone(), json!({"quota": 2}))).await;
    app.draft(with(under, json!({"quota": 50}))).await;
    app.submitted("property-manager", &one).await;
    assert_eq!(progress().await, (0.0, 0.0), "what is handed in is not yet accepted");
    app.accepted("property-manager", &two).await;
    assert_eq!(progress().await, (33.33, 16.67));
    app.accepted("unit-liaison", &two).await;
    assert_eq!(progress().await, (66.67, 33.33));
    // An item that is cancelled counts no more.
    let cancel = json!({"serviceItemId": one, "reason": "不再需要"});
    app.actor("community-secretary").act("cancelServiceItem", cancel, "serviceItem { id }").await.done();
    assert_eq!(progress().await, (100.0, 50.0));
    // A community that is released counts no more.
    let amend = json!({"priorityId": priority, "version": 2, "communityCodes": [HERE], "reason": "调整范围"});
    app.actor("street-secretary").act("amendPriority", amend, "priority { id }").await.done();
    assert_eq!(progress().await, (100.0, 100.0));
}
