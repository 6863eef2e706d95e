//! Implementations 落实: a community adopts or objects, works and hands in; its street decides and judges.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tongxin_entity::post::PostRole;
use tongxin_tests::{
    Answer, TestApp, on_each_database,
    places::{FAR, HERE, SIBLING},
    text, with,
};

on_each_database![
    a_community_answers_for_itself_and_to_its_own_street,
    an_objection_is_upheld,
    an_objection_is_rejected_and_not_raised_again,
    silence_past_the_day_is_overdue_not_consent,
    whoever_is_asked_later_has_as_long_as_the_others,
    whoever_is_held_to_the_task_has_time_to_adopt,
    work_is_reported_handed_in_returned_and_accepted,
    nobody_judges_what_they_had_a_hand_in,
    every_step_is_refused_but_those_that_may_follow,
];

/// What the community is asked to do about a new priority.
async fn asked(app: &TestApp) -> (String, String) {
    let priority = app.priority(json!({"communityCodes": [HERE, SIBLING]})).await;
    let document =
        "query($p: ID, $c: String) { implementations(filter: {priorityId: $p, communityCode: $c}) { nodes { id } } }";
    let found = app.stranger().read(document, json!({"p": priority, "c": HERE})).await;
    let implementation = text(&found["implementations"]["nodes"][0]["id"]);
    (priority, implementation)
}

async fn adopt(app: &TestApp, account: &str, priority: &str, code: &str) -> Answer {
    let input = json!({"priorityId": priority, "communityCode": code, "plan": "分三栋实施"});
    app.actor(account).act("adoptPriority", input, "implementation { id status plan adoptedAt }").await
}

async fn object(app: &TestApp, priority: &str) -> Answer {
    let input = json!({"priorityId": priority, "communityCode": HERE, "reason": "去年已整治完毕"});
    app.actor("community-secretary").act("objectToPriority", input, "implementation { status objection }").await
}

async fn decide(app: &TestApp, implementation: &str, uphold: bool) -> Answer {
    let input = json!({"implementationId": implementation, "uphold": uphold, "reason": "经核查"});
    let selection = "implementation { status mustAdopt decision }";
    app.actor("street-secretary").act("decideObjection", input, selection).await
}

async fn a_community_answers_for_itself_and_to_its_own_street(app: &TestApp) {
    let (priority, _) = asked(app).await;
    adopt(app, "other-community-secretary", &priority, HERE).await.refused("FORBIDDEN");
    adopt(app, "community-worker", &priority, HERE).await.refused("FORBIDDEN");
    adopt(app, "street-secretary", &priority, HERE).await.refused("FORBIDDEN");
    adopt(app, "community-secretary", &priority, SIBLING).await.refused("FORBIDDEN");
    // To another street's priority there is nothing to answer.
    let foreign = adopt(app, "far-community-secretary", &priority, FAR).await;
    assert!(text(&foreign.refused("FORBIDDEN")["reason"]).contains("its own street"), "{foreign}");
    let unasked = app.priority(json!({"communityCodes": [SIBLING]})).await;
    assert_eq!(adopt(app, "community-secretary", &unasked, HERE).await.refused("CONFLICT")["current"], "NOT_TARGETED");

    let adopted = adopt(app, "community-secretary", &priority, HERE).await;
    let adopted = &adopted.done()["implementation"];
    assert_eq!((&adopted["status"], &adopted["plan"]), (&json!("ADOPTED"), &json!("分三栋实施")));
    assert!(adopted["adoptedAt"].is_string());
    assert_eq!(adopt(app, "community-secretary", &priority, HERE).await.refused("CONFLICT")["current"], "ADOPTED");
}

