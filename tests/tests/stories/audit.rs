//! Audit 审计: every change and every refusal leaves who, what, on what and on whose authority.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait as _, EntityTrait as _, QueryOrder as _};
use serde_json::{Value, json};
use tongxin_entity::audit_entry::{self, AuditOutcome};
use tongxin_tests::{
    Answer, TestApp, on_each_database,
    places::{HERE, SIBLING, STREET},
    text, with,
};

on_each_database![
    every_mutation_leaves_one_entry,
    a_refusal_leaves_one_entry_and_nothing_else,
    the_same_refusal_is_kept_once_a_minute,
    what_a_stranger_is_refused_leaves_none,
    what_never_ran_leaves_none,
    the_trail_is_read_by_those_who_answer_for_the_place,
    entries_are_never_changed_or_deleted,
    without_an_audit_nothing_is_done_and_nothing_allowed,
];

async fn entries(app: &TestApp) -> Vec<audit_entry::Model> {
    audit_entry::Entity::find().order_by_asc(audit_entry::Column::Id).all(&app.db).await.expect("entries")
}

/// What an act left behind, which must be one entry.
async fn entry_of(
    app: &TestApp,
    account: &str,
    act: &str,
    input: Value,
    selection: &str,
) -> (Answer, audit_entry::Model) {
    let before = entries(app).await.into_iter().map(|entry| entry.id).collect::<BTreeSet<_>>();
    let answer = app.actor(account).act(act, input, selection).await;
    let mut fresh = entries(app).await;
    fresh.retain(|entry| !before.contains(&entry.id));
    assert_eq!(fresh.len(), 1, "{act} as {account} leaves one entry: {answer}\n{fresh:?}");
    (answer, fresh.remove(0))
}

/// Acts once as an account, checks the entry, and notes the mutation.
struct Walk<'a> {
    app: &'a TestApp,
    done: BTreeSet<String>,
}

impl Walk<'_> {
    async fn act(&mut self, account: &str, act: &str, input: Value, shown: &str) -> String {
        let app = self.app;
        let (answer, entry) = entry_of(app, account, act, input, &format!("{shown} {{ id }}")).await;
        let id = text(&answer.done()[shown]["id"]);
        assert_eq!((entry.action.as_str(), entry.outcome), (act, AuditOutcome::Allowed));
        assert_eq!(entry.actor_id, app.id_of(account), "{act}");
        assert_eq!(entry.at, app.clock.now(), "{act}");
        let rule = entry.rule.as_deref().unwrap_or_default();
        let (file, line) = rule.split_once(".csv:").unwrap_or_else(|| panic!("{act}: {rule:?}"));
        assert!(!file.is_empty() && line.parse::<u32>().is_ok(), "{act}: {rule}");
        // Residents act as such, all others by a post.
        assert_eq!(entry.post_id.is_some(), entry.role != "resident" && entry.role != "anonymous", "{act}: {entry:?}");
        let subject = entry.subject_id.as_deref().unwrap_or_default();
        assert!(subject == id || shown == "rating" || shown == "report", "{act}: about {subject}, not {id}");
        assert!(entry.region_code.as_deref().is_some_and(|code| code.starts_with(STREET)), "{act}: {entry:?}");
        let creates = [
            "createPriority",
            "draftServiceItem",
            "publishServiceItem",
            "claimServiceItem",
            "rateServiceItem",
            "appointPost",
            "revealPhone",
            "registerPerson",
            "giveInvitation",
            "foundOrganisation",
        ];
        assert_eq!(entry.before.is_some(), !creates.contains(&act), "{act}: {entry:?}");
        assert_eq!(entry.after.is_some(), act != "revealPhone", "{act}: {entry:?}");
        assert!(act == "revealPhone" || entry.before != entry.after, "{act}: {entry:?}");
        assert!(!entry.request_id.is_empty());
        self.done.insert(act.to_owned());
        id
    }
}

