//! Deadlines 期限: counted by the working calendar, paused, climbing; told before and after they are met.

use std::fs;

use chrono::TimeDelta;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::{Value, json};
use tongxin::app::{self, App};
use tongxin_capabilities::chores;
use tongxin_entity::organisation;
use tongxin_tests::{
    TestApp, on_each_database,
    places::{DISTRICT, FAR_STREET, HERE, STREET},
    text,
};

on_each_database![
    the_working_calendar_is_told,
    what_is_handed_in_is_judged_within_five_working_days,
    what_a_community_hands_in_its_street_judges,
    what_is_not_judged_climbs_and_stays_with_its_judge,
    what_the_communitys_own_body_does_is_its_streets_to_judge,
    a_deadline_stands_still_while_the_street_decides,
    a_day_counted_without_a_notice_moves_when_it_comes,
];

async fn the_working_calendar_is_told(app: &TestApp) {
    let document = "query($from: Date!, $to: Date!) { days: workingCalendar(from: $from, to: $to) {
        day kind name provisional } }";
    let days = async |from: &str, to: &str| app.stranger().query(document, json!({"from": from, "to": to})).await;
    let told = days("2026-02-13", "2026-02-15").await;
    assert_eq!(
        told.data()["days"],
        json!([
            {"day": "2026-02-13", "kind": "WORKDAY", "name": null, "provisional": false},
            {"day": "2026-02-14", "kind": "WORKDAY", "name": "春节调休", "provisional": false},
            {"day": "2026-02-15", "kind": "HOLIDAY", "name": "春节", "provisional": false},
        ])
    );
    let unknown = days("2030-02-16", "2030-02-18").await;
    assert_eq!(
        unknown.data()["days"],
        json!([
            {"day": "2030-02-16", "kind": "RESTDAY", "name": null, "provisional": true},
            {"day": "2030-02-17", "kind": "RESTDAY", "name": null, "provisional": true},
            {"day": "2030-02-18", "kind": "WORKDAY", "name": null, "provisional": true},
        ])
    );
    assert_eq!(days("2026-01-01", "2027-01-03").await.data()["days"].as_array().unwrap().len(), 368);
    for (from, to) in [("2026-01-01", "2027-01-04"), ("2026-02-14", "2026-02-13"), ("1900-01-01", "2999-12-31")] {
        assert_eq!(days(from, to).await.bad_fields(), [("to", "OUT_OF_RANGE")], "{from} to {to}");
    }
}

#[test]
fn a_calendar_file_is_refused_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calendar.csv");
    let calendar_of = |text: &str| {
        fs::write(&path, text).unwrap();
        let config = tongxin::config::Config { calendar_file: Some(path.clone()), ..Default::default() };
        app::calendar(&config).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(calendar_of("day,kind,name\n2027-01-01,HOLIDAY,元旦\n"), Ok(()));
    let refused =
        calendar_of("2027-01-01,HOLIDAY,元旦\n2027-02-30,HOLIDAY,春节\n2027-01-04,WORKDAY,元旦调休\n").unwrap_err();
    for part in
        ["calendar_file", "calendar.csv", "line 2: \"2027-02-30\" is not a day", "line 3: 2027-01-04 is a Monday"]
    {
        assert!(refused.contains(part), "{refused}");
    }
    let many = (0..15).map(|_| "x,HOLIDAY,y\n").collect::<String>();
    assert!(calendar_of(&many).unwrap_err().ends_with("and 5 more"));
    fs::remove_file(&path).unwrap();
    let config = tongxin::config::Config { calendar_file: Some(path.clone()), ..Default::default() };
    assert!(app::calendar(&config).map(drop).unwrap_err().to_string().contains("calendar.csv: "));
}

const OF: &str = "query($id: ID!) { node(id: $id) {
    ... on Claim { deadlines { ...told } } ... on Implementation { deadlines { ...told } } ... on ServiceItem { deadlines { ...told } } } }
    fragment told on Deadline { kind dueOn provisional running paused overdue metAt supervisors { code } }";

/// What an object tells of its deadline of a sort.
async fn deadline(app: &TestApp, id: &str, kind: &str) -> Value {
    let read = app.stranger().read(OF, json!({"id": id})).await;
    let all = read["node"]["deadlines"].as_array().unwrap().clone();
    all.into_iter().find(|one| one["kind"] == kind).unwrap_or(Value::Null)
}

fn shows(deadline: &Value, told: &Value) -> bool {
    told.as_object().unwrap().iter().all(|(name, value)| deadline[name] == *value)
}