async fn an_objection_is_upheld(app: &TestApp) {
    let (priority, implementation) = asked(app).await;
    let objected = object(app, &priority).await;
    assert_eq!(objected.done()["implementation"], json!({"status": "OBJECTED", "objection": "去年已整治完毕"}));
    assert_eq!(adopt(app, "community-secretary", &priority, HERE).await.refused("CONFLICT")["current"], "OBJECTED");
    let input = json!({"implementationId": implementation, "uphold": true, "reason": "同意"});
    for account in ["street-officer", "other-street-officer", "community-secretary", "district-officer"] {
        let refused = app.actor(account).act("decideObjection", input.clone(), "implementation { id }").await;
        refused.refused("FORBIDDEN");
    }
    let decided = decide(app, &implementation, true).await;
    let expected = json!({"status": "RELEASED", "mustAdopt": false, "decision": "经核查"});
    assert_eq!(decided.done()["implementation"], expected);
    assert_eq!(decide(app, &implementation, false).await.refused("CONFLICT")["current"], "RELEASED");
}

async fn an_objection_is_rejected_and_not_raised_again(app: &TestApp) {
    let (priority, implementation) = asked(app).await;
    object(app, &priority).await.done();
    let decided = decide(app, &implementation, false).await;
    let expected = json!({"status": "PENDING", "mustAdopt": true, "decision": "经核查"});
    assert_eq!(decided.done()["implementation"], expected);
    let again = object(app, &priority).await;
    let facts = json!({"code": "CONFLICT", "current": "PENDING", "allowed": ["adoptPriority"]});
    assert_eq!(again.refused("CONFLICT"), &facts);
    adopt(app, "community-secretary", &priority, HERE).await.done();
}

async fn silence_past_the_day_is_overdue_not_consent(app: &TestApp) {
    let (priority, implementation) = asked(app).await;
    let overdue = async || app.field(&implementation, "Implementation", "overdue").await;
    app.days_pass(10).await;
    assert_eq!(app.field(&priority, "Priority", "adoptBy").await, app.day(0));
    assert_eq!(overdue().await, false, "the day is not over");
    app.clock.advance(TimeDelta::hours(12));
    assert_eq!(overdue().await, true);
    assert_eq!(app.field(&implementation, "Implementation", "status").await, "PENDING");
    adopt(app, "community-secretary", &priority, HERE).await.done();
    assert_eq!(overdue().await, false);
}

/// Sets the priority for these communities from now on, with what else changes.
async fn amend(app: &TestApp, priority: &str, codes: &[&str], other: Value) -> Answer {
    let version = app.field(priority, "Priority", "version").await;
    let input = json!({"priorityId": priority, "version": version, "communityCodes": codes, "reason": "调整范围"});
    app.actor("street-secretary").act("amendPriority", with(input, other), "priority { id }").await
}

async fn whoever_is_asked_later_has_as_long_as_the_others(app: &TestApp) {
    let priority = app.priority(json!({"communityCodes": [SIBLING]})).await;
    let of = async |code: &str| {
        let document = "query($p: ID, $c: String) {
            implementations(filter: {priorityId: $p, communityCode: $c}) { nodes { status adoptBy overdue } } }";
        let found = app.stranger().read(document, json!({"p": priority, "c": code})).await;
        found["implementations"]["nodes"][0].clone()
    };
    let pending =
        |adopt_by: String, overdue: bool| json!({"status": "PENDING", "adoptBy": adopt_by, "overdue": overdue});
    app.days_pass(30).await;
    assert_eq!(of(SIBLING).await, pending(app.day(-20), true));
    amend(app, &priority, &[HERE, SIBLING], json!({})).await.done();
    assert_eq!(of(HERE).await, pending(app.day(10), false));
    assert_eq!(of(SIBLING).await, pending(app.day(-20), true), "who was asked at first stays overdue");
    // The day of all is not drawn before the days that were given.
    let sooner = amend(app, &priority, &[HERE, SIBLING], json!({"dueOn": app.day(9)})).await;
    assert_eq!(sooner.bad_fields(), [("input.dueOn", "BEFORE_ADOPTION")]);
    app.days_pass(10).await;
    assert_eq!(of(HERE).await, pending(app.day(0), false));
    app.clock.advance(TimeDelta::hours(12));
    assert_eq!(of(HERE).await, pending(app.day(-1), true));

    // Left out and asked anew.
    amend(app, &priority, &[SIBLING], json!({})).await.done();
    amend(app, &priority, &[HERE, SIBLING], json!({"dueOn": app.day(4)})).await.done();
    assert_eq!(of(HERE).await, pending(app.day(4), false), "but not past the day of all");
    adopt(app, "community-secretary", &priority, HERE).await.done();
    amend(app, &priority, &[HERE, SIBLING], json!({"dueOn": app.day(3)})).await.done();
}