async fn every_mutation_leaves_one_entry(app: &TestApp) {
    let mut walk = Walk { app, done: BTreeSet::new() };
    let (officer, street) = ("street-officer", "street-secretary");
    let (secretary, worker, manager) = ("community-secretary", "community-worker", "property-manager");

    let plan = with(app.plan(), json!({"communityCodes": [HERE, SIBLING]}));
    let priority = json!(walk.act(officer, "createPriority", plan.clone(), "priority").await);
    let edit = json!({"priorityId": priority, "version": 1, "title": "二稿"});
    walk.act(officer, "updatePriority", edit, "priority").await;
    walk.act(street, "publishPriority", json!({"priorityId": priority}), "priority").await;
    let amend = json!({"priorityId": priority, "version": 3, "dueOn": app.day(150), "reason": "顺延"});
    walk.act(street, "amendPriority", amend, "priority").await;

    let answer = json!({"priorityId": priority, "communityCode": HERE, "reason": "已办", "plan": "照办"});
    let without = |field: &str| {
        let mut answer = answer.clone();
        answer.as_object_mut().unwrap().remove(field);
        answer
    };
    let implementation = walk.act(secretary, "objectToPriority", without("plan"), "implementation").await;
    let of_it = json!({"implementationId": implementation});
    let reject = with(of_it.clone(), json!({"uphold": false, "reason": "不成立"}));
    walk.act(street, "decideObjection", reject, "implementation").await;
    walk.act(secretary, "adoptPriority", without("reason"), "implementation").await;
    let report = with(of_it.clone(), json!({"body": "已排查"}));
    walk.act(worker, "reportImplementation", report, "report").await;

    let content = with(app.content(), of_it.clone());
    let draft = walk.act(worker, "draftServiceItem", content.clone(), "serviceItem").await;
    let edit = with(content.clone(), json!({"serviceItemId": draft, "version": 1, "title": "二稿"}));
    walk.act(worker, "updateServiceItem", edit, "serviceItem").await;
    let cancel = json!({"serviceItemId": draft, "reason": "不再需要"});
    walk.act(secretary, "cancelServiceItem", cancel, "serviceItem").await;
    let item = with(content, json!({"quota": 2}));
    let item = json!(walk.act(secretary, "publishServiceItem", item, "serviceItem").await);

    let claim = json!({"serviceItemId": item, "claimantId": app.claimant(manager).await});
    let claim = json!({"claimId": walk.act(manager, "claimServiceItem", claim, "claim").await});
    walk.act(manager, "startClaim", claim.clone(), "claim").await;
    let hand_in = with(claim.clone(), json!({"summary": "已完成"}));
    walk.act(manager, "submitClaim", hand_in.clone(), "claim").await;
    walk.act(worker, "returnClaim", with(claim.clone(), json!({"reason": "缺照片"})), "claim").await;
    walk.act(manager, "submitClaim", hand_in, "claim").await;
    walk.act(secretary, "acceptClaim", claim, "claim").await;
    let other = app.claim("unit-liaison", item.as_str().unwrap()).await;
    let withdraw = json!({"claimId": other, "reason": "人手不足"});
    walk.act("unit-liaison", "withdrawClaim", withdraw, "claim").await;
    let item = json!({"serviceItemId": item});
    walk.act(secretary, "finishServiceItem", item.clone(), "serviceItem").await;
    walk.act("resident", "rateServiceItem", with(item.clone(), json!({"stars": 5})), "rating").await;
    walk.act(secretary, "closeServiceItem", item, "serviceItem").await;

    let hand_in = with(of_it.clone(), json!({"result": "已完成"}));
    walk.act(worker, "submitImplementation", hand_in.clone(), "implementation").await;
    let back = with(of_it.clone(), json!({"reason": "不足"}));
    walk.act(officer, "returnImplementation", back, "implementation").await;
    walk.act(worker, "submitImplementation", hand_in, "implementation").await;
    walk.act(street, "acceptImplementation", of_it, "implementation").await;
    walk.act(street, "closePriority", json!({"priorityId": priority}), "priority").await;
    let plan = json!(walk.act(officer, "createPriority", plan, "priority").await);
    walk.act(officer, "discardPriority", json!({"priorityId": plan}), "priority").await;
    let another = app.priority(json!({})).await;
    let withdraw = json!({"priorityId": another, "reason": "计划调整"});
    walk.act(street, "withdrawPriority", withdraw, "priority").await;

    let committee = app.called("partyOrganisations", "增产里社区党委").await;
    let appoint = json!({
        "personId": app.id_of("resident"), "role": "community_worker", "organisationId": committee, "startsOn": app.day(0),
    });
    let post = walk.act(secretary, "appointPost", appoint, "post").await;
    walk.act(secretary, "endPost", json!({"postId": post, "reason": "调动"}), "post").await;
    let reveal = json!({"personId": app.id_of("resident"), "purpose": "上门维修前联系"});
    walk.act(secretary, "revealPhone", reveal, "person").await;
    let register = json!({"name": "苏样例", "regionCode": "120106001002"});
    let person = walk.act(worker, "registerPerson", register, "person").await;
    let correct = json!({"personId": person, "version": 1, "name": "苏改名"});
    walk.act(worker, "correctPerson", correct, "person").await;
    for (version, code) in [(2, SIBLING), (3, HERE)] {
        let home = json!({"personId": person, "version": version, "communityCode": code});
        walk.act("street-officer", "moveHome", home, "person").await;
    }
    let invitation = walk.act(worker, "giveInvitation", json!({"on": person}), "invitation").await;
    walk.act(worker, "withdrawInvitation", json!({"invitationId": invitation}), "invitation").await;
    app.link(&person, "苏样例").await;
    walk.act(worker, "unlinkLogins", json!({"on": person}), "person").await;
    let unit = json!({"kind": "UNIT", "name": "样例小学", "regionCode": HERE, "category": "SCHOOL"});
    let unit = json!(walk.act(secretary, "foundOrganisation", unit, "organisation").await);
    let named = json!({"organisationId": unit, "version": 1, "name": "样例一小"});
    walk.act(secretary, "renameOrganisation", named, "organisation").await;
    let moved = json!({"organisationId": unit, "version": 2, "regionCode": SIBLING});
    walk.act(street, "moveOrganisation", moved, "organisation").await;
    let ended = json!({"organisationId": unit, "version": 3, "reason": "撤并"});
    walk.act("other-community-secretary", "dissolveOrganisation", ended, "organisation").await;
    let compounds =
        app.stranger().read("{ compounds(first: 100) { nodes { name contract { id } } } }", json!({})).await;
    let compounds = compounds["compounds"]["nodes"].as_array().unwrap().clone();
    let compound = compounds.iter().find(|compound| compound["name"] == "演示家园一区").unwrap();
    let end = json!({"contractId": compound["contract"]["id"], "reason": "协商终止"});
    walk.act(street, "endPropertyContract", end, "contract").await;

    let schema = "{ __schema { mutationType { fields { name } } } }";
    let schema = app.actor(worker).read(schema, json!({})).await;
    let fields = schema["__schema"]["mutationType"]["fields"].as_array().unwrap();
    let all = fields.iter().map(|field| text(&field["name"])).collect::<BTreeSet<_>>();
    // A login that is nobody's redeems, and a person is erased, in stories of their own.
    walk.done.extend(["redeemInvitation", "erasePerson"].map(str::to_owned));
    assert_eq!(walk.done, all, "every mutation of the schema is walked");

    // What was done under a priority says so.
    let trail = "query($id: ID!) { auditTrail(on: $id) { nodes { priority { id } } } }";
    let read = app.actor(secretary).read(trail, json!({"id": implementation})).await;
    assert!(read["auditTrail"]["nodes"].as_array().unwrap().iter().all(|entry| entry["priority"]["id"] == priority));
}

