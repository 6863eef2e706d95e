//! Service items 服务项目: from a draft to the end, on a community's board.

use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tongxin_entity::post::PostRole;
use tongxin_tests::{
    TestApp, ids, on_each_database,
    places::{FAR, HERE, SIBLING, STREET},
    text, with,
};

on_each_database![
    a_draft_is_seen_by_those_who_prepare_and_decide_it,
    a_draft_is_edited_published_or_given_up,
    an_old_version_is_refused,
    an_item_is_published_as_the_communitys_own_commitment,
    an_item_under_a_priority_needs_it_to_be_worked_on,
    every_place_that_an_item_names_must_be_within_reach,
    the_places_that_an_item_names_agree,
    cancelling_lets_the_claims_go_without_a_mark,
    claiming_is_finished_once_one_is_accepted_and_none_runs,
    every_step_is_refused_but_those_that_may_follow,
    the_board_shows_items_by_state_kind_and_day,
];

async fn seen_by(app: &TestApp, account: &str, item: &str) -> bool {
    let actor = if account.is_empty() { app.stranger() } else { app.actor(account) };
    let found = actor.query("query($id: ID!) { serviceItem(id: $id) { id } }", json!({"id": item})).await;
    if found.code().is_some() {
        found.refused("NOT_FOUND");
    }
    // By its number, in a list and by a count it is the same.
    let node = actor.read("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({"ids": [item]})).await;
    let board = "query($code: String) { serviceItems(filter: {communityCode: $code, status: DRAFT}, first: 100)
        { totalCount nodes { id } } region(code: $code) { serviceItems(filter: {status: DRAFT}) { totalCount } } }";
    let board = board.replace("$code: String", "$code: String!");
    let read = actor.read(&board, json!({"code": HERE})).await;
    let listed = ids(&read["serviceItems"]).contains(&item);
    assert_eq!(read["serviceItems"]["totalCount"], read["serviceItems"]["nodes"].as_array().unwrap().len());
    assert_eq!(read["region"]["serviceItems"]["totalCount"], read["serviceItems"]["totalCount"]);
    assert_eq!((found.code().is_none(), !node["nodes"][0].is_null()), (listed, listed), "as {account:?}");
    listed
}

async fn a_draft_is_seen_by_those_who_prepare_and_decide_it(app: &TestApp) {
    let item = app.draft(json!({})).await;
    for account in ["community-worker", "community-secretary", "station-officer"] {
        assert!(seen_by(app, account, &item).await, "{account}");
    }
    for account in [
        "",
        "civic-app",
        "resident",
        "property-manager",
        "owners-chair",
        "unit-liaison",
        "party-member",
        "many-hats",
        "part-time-member",
        "lapsed-member",
        "other-community-secretary",
        "far-community-secretary",
        "street-officer",
        "street-secretary",
        "department-officer",
        "district-officer",
    ] {
        assert!(!seen_by(app, account, &item).await, "{account}");
    }
    let publish = with(app.content(), json!({"draftId": item}));
    app.actor("community-secretary").act("publishServiceItem", publish, "serviceItem { id }").await.done();
    assert_eq!(app.field(&item, "ServiceItem", "status").await, "OPEN");
}

async fn a_draft_is_edited_published_or_given_up(app: &TestApp) {
    let (worker, secretary) = (app.actor("community-worker"), app.actor("community-secretary"));
    let item = app.draft(json!({"title": "初稿"})).await;
    let edit = |title: &str, version: i32| {
        with(app.content(), json!({"serviceItemId": item, "title": title, "version": version, "quota": 7}))
    };
    let edited = worker.act("updateServiceItem", edit("二稿", 1), "serviceItem { title quota version }").await;
    assert_eq!(edited.done()["serviceItem"], json!({"title": "二稿", "quota": 7, "version": 2}));

    let publish = with(app.content(), json!({"draftId": item, "title": "定稿"}));
    worker.act("publishServiceItem", publish.clone(), "serviceItem { id }").await.refused("FORBIDDEN");
    let selection = "serviceItem { id title status quota openedAt }";
    let published = secretary.act("publishServiceItem", publish.clone(), selection).await;
    let published = &published.done()["serviceItem"];
    assert_eq!((&published["id"], &published["title"], &published["quota"]), (&json!(item), &json!("定稿"), &json!(1)));
    assert!(published["openedAt"].is_string());

    let late = worker.act("updateServiceItem", edit("三稿", 3), "serviceItem { id }").await;
    assert_eq!(late.refused("CONFLICT")["current"], "OPEN");
    let twice = secretary.act("publishServiceItem", publish, "serviceItem { id }").await;
    assert_eq!(twice.refused("CONFLICT")["current"], "OPEN");

    let draft = app.draft(json!({})).await;
    let cancel = json!({"serviceItemId": draft, "reason": "不再需要"});
    let cancelled = secretary.act("cancelServiceItem", cancel, "serviceItem { status cancelReason }").await;
    assert_eq!(cancelled.done()["serviceItem"], json!({"status": "CANCELLED", "cancelReason": "不再需要"}));
}