async fn whoever_is_held_to_the_task_has_time_to_adopt(app: &TestApp) {
    let (priority, implementation) = asked(app).await;
    object(app, &priority).await.done();
    app.days_pass(30).await;
    let due = async || app.field(&implementation, "Implementation", "adoptBy").await;
    assert_eq!(due().await, app.day(-20));
    decide(app, &implementation, false).await.done();
    let overdue = async || app.field(&implementation, "Implementation", "overdue").await;
    assert_eq!((due().await, overdue().await), (json!(app.day(10)), json!(false)));
    app.days_pass(11).await;
    assert_eq!(overdue().await, true);
}

async fn work_is_reported_handed_in_returned_and_accepted(app: &TestApp) {
    let (worker, officer) = (app.actor("community-worker"), app.actor("street-officer"));
    let street = app.actor("street-secretary");
    let (priority, implementation) = asked(app).await;
    let id = json!({"implementationId": implementation});
    let report = |body: &str| json!({"implementationId": implementation, "body": body});
    let hand_in = |result: &str| json!({"implementationId": implementation, "result": result});
    let early = worker.act("reportImplementation", report("排查"), "report { id }").await;
    assert_eq!(early.refused("CONFLICT")["current"], "PENDING");
    adopt(app, "community-secretary", &priority, HERE).await.done();

    let reported = worker
        .act("reportImplementation", report("已排查 42 处"), "report { id body } implementation { status }")
        .await;
    assert_eq!(reported.done()["report"]["body"], "已排查 42 处");
    assert_eq!(reported.done()["implementation"]["status"], "ADOPTED");
    officer.act("reportImplementation", report("代报"), "report { id }").await.refused("FORBIDDEN");

    let submitted = worker.act("submitImplementation", hand_in("已更换 100 盏"), "implementation { status }").await;
    assert_eq!(submitted.done()["implementation"]["status"], "SUBMITTED");
    worker.act("reportImplementation", report("补充"), "report { id }").await.refused("CONFLICT");
    let back = json!({"implementationId": implementation, "reason": "尚缺 20 盏"});
    worker.act("returnImplementation", back.clone(), "implementation { id }").await.refused("FORBIDDEN");
    let returned = officer.act("returnImplementation", back, "implementation { status decision }").await;
    assert_eq!(returned.done()["implementation"], json!({"status": "RETURNED", "decision": "尚缺 20 盏"}));
    worker.act("reportImplementation", report("补齐 20 盏"), "report { id }").await.done();
    worker.act("submitImplementation", hand_in("已更换 120 盏"), "implementation { id }").await.done();

    officer.act("acceptImplementation", id.clone(), "implementation { id }").await.refused("FORBIDDEN");
    let accepted = street
        .act("acceptImplementation", id, "implementation { status result progress reports { totalCount } }")
        .await;
    let accepted = &accepted.done()["implementation"];
    assert_eq!((&accepted["status"], &accepted["result"]), (&json!("ACCEPTED"), &json!("已更换 120 盏")));
    assert_eq!((accepted["progress"].as_f64(), &accepted["reports"]["totalCount"]), (Some(100.0), &json!(2)));
    assert_eq!(app.field(&priority, "Priority", "progress").await.as_f64(), Some(50.0));
}