/// The subjects of the overdue deadlines that have climbed, as an account asks for them.
async fn climbed(app: &TestApp, account: &str, arguments: &str) -> Vec<String> {
    let document = format!("{{ deadlines({arguments}, first: 100) {{ overdue subject {{ id }} }} }}");
    let read = app.actor(account).read(&document, json!({})).await;
    let all = read["deadlines"].as_array().unwrap().iter();
    all.map(|one| if one["overdue"] == true { text(&one["subject"]["id"]) } else { "not overdue".into() }).collect()
}

async fn what_is_handed_in_is_judged_within_five_working_days(app: &TestApp) {
    let item = app.item(json!({"quota": 2})).await;
    let claim = app.started("unit-liaison", &item).await;
    assert_eq!(deadline(app, &claim, "JUDGE_CLAIM").await, Value::Null);
    let hand_in = json!({"claimId": claim, "summary": "已完成"});
    app.actor("unit-liaison").act("submitClaim", hand_in.clone(), "claim { id }").await.done();

    // Monday 15 June 2026; the Friday is the Dragon Boat Festival.
    let judge = deadline(app, &claim, "JUDGE_CLAIM").await;
    let open = json!({"dueOn": "2026-06-23", "provisional": false, "running": true, "paused": false, "overdue": false,
        "metAt": null, "supervisors": []});
    assert!(shows(&judge, &open), "{judge}");
    let waiting = "{ todos { items(kind: \"acceptClaim\", first: 100) { dueOn subject { id } } } }";
    let waiting = app.actor("community-secretary").read(waiting, json!({})).await;
    let waiting = waiting["todos"]["items"].as_array().unwrap().iter().find(|one| one["subject"]["id"] == json!(claim));
    assert_eq!(waiting.unwrap()["dueOn"], "2026-06-23");

    app.days_pass(1).await;
    let back = json!({"claimId": claim, "reason": "缺照片"});
    app.actor("community-worker").act("returnClaim", back, "claim { id }").await.done();
    let judged = deadline(app, &claim, "JUDGE_CLAIM").await;
    assert!(shows(&judged, &json!({"dueOn": "2026-06-23", "running": false, "overdue": false})), "{judged}");
    assert!(judged["metAt"].is_string(), "{judged}");
    let finish = deadline(app, &claim, "FINISH_CLAIM").await;
    assert!(shows(&finish, &json!({"running": true, "metAt": null})), "what is to be done again is not met: {finish}");

    // Handed in again, it has five working days again.
    app.actor("unit-liaison").act("submitClaim", hand_in, "claim { id }").await.done();
    let again = deadline(app, &claim, "JUDGE_CLAIM").await;
    assert!(shows(&again, &json!({"dueOn": "2026-06-24", "running": true, "metAt": null})), "{again}");
    app.actor("community-secretary").act("acceptClaim", json!({"claimId": claim}), "claim { id }").await.done();
    let met = deadline(app, &claim, "JUDGE_CLAIM").await;
    assert!(met["running"] == false && met["metAt"].is_string(), "{met}");
}

async fn what_a_community_hands_in_its_street_judges(app: &TestApp) {
    let priority = app.priority(json!({})).await;
    let implementation = app.adopted(&priority).await;
    let hand_in = json!({"implementationId": implementation, "result": "已更换 120 盏"});
    app.actor("community-worker").act("submitImplementation", hand_in, "implementation { id }").await.done();
    let judge = deadline(app, &implementation, "JUDGE_IMPLEMENTATION").await;
    assert!(shows(&judge, &json!({"dueOn": "2026-06-23", "running": true, "metAt": null})), "{judge}");
    // It is the street's own to do, so that the district is next.
    app.days_pass(9).await;
    let late = deadline(app, &implementation, "JUDGE_IMPLEMENTATION").await;
    assert!(shows(&late, &json!({"overdue": true, "supervisors": [{"code": DISTRICT}]})), "{late}");
    assert!(climbed(app, "district-officer", "supervised: true").await.contains(&implementation));
    assert!(!climbed(app, "street-secretary", "supervised: true").await.contains(&implementation));
    let back = json!({"implementationId": implementation, "reason": "缺验收单"});
    app.actor("street-officer").act("returnImplementation", back, "implementation { id }").await.done();
    let met = deadline(app, &implementation, "JUDGE_IMPLEMENTATION").await;
    assert!(shows(&met, &json!({"running": false, "overdue": false, "supervisors": []})), "{met}");
    assert!(met["metAt"].is_string(), "{met}");
}