async fn an_old_version_is_refused(app: &TestApp) {
    let worker = app.actor("community-worker");
    let item = app.draft(json!({})).await;
    let edit = |title: &str| with(app.content(), json!({"serviceItemId": item, "title": title, "version": 1}));
    // Two tabs at once: one edit stands, the other is told of it.
    let (one, other) = tokio::join!(
        worker.act("updateServiceItem", edit("甲"), "serviceItem { title version }"),
        worker.act("updateServiceItem", edit("乙"), "serviceItem { title version }"),
    );
    let (stands, refused) = if one.code().is_none() { (one, other) } else { (other, one) };
    assert_eq!(refused.refused("CONFLICT")["current"], 2);
    assert_eq!(app.field(&item, "ServiceItem", "title").await, stands.done()["serviceItem"]["title"]);
    assert_eq!(app.field(&item, "ServiceItem", "version").await, 2);
    // A version that is yet to come is none that was read.
    let ahead = with(edit("丙"), json!({"version": 9}));
    assert_eq!(worker.act("updateServiceItem", ahead, "serviceItem { id }").await.refused("CONFLICT")["current"], 2);
}

async fn an_item_is_published_as_the_communitys_own_commitment(app: &TestApp) {
    let everything = json!({
        "kind": "HELPER", "audience": "六十岁以上居民", "quota": 1000, "claimableBy": ["UNIT", "UNIT"],
        "title": "  e\u{301}cole 邻里🏠 ", "description": "第一行\n第二行",
    });
    let id = app.item(everything).await;
    let read = "query($id: ID!) { serviceItem(id: $id) { title description audience kind quota claimableBy status
        claimCount acceptedCount community { code } street { code } publisher { name } priority { id }
        implementation { id } compound { id } latestRating { id } averageStars version } }";
    let item = app.stranger().read(read, json!({"id": id})).await["serviceItem"].clone();
    let expected = json!({
        "title": "école 邻里🏠", "description": "第一行\n第二行", "audience": "六十岁以上居民", "kind": "HELPER",
        "quota": 1000, "claimableBy": ["UNIT"], "status": "OPEN", "claimCount": 0, "acceptedCount": 0,
        "community": {"code": HERE}, "street": {"code": STREET}, "publisher": {"name": "增产里社区党委（演示）"},
        "priority": null, "implementation": null, "compound": null, "latestRating": null, "averageStars": null,
        "version": 1,
    });
    assert_eq!(item, expected);
}

async fn an_item_under_a_priority_needs_it_to_be_worked_on(app: &TestApp) {
    let (secretary, street) = (app.actor("community-secretary"), app.actor("street-secretary"));
    let publish = async |implementation: &str| {
        let input = with(app.content(), json!({"implementationId": implementation}));
        secretary.act("publishServiceItem", input, "serviceItem { priority { id } implementation { id } }").await
    };
    let priority = app.priority(json!({})).await;
    let asked = app.field(&priority, "Priority", "implementations { nodes { id } }").await;
    let pending = publish(&text(&asked["nodes"][0]["id"])).await;
    assert_eq!(pending.refused("CONFLICT")["current"], "PENDING");

    let implementation = app.adopted(&priority).await;
    let published = publish(&implementation).await;
    let expected = json!({"priority": {"id": priority}, "implementation": {"id": implementation}});
    assert_eq!(published.done()["serviceItem"], expected);

    let withdraw = json!({"priorityId": priority, "reason": "计划调整"});
    street.act("withdrawPriority", withdraw, "priority { status }").await.done();
    publish(&implementation).await.refused("CONFLICT");

    let closed = app.priority(json!({})).await;
    let implementation = app.adopted(&closed).await;
    street.act("closePriority", json!({"priorityId": closed}), "priority { status }").await.done();
    assert_eq!(publish(&implementation).await.refused("CONFLICT")["current"], "CLOSED");
}