async fn nobody_judges_what_they_had_a_hand_in(app: &TestApp) {
    let (priority, implementation) = asked(app).await;
    adopt(app, "community-secretary", &priority, HERE).await.done();
    let hand_in = json!({"implementationId": implementation, "result": "已完成"});
    app.actor("community-worker").act("submitImplementation", hand_in, "implementation { id }").await.done();
    let street = app.called("partyOrganisations", "西于庄街道党工委").await;
    let (id, back) =
        (json!({"implementationId": implementation}), json!({"implementationId": implementation, "reason": "不足"}));
    // Whoever adopted or handed in for the community, or belongs to its committee, is now of the street too.
    for account in ["community-secretary", "community-worker"] {
        app.give_seat(&app.id_of(account), PostRole::StreetSecretary, &street).await;
        for (act, input) in [("acceptImplementation", &id), ("returnImplementation", &back)] {
            let refused = app.actor(account).act(act, input.clone(), "implementation { id }").await;
            assert!(text(&refused.refused("FORBIDDEN")["rule"]).starts_with("recusal.csv:"), "{refused}");
        }
    }
    app.give_seat(&app.id_of("street-secretary"), PostRole::StreetSecretary, &street).await;
    app.actor("street-secretary").act("acceptImplementation", id, "implementation { id }").await.done();
}

async fn every_step_is_refused_but_those_that_may_follow(app: &TestApp) {
    let work = async |state: &str| -> (String, String) {
        let (priority, implementation) = asked(app).await;
        let path: &[&str] = match state {
            "PENDING" => &[],
            "OBJECTED" => &["object"],
            "RELEASED" => &["object", "uphold"],
            "ADOPTED" => &["adopt"],
            "SUBMITTED" => &["adopt", "submit"],
            "RETURNED" => &["adopt", "submit", "return"],
            _ => &["adopt", "submit", "accept"],
        };
        for step in path {
            act(app, &priority, &implementation, step).await.done();
        }
        (priority, implementation)
    };
    for (state, allowed) in [
        ("PENDING", vec!["adoptPriority", "objectToPriority"]),
        ("OBJECTED", vec!["decideObjection"]),
        ("RELEASED", vec![]),
        ("ADOPTED", vec!["reportImplementation", "submitImplementation"]),
        ("SUBMITTED", vec!["acceptImplementation", "returnImplementation"]),
        ("RETURNED", vec!["reportImplementation", "submitImplementation"]),
        ("ACCEPTED", vec![]),
    ] {
        let (priority, implementation) = work(state).await;
        for step in ["adopt", "object", "uphold", "reject", "report", "submit", "accept", "return"] {
            let answer_to = mutation(step);
            if allowed.contains(&answer_to) {
                continue;
            }
            let refused = act(app, &priority, &implementation, step).await;
            let facts = refused.refused("CONFLICT");
            assert_eq!((&facts["current"], &facts["allowed"]), (&json!(state), &json!(allowed)), "{step}: {refused}");
        }
        assert_eq!(app.field(&implementation, "Implementation", "status").await, state);
    }
}

fn mutation(step: &str) -> &'static str {
    match step {
        "adopt" => "adoptPriority",
        "object" => "objectToPriority",
        "uphold" | "reject" => "decideObjection",
        "report" => "reportImplementation",
        "submit" => "submitImplementation",
        "accept" => "acceptImplementation",
        _ => "returnImplementation",
    }
}

/// Does a step as whoever may.
async fn act(app: &TestApp, priority: &str, implementation: &str, step: &str) -> Answer {
    let of_community = json!({"priorityId": priority, "communityCode": HERE});
    let of_it = json!({"implementationId": implementation});
    let and = |base: &Value, other: Value| with(base.clone(), other);
    let (account, input) = match step {
        "adopt" => ("community-secretary", and(&of_community, json!({"plan": "照办"}))),
        "object" => ("community-secretary", and(&of_community, json!({"reason": "已办"}))),
        "uphold" => ("street-secretary", and(&of_it, json!({"uphold": true, "reason": "同意"}))),
        "reject" => ("street-secretary", and(&of_it, json!({"uphold": false, "reason": "不同意"}))),
        "report" => ("community-worker", and(&of_it, json!({"body": "进展"}))),
        "submit" => ("community-worker", and(&of_it, json!({"result": "完成"}))),
        "accept" => ("street-secretary", of_it),
        _ => ("street-officer", and(&of_it, json!({"reason": "不足"}))),
    };
    app.actor(account).act(mutation(step), input, "implementation { id status }").await
}