async fn a_refusal_leaves_one_entry_and_nothing_else(app: &TestApp) {
    let item = app.item(json!({})).await;
    let company = app.claimant("property-manager").await;
    let input = |item: &str, claimant: &str| json!({"serviceItemId": item, "claimantId": claimant});
    let cases = [
        (
            "far-property-manager",
            input(&item, &app.claimant("far-property-manager").await),
            "FORBIDDEN",
            Some("property_manager"),
        ),
        ("resident", input(&item, &company), "FORBIDDEN", None),
        ("civic-app", input(&item, &company), "FORBIDDEN", None),
        ("property-manager", input("item_x", &company), "NOT_FOUND", None),
    ];
    let version = app.field(&item, "ServiceItem", "version").await;
    for (account, input, code, role) in cases {
        let subject = text(&input["serviceItemId"]);
        let (answer, entry) = entry_of(app, account, "claimServiceItem", input, "claim { id }").await;
        answer.refused(code);
        assert_eq!((entry.outcome, entry.actor_id), (AuditOutcome::Refused, app.id_of(account)));
        assert_eq!((entry.action.as_str(), entry.subject_id.as_deref()), ("claimServiceItem", Some(subject.as_str())));
        assert!(entry.reason.unwrap().starts_with(code));
        assert_eq!((entry.before, entry.after), (None, None));
        assert_eq!(entry.region_code.is_some(), code == "FORBIDDEN", "{account}");
        if let Some(role) = role {
            assert_eq!(entry.role, role);
        }
    }
    let accepted = app.submitted("property-manager", &app.item(json!({})).await).await;
    for (account, act, input, code) in [
        ("community-secretary", "publishServiceItem", with(app.content(), json!({"title": ""})), "INVALID_INPUT"),
        ("property-manager", "startClaim", json!({"claimId": accepted}), "CONFLICT"),
    ] {
        let selection = if act == "startClaim" { "claim { id }" } else { "serviceItem { id }" };
        let (answer, entry) = entry_of(app, account, act, input, selection).await;
        answer.refused(code);
        // Permitted, and refused for another reason: the entry tells on which rule it would have stood.
        assert!(entry.rule.is_some() && entry.post_id.is_some(), "{entry:?}");
        assert!(entry.reason.unwrap().starts_with(code));
    }
    assert_eq!(app.field(&item, "ServiceItem", "version").await, version);
}