async fn every_place_that_an_item_names_must_be_within_reach(app: &TestApp) {
    let secretary = app.actor("community-secretary");
    let publish = async |other: Value| {
        secretary.act("publishServiceItem", with(app.content(), other), "serviceItem { compound { name } }").await
    };
    for code in [SIBLING, FAR, STREET, "120106", "120106001999", "", "x", "1201060010020"] {
        publish(json!({"communityCode": code, "title": ""})).await.refused("FORBIDDEN");
    }
    let compounds = "query($code: String!) { compounds(filter: {regionCode: $code}, first: 1) { nodes { id name } } }";
    let compound = async |code: &str| {
        let found = secretary.read(compounds, json!({"code": code})).await;
        text(&found["compounds"]["nodes"][0]["id"])
    };
    publish(json!({"compoundId": compound(SIBLING).await})).await.refused("FORBIDDEN");
    publish(json!({"compoundId": "compound_x"})).await.refused("NOT_FOUND");
    publish(json!({"compoundId": compound(HERE).await})).await.done();

    // The implementation of another community, of the own street and of another.
    let far =
        "query($code: String) { implementations(filter: {communityCode: $code, status: ADOPTED}) { nodes { id } } }";
    for code in ["120106001014", FAR] {
        let found = secretary.read(far, json!({"code": code})).await;
        let implementation = text(&found["implementations"]["nodes"][0]["id"]);
        publish(json!({"implementationId": implementation, "title": ""})).await.refused("FORBIDDEN");
    }
    publish(json!({"implementationId": "impl_x"})).await.refused("NOT_FOUND");
    publish(json!({"implementationId": compound(HERE).await})).await.refused("NOT_FOUND");
}

async fn the_places_that_an_item_names_agree(app: &TestApp) {
    // Secretary of two communities of one street.
    let (secretary, id) = (app.actor("community-secretary"), app.id_of("community-secretary"));
    let sibling = app.called("partyOrganisations", "新建里社区党委").await;
    app.give_seat(&id, PostRole::CommunitySecretary, &sibling).await;
    let compounds = "query($code: String!) { compounds(filter: {regionCode: $code}, first: 1) { nodes { id } } }";
    let found = secretary.read(compounds, json!({"code": SIBLING})).await;
    let compound = text(&found["compounds"]["nodes"][0]["id"]);
    let priority = app.priority(json!({"communityCodes": [HERE, SIBLING]})).await;
    let adopt = json!({"priorityId": priority, "communityCode": SIBLING, "plan": "分三栋实施"});
    let adopted = secretary.act("adoptPriority", adopt, "implementation { id }").await;
    let implementation = text(&adopted.done()["implementation"]["id"]);
    let draft = app.draft(json!({})).await;

    let both = json!({"compoundId": compound, "implementationId": implementation});
    for (act, of_it) in [
        ("draftServiceItem", json!({})),
        ("publishServiceItem", json!({})),
        ("publishServiceItem", json!({"draftId": draft})),
        ("updateServiceItem", json!({"serviceItemId": draft, "version": 1})),
    ] {
        for (other, faults) in [
            (json!({"compoundId": compound}), vec![("input.compoundId", "PLACES_DIFFER")]),
            (json!({"implementationId": implementation}), vec![("input.implementationId", "PLACES_DIFFER")]),
            (both.clone(), vec![("input.compoundId", "PLACES_DIFFER"), ("input.implementationId", "PLACES_DIFFER")]),
        ] {
            let input = with(with(app.content(), of_it.clone()), other);
            let refused = secretary.act(act, input, "serviceItem { id }").await;
            assert_eq!(refused.bad_fields(), faults, "{act}");
        }
        let input = with(with(app.content(), of_it), json!({"communityCode": HERE}));
        let far = with(
            input,
            json!({"compoundId": text(&secretary.read(compounds, json!({"code": FAR})).await["compounds"]["nodes"][0]["id"])}),
        );
        secretary.act(act, far, "serviceItem { id }").await.refused("FORBIDDEN");
    }
    let there = with(with(app.content(), both), json!({"communityCode": SIBLING}));
    secretary.act("publishServiceItem", there, "serviceItem { id }").await.done();

    // The database holds it as well.
    let item = app.item(json!({})).await;
    let moved = format!("UPDATE service_item SET compound_id = '{compound}' WHERE id = '{item}'");
    assert!(app.db.execute_unprepared(&moved).await.is_err());
    let moved = format!(
        "UPDATE service_item SET implementation_id = '{implementation}', priority_id = '{priority}' WHERE id = '{item}'"
    );
    assert!(app.db.execute_unprepared(&moved).await.is_err());
}