async fn what_is_not_judged_climbs_and_stays_with_its_judge(app: &TestApp) {
    let claim = app.submitted("unit-liaison", &app.item(json!({"quota": 2})).await).await;
    let of_street = format!("supervisedBy: \"{STREET}\"");
    let of_district = format!("supervisedBy: \"{DISTRICT}\"");

    app.days_pass(8).await;
    let judge = deadline(app, &claim, "JUDGE_CLAIM").await;
    assert!(shows(&judge, &json!({"overdue": false, "supervisors": []})), "its last day is not over: {judge}");
    assert!(!climbed(app, "street-officer", &of_street).await.contains(&claim));

    // Over on the ninth day: to the street. Half of the eight days later: to the district too.
    for (days, supervisors) in [(1, &[STREET][..]), (3, &[STREET]), (1, &[STREET, DISTRICT]), (30, &[STREET, DISTRICT])]
    {
        app.days_pass(days).await;
        let judge = deadline(app, &claim, "JUDGE_CLAIM").await;
        let codes = supervisors.iter().map(|code| json!({"code": code})).collect::<Vec<_>>();
        assert!(shows(&judge, &json!({"running": true, "overdue": true, "supervisors": codes})), "{judge}");
        assert!(climbed(app, "resident", &of_street).await.contains(&claim));
        assert!(climbed(app, "street-officer", "supervised: true").await.contains(&claim));
        let at_district = supervisors.contains(&DISTRICT);
        assert_eq!(climbed(app, "resident", &of_district).await.contains(&claim), at_district);
        assert_eq!(climbed(app, "district-officer", "supervised: true").await.contains(&claim), at_district);
        for account in ["other-street-officer", "community-secretary", "resident"] {
            assert!(!climbed(app, account, "supervised: true").await.contains(&claim), "{account}");
        }
    }
    for elsewhere in [FAR_STREET, HERE, "1201"] {
        assert!(
            !climbed(app, "resident", &format!("supervisedBy: \"{elsewhere}\"")).await.contains(&claim),
            "{elsewhere}"
        );
    }
    let unknown = app.stranger().query("{ deadlines(supervisedBy: \"999999\") { kind } }", json!({})).await;
    assert_eq!(unknown.bad_fields(), [("supervisedBy", "UNKNOWN_PLACE")]);

    // Whoever was to judge it still is, and nobody else.
    let input = json!({"claimId": claim});
    app.actor("street-secretary").act("acceptClaim", input.clone(), "claim { id }").await.refused("FORBIDDEN");
    app.actor("community-secretary").act("acceptClaim", input, "claim { id }").await.done();
    assert!(!climbed(app, "street-officer", "supervised: true").await.contains(&claim));
    assert_eq!(deadline(app, &claim, "JUDGE_CLAIM").await["supervisors"], json!([]));
}

async fn what_the_communitys_own_body_does_is_its_streets_to_judge(app: &TestApp) {
    use organisation::{Column, Entity, OrganisationKind};
    let partner = &app.units(1).await[0];
    let committee = Entity::find()
        .filter(Column::Kind.eq(OrganisationKind::CommunityCommittee))
        .filter(Column::RegionCode.eq(HERE))
        .one(&app.db)
        .await
        .unwrap();
    let under = Entity::update_many().col_expr(Column::SuperiorId, Expr::value(committee.unwrap().id));
    under.filter(Column::Id.eq(&partner.id)).exec(&app.db).await.unwrap();
    let claimed = partner.claim(app, &app.item(json!({})).await).await;
    let claim = text(&claimed.done()["claim"]["id"]);
    let liaison = app.actor_of(&partner.person);
    liaison.act("startClaim", json!({"claimId": claim}), "claim { id }").await.done();
    liaison.act("submitClaim", json!({"claimId": claim, "summary": "已完成"}), "claim { id }").await.done();

    app.days_pass(9).await;
    let judge = deadline(app, &claim, "JUDGE_CLAIM").await;
    assert!(shows(&judge, &json!({"overdue": true, "supervisors": [{"code": DISTRICT}]})), "{judge}");
    assert!(climbed(app, "district-officer", "supervised: true").await.contains(&claim));
    assert!(!climbed(app, "street-secretary", "supervised: true").await.contains(&claim));
    app.actor("street-secretary").act("acceptClaim", json!({"claimId": claim}), "claim { id }").await.done();
}