async fn the_same_refusal_is_kept_once_a_minute(app: &TestApp) {
    let item = app.item(json!({})).await;
    let input = json!({"serviceItemId": item, "claimantId": app.claimant("property-manager").await});
    let refused = async |input: &Value| {
        app.actor("resident").act("claimServiceItem", input.clone(), "claim { id }").await.refused("FORBIDDEN");
        entries(app).await.len()
    };
    let first = refused(&input).await;
    assert_eq!(refused(&input).await, first, "again, within the minute");
    let other = with(input.clone(), json!({"serviceItemId": app.item(json!({})).await}));
    let before = entries(app).await.len();
    assert_eq!(refused(&other).await, before + 1, "another object");
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(refused(&input).await, before + 2, "a minute later");
}

async fn what_a_stranger_is_refused_leaves_none(app: &TestApp) {
    let item = app.item(json!({})).await;
    let input = json!({"serviceItemId": item, "claimantId": app.claimant("property-manager").await});
    let before = entries(app).await.len();
    app.stranger().act("claimServiceItem", input, "claim { id }").await.refused("FORBIDDEN");
    app.bearer("x.y.z").act("startClaim", json!({"claimId": "x"}), "claim { id }").await.refused("UNAUTHENTICATED");
    assert_eq!(entries(app).await.len(), before);
}

async fn what_never_ran_leaves_none(app: &TestApp) {
    let worker = app.actor("community-worker");
    let before = entries(app).await.len();
    worker.act("startClaim", json!({}), "claim { id }").await.refused("INVALID_INPUT");
    worker.act("startClaim", json!({"claimId": "x"}), "claim { nothing }").await.refused("INVALID_INPUT");
    worker.read("{ me { id } }", json!({})).await;
    assert_eq!(entries(app).await.len(), before);
}