async fn cancelling_lets_the_claims_go_without_a_mark(app: &TestApp) {
    let secretary = app.actor("community-secretary");
    let item = app.item(json!({"quota": 4})).await;
    let accepted = app.accepted("social-liaison", &item).await;
    let running = [
        app.claim("property-manager", &item).await,
        app.started("rival-property-manager", &item).await,
        app.submitted("unit-liaison", &item).await,
    ];
    let cancel = |reason: &str| json!({"serviceItemId": item, "reason": reason});
    assert_eq!(
        secretary.act("cancelServiceItem", cancel("  "), "serviceItem { id }").await.bad_fields(),
        [("input.reason", "TOO_SHORT")]
    );
    let selection = "serviceItem { status cancelReason claimCount acceptedCount closedAt }";
    let cancelled = secretary.act("cancelServiceItem", cancel("场地另有安排"), selection).await;
    let cancelled = &cancelled.done()["serviceItem"];
    assert_eq!((&cancelled["claimCount"], &cancelled["acceptedCount"]), (&json!(1), &json!(1)));
    assert_eq!((&cancelled["status"], &cancelled["cancelReason"]), (&json!("CANCELLED"), &json!("场地另有安排")));
    for claim in running {
        assert_eq!(app.field(&claim, "Claim", "status").await, "RELEASED");
        assert_eq!(app.field(&claim, "Claim", "lapsed").await, false);
        assert_eq!(app.field(&claim, "Claim", "reason").await, "场地另有安排");
    }
    assert_eq!(app.field(&accepted, "Claim", "status").await, "ACCEPTED");
}

async fn claiming_is_finished_once_one_is_accepted_and_none_runs(app: &TestApp) {
    let secretary = app.actor("community-secretary");
    let item = app.item(json!({"quota": 3})).await;
    let finish =
        async || secretary.act("finishServiceItem", json!({"serviceItemId": item}), "serviceItem { status }").await;
    assert_eq!(finish().await.refused("CONFLICT")["current"], "OPEN", "nothing was accepted");
    app.accepted("property-manager", &item).await;
    let claim = app.started("unit-liaison", &item).await;
    assert!(finish().await.message().contains("1 of 2 are accepted"));
    let withdraw = json!({"claimId": claim, "reason": "人手不足"});
    app.actor("unit-liaison").act("withdrawClaim", withdraw, "claim { id }").await.done();
    assert_eq!(finish().await.done()["serviceItem"]["status"], "DONE");
    assert!(app.field(&item, "ServiceItem", "doneAt").await.is_string());
    let input = json!({"serviceItemId": item, "claimantId": app.claimant("unit-liaison").await});
    let late = app.actor("unit-liaison").act("claimServiceItem", input, "claim { id }").await;
    assert_eq!(late.refused("CONFLICT")["current"], "DONE");
}