async fn a_deadline_stands_still_while_the_street_decides(app: &TestApp) {
    let priority = app.priority(json!({})).await;
    let document = "query($p: ID) { implementations(filter: {priorityId: $p}) { nodes { id } } }";
    let found = app.stranger().read(document, json!({"p": priority})).await;
    let implementation = text(&found["implementations"]["nodes"][0]["id"]);
    let running = deadline(app, &implementation, "ANSWER_PRIORITY").await;
    assert!(shows(&running, &json!({"dueOn": app.day(10), "running": true, "paused": false})), "{running}");

    let object = json!({"priorityId": priority, "communityCode": HERE, "reason": "去年已整治完毕"});
    app.actor("community-secretary").act("objectToPriority", object, "implementation { id }").await.done();
    let paused = json!({"running": false, "paused": true, "overdue": false, "metAt": null, "supervisors": []});
    for days in [0, 11, 30] {
        app.days_pass(days).await;
        let still = deadline(app, &implementation, "ANSWER_PRIORITY").await;
        assert!(shows(&still, &paused), "{still}");
    }
    let listed = async |which: &str| {
        let document =
            format!("{{ deadlines(kind: \"ANSWER_PRIORITY\", {which}, first: 100) {{ subject {{ id }} }} }}");
        let read = app.stranger().read(&document, json!({})).await;
        let all = read["deadlines"].as_array().unwrap().iter();
        all.filter(|one| one["subject"]["id"] == json!(implementation)).count()
    };
    for (which, found) in [("paused: true", 1), ("overdue: false", 1), ("paused: false", 0), ("overdue: true", 0)] {
        assert_eq!(listed(which).await, found, "{which}");
    }

    let decide = json!({"implementationId": implementation, "uphold": false, "reason": "经核查"});
    app.actor("street-secretary").act("decideObjection", decide, "implementation { id }").await.done();
    let again = deadline(app, &implementation, "ANSWER_PRIORITY").await;
    assert!(shows(&again, &json!({"dueOn": app.day(10), "running": true, "paused": false})), "{again}");
}

async fn a_day_counted_without_a_notice_moves_when_it_comes(app: &TestApp) {
    let known = app.submitted("unit-liaison", &app.item(json!({})).await).await;
    // Monday 28 December 2026. Of 2027 nothing is known: its New Year's Day is a Friday like any other.
    app.clock.advance(TimeDelta::days(196));
    let claim = app.submitted("unit-liaison", &app.item(json!({})).await).await;
    let before = deadline(app, &claim, "JUDGE_CLAIM").await;
    assert!(shows(&before, &json!({"dueOn": "2027-01-04", "provisional": true, "running": true})), "{before}");
    app.chores().await;
    assert_eq!(deadline(app, &claim, "JUDGE_CLAIM").await, before, "the same calendar says the same");

    // The notice comes. By it the other claim would be due a day later too, but was counted for certain.
    let path = app.config.data_dir.join("calendar.csv");
    fs::write(&path, "2026-06-16,HOLIDAY,测试\n2027-01-01,HOLIDAY,元旦\n").unwrap();
    let config = tongxin::config::Config { calendar_file: Some(path), ..app.config.clone() };
    let second = App::new(config, app.db.clone(), app.clock.clone()).await.unwrap();
    assert_eq!(chores::run_all(&second.authority).await.unwrap(), 1);
    let after = deadline(app, &claim, "JUDGE_CLAIM").await;
    assert!(shows(&after, &json!({"dueOn": "2027-01-05", "provisional": false, "running": true})), "{after}");
    assert_eq!(deadline(app, &known, "JUDGE_CLAIM").await["dueOn"], "2026-06-23");
    assert_eq!(chores::run_all(&second.authority).await.unwrap(), 0);
    // A process that does not know the notice yet does not move it back.
    app.chores().await;
    assert_eq!(deadline(app, &claim, "JUDGE_CLAIM").await, after);

    let trail = "query($id: ID!) { auditTrail(on: $id, first: 1) { nodes { actorId action before after } } }";
    let trail = app.actor("community-secretary").read(trail, json!({"id": claim})).await;
    assert_eq!(
        trail["auditTrail"]["nodes"][0],
        json!({
            "actorId": "system", "action": "recountDeadlines",
            "before": {"deadline": "JUDGE_CLAIM", "dueOn": "2027-01-04", "provisional": true},
            "after": {"deadline": "JUDGE_CLAIM", "dueOn": "2027-01-05", "provisional": false},
        })
    );
    let version = app.field(&claim, "Claim", "version").await;
    assert_eq!(version, 4, "claimed, started, handed in, counted anew");
}