async fn the_trail_is_read_by_those_who_answer_for_the_place(app: &TestApp) {
    let item = app.item(json!({})).await;
    let claim = app.started("property-manager", &item).await;
    let refused =
        app.actor("rival-property-manager").act("startClaim", json!({"claimId": claim}), "claim { id }").await;
    refused.refused("FORBIDDEN");
    let trail =
        "query($id: ID!) { auditTrail(on: $id) { totalCount nodes { id actorName action outcome role rule reason } } }";
    for (account, actions) in [
        ("community-secretary", vec!["startClaim", "startClaim", "claimServiceItem"]),
        ("street-secretary", vec!["startClaim", "startClaim", "claimServiceItem"]),
        ("district-officer", vec!["startClaim", "startClaim", "claimServiceItem"]),
        // What one did, or was refused, oneself.
        ("property-manager", vec!["startClaim", "claimServiceItem"]),
        ("rival-property-manager", vec!["startClaim"]),
        ("community-worker", vec![]),
        ("street-officer", vec![]),
        ("other-community-secretary", vec![]),
        ("far-community-secretary", vec![]),
        ("department-officer", vec![]),
        ("resident", vec![]),
    ] {
        let read = app.actor(account).read(trail, json!({"id": claim})).await["auditTrail"].clone();
        let mut nodes = read["nodes"].as_array().unwrap().clone();
        nodes.sort_by_key(|entry| std::cmp::Reverse((text(&entry["action"]), text(&entry["outcome"]))));
        let seen = nodes.iter().map(|entry| text(&entry["action"])).collect::<Vec<_>>();
        assert_eq!(
            (seen, &read["totalCount"]),
            (actions.iter().map(ToString::to_string).collect(), &json!(actions.len())),
            "{account}"
        );
        let refusals = nodes.iter().filter(|entry| entry["outcome"] == "REFUSED");
        refusals.for_each(|entry| assert_eq!(entry["actorName"], "沈示范"));
        for entry in nodes {
            let one = "query($id: ID!) { node(id: $id) { ... on AuditEntry { id } } }";
            assert_eq!(app.actor(account).read(one, json!({"id": entry["id"]})).await["node"]["id"], entry["id"]);
        }
    }
    for nobody in [app.stranger(), app.actor("civic-app")] {
        let refused = nobody.query(trail, json!({"id": claim})).await;
        refused.refused("FORBIDDEN");
    }
}

async fn entries_are_never_changed_or_deleted(app: &TestApp) {
    app.item(json!({})).await;
    let before = entries(app).await;
    for statement in ["UPDATE audit_entry SET role = 'x'", "DELETE FROM audit_entry"] {
        assert!(app.db.execute_unprepared(statement).await.is_err(), "{statement}");
    }
    assert_eq!(entries(app).await, before);
}

async fn without_an_audit_nothing_is_done_and_nothing_allowed(app: &TestApp) {
    let item = app.item(json!({})).await;
    let company = app.claimant("property-manager").await;
    app.db.execute_unprepared("ALTER TABLE audit_entry RENAME TO audit_gone").await.unwrap();
    let input = json!({"serviceItemId": item, "claimantId": company});
    app.actor("property-manager").act("claimServiceItem", input.clone(), "claim { id }").await.refused("INTERNAL");
    app.actor("far-property-manager").act("claimServiceItem", input, "claim { id }").await.refused("FORBIDDEN");
    assert_eq!(app.field(&item, "ServiceItem", "claimCount").await, 0);
    assert_eq!(app.field(&item, "ServiceItem", "status").await, "OPEN");
    app.db.execute_unprepared("ALTER TABLE audit_gone RENAME TO audit_entry").await.unwrap();
    app.claim("property-manager", &item).await;
}