async fn every_step_is_refused_but_those_that_may_follow(app: &TestApp) {
    let (secretary, worker) = (app.actor("community-secretary"), app.actor("community-worker"));
    // The demo has items in every state; each is asked for what its state does not let follow.
    let titles = [
        ("新年写春联", "DRAFT", vec!["updateServiceItem", "publishServiceItem", "cancelServiceItem"]),
        ("小区停车引导", "OPEN", vec!["claimServiceItem", "rateServiceItem", "finishServiceItem", "cancelServiceItem"]),
        ("楼道堆物清理", "IN_PROGRESS", vec!["rateServiceItem", "finishServiceItem", "cancelServiceItem"]),
        ("楼道消杀", "DONE", vec!["rateServiceItem", "closeServiceItem"]),
        ("垃圾分类宣传周", "CLOSED", vec![]),
        ("临时便民菜点", "EXPIRED", vec![]),
        ("夜市秩序维护", "CANCELLED", vec![]),
    ];
    for (title, state, allowed) in titles {
        let id = app.item_called(title).await;
        let version = app.field(&id, "ServiceItem", "version").await;
        let item = json!({"serviceItemId": id});
        let claimant = app.claimant("social-liaison").await;
        let edit = with(app.content(), json!({"serviceItemId": id, "version": version}));
        let acts = [
            (&worker, "updateServiceItem", edit),
            (&secretary, "publishServiceItem", with(app.content(), json!({"draftId": id}))),
            (&secretary, "finishServiceItem", item.clone()),
            (&secretary, "closeServiceItem", item.clone()),
            (&secretary, "cancelServiceItem", with(item.clone(), json!({"reason": "不再需要"}))),
            (&app.actor("social-liaison"), "claimServiceItem", with(item.clone(), json!({"claimantId": claimant}))),
            (&app.actor("resident"), "rateServiceItem", with(item, json!({"stars": 5}))),
        ];
        for (actor, act, input) in acts.into_iter().filter(|(_, act, _)| !allowed.contains(act)) {
            let refused = actor.act(act, input, "serviceItem { id }").await;
            // What is a draft is not even there for those who neither prepare nor decide it.
            if state == "DRAFT" && ["claimServiceItem", "rateServiceItem"].contains(&act) {
                refused.refused("NOT_FOUND");
                continue;
            }
            let facts = refused.refused("CONFLICT");
            assert_eq!((&facts["current"], &facts["allowed"]), (&json!(state), &json!(allowed)), "{act} {refused}");
        }
        assert_eq!(app.field(&id, "ServiceItem", "version").await, version, "{title} is as it was");
    }
}

async fn the_board_shows_items_by_state_kind_and_day(app: &TestApp) {
    let worker = app.actor("community-worker");
    let list = "query($filter: ServiceItemFilter, $order: ServiceItemOrder) {
        serviceItems(filter: $filter, orderBy: $order, first: 100) { totalCount nodes {
            id status dueOn claimableBy createdAt community { code } street { code } compound { name } } } }";
    let board = async |filter: Value, order: &str| {
        let read = worker.read(list, json!({"filter": filter, "order": order})).await["serviceItems"].clone();
        assert_eq!(read["totalCount"], read["nodes"].as_array().unwrap().len());
        assert_ne!(read["totalCount"], 0, "{filter}");
        read["nodes"].as_array().unwrap().clone()
    };
    let mut by_state = 0;
    for status in ["DRAFT", "OPEN", "IN_PROGRESS", "DONE", "CLOSED", "EXPIRED", "CANCELLED"] {
        let items = board(json!({"communityCode": HERE, "status": status}), "NEWEST").await;
        assert!(items.iter().all(|item| item["status"] == status && item["community"]["code"] == HERE));
        by_state += items.len();
    }
    let all = board(json!({"communityCode": HERE}), "NEWEST").await;
    assert_eq!(all.len(), by_state);
    let two = board(json!({"communityCode": HERE, "statusIn": ["DONE", "CLOSED"]}), "NEWEST").await;
    assert!(two.iter().all(|item| ["DONE", "CLOSED"].contains(&item["status"].as_str().unwrap())));
    let street = board(json!({"streetCode": STREET}), "OLDEST").await;
    assert!(street.len() > all.len() && street.iter().all(|item| item["street"]["code"] == STREET));
    assert!(street.is_sorted_by_key(|item| text(&item["id"])));
    let units = board(json!({"claimableBy": "UNIT"}), "NEWEST").await;
    assert!(units.iter().all(|item| item["claimableBy"].as_array().unwrap().contains(&json!("UNIT"))));
    assert!(units.iter().rev().is_sorted_by_key(|item| text(&item["id"])));
    let soon = board(json!({"communityCode": HERE, "dueBy": app.day(10)}), "DUE_FIRST").await;
    assert!(soon.is_sorted_by_key(|item| (text(&item["dueOn"]), text(&item["id"]))));
    assert!(soon.iter().all(|item| text(&item["dueOn"]) <= app.day(10)));
    let late = board(json!({"communityCode": HERE}), "DUE_LAST").await;
    assert!(late.iter().rev().is_sorted_by_key(|item| (text(&item["dueOn"]), text(&item["id"]))));
}
