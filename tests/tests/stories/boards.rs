//! How much stands where: beside a list, and on the board of a place.

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};
use tongxin::cli::check::{Difference, recount};
use tongxin_tests::{
    Actor, TestApp, on_each_database,
    places::{DISTRICT, FAR, HERE, STREET},
    text,
};

on_each_database![
    a_list_tells_how_many_stand_in_each_state,
    a_board_sums_up_what_lies_in_a_place,
    the_counts_hold_after_any_history,
];

const LISTS: [&str; 4] = ["priorities", "implementations", "serviceItems", "claims"];

/// The states of all that a list holds, as it tells them and as one counts who reads every page.
async fn told_and_counted(actor: &Actor, list: &str, filter: &str) -> (Vec<(String, i64)>, Vec<(String, i64)>) {
    let document = format!(
        "query($after: String) {{ found: {list}(first: 100, after: $after{filter}) {{
            nodes {{ status }} stateCounts {{ state count exact labels {{ zh }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut counted, mut after) = (std::collections::BTreeMap::new(), Value::Null);
    loop {
        let found = actor.read(&document, json!({"after": after})).await["found"].clone();
        for node in found["nodes"].as_array().unwrap() {
            *counted.entry(text(&node["status"])).or_default() += 1;
        }
        if found["pageInfo"]["hasNextPage"] == true {
            after = found["pageInfo"]["endCursor"].clone();
            continue;
        }
        let told = found["stateCounts"].as_array().unwrap().iter();
        let told = told.inspect(|one| assert!(one["exact"] == true && one["labels"]["zh"].is_string(), "{one}"));
        let mut told = told.map(|one| (text(&one["state"]), one["count"].as_i64().unwrap())).collect::<Vec<_>>();
        told.sort();
        return (told, counted.into_iter().collect());
    }
}

async fn a_list_tells_how_many_stand_in_each_state(app: &TestApp) {
    app.draft(json!({})).await;
    app.priority_draft(json!({})).await;
    app.submitted("unit-liaison", &app.item(json!({})).await).await;
    let filters = [
        String::new(),
        format!(r#", filter: {{regionCode: "{HERE}"}}"#),
        format!(r#", filter: {{regionCode: "{STREET}"}}"#),
        r", filter: {mine: true}".to_owned(),
        r", filter: {overdue: false}".to_owned(),
    ];
    for account in ["", "street-secretary", "community-worker", "property-manager", "far-resident", "district-officer"]
    {
        let actor = if account.is_empty() { app.stranger() } else { app.actor(account) };
        for list in LISTS {
            for filter in &filters {
                let (told, counted) = told_and_counted(&actor, list, filter).await;
                assert_eq!(told, counted, "{list}{filter} as {account:?}");
            }
        }
    }
    let one =
        app.stranger().read("{ serviceItems(filter: {statusIn: [OPEN]}) { stateCounts { state } } }", json!({})).await;
    assert_eq!(one["serviceItems"]["stateCounts"], json!([{"state": "OPEN"}]));
}

const BOARD: &str = "query($code: String!) { region(code: $code) { board {
    counts { kind state count exact labels { zh } } rates { kind labels { zh } rate { part whole percent } } } } }";

async fn board(actor: &Actor, code: &str) -> Value {
    actor.read(BOARD, json!({"code": code})).await["region"]["board"].clone()
}

fn count(board: &Value, kind: &str, state: &str) -> i64 {
    let found = board["counts"].as_array().unwrap().iter().find(|one| one["kind"] == kind && one["state"] == state);
    found.map_or(0, |one| one["count"].as_i64().unwrap())
}

async fn a_board_sums_up_what_lies_in_a_place(app: &TestApp) {
    let (stranger, secretary) = (app.stranger(), app.actor("community-secretary"));
    let before = board(&stranger, STREET).await;
    let there = board(&stranger, FAR).await;
    app.draft(json!({})).await;
    let item = app.item(json!({"quota": 1})).await;
    let claim = app.submitted("unit-liaison", &item).await;
    let open = board(&stranger, STREET).await;
    assert_eq!(count(&open, "ServiceItem", "IN_PROGRESS"), count(&before, "ServiceItem", "IN_PROGRESS") + 1);
    assert_eq!(count(&open, "Claim", "SUBMITTED"), count(&before, "Claim", "SUBMITTED") + 1);
    assert_eq!(count(&open, "ServiceItem", "DRAFT"), 0, "a draft is nobody's but those who prepare it");
    assert!(count(&board(&secretary, HERE).await, "ServiceItem", "DRAFT") > 0);
    assert_eq!(board(&stranger, FAR).await, there);

    secretary.act("acceptClaim", json!({"claimId": claim}), "claim { id }").await.done();
    let done = board(&stranger, HERE).await;
    let rate = |board: &Value, kind: &str| {
        let found = board["rates"].as_array().unwrap().iter().find(|one| one["kind"] == kind).unwrap();
        let part = |name: &str| found["rate"][name].as_i64().unwrap();
        (part("part"), part("whole"), found["rate"]["percent"].as_f64())
    };
    let (part, whole, percent) = rate(&done, "ITEMS_DONE");
    assert_eq!(part, count(&done, "ServiceItem", "DONE") + count(&done, "ServiceItem", "CLOSED"));
    let hundredths = (part * 20_000 + whole) / (whole * 2);
    assert_eq!(percent, Some(hundredths as f64 / 100.0));
    let elsewhere = "{ region(code: \"120106009\") { children(first: 1) { nodes { code } } } }";
    let elsewhere = stranger.read(elsewhere, json!({})).await["region"]["children"]["nodes"][0]["code"].clone();
    let nothing = board(&stranger, &text(&elsewhere)).await;
    assert_eq!(nothing["counts"], json!([]));
    assert_eq!(rate(&nothing, "ITEMS_DONE"), (0, 0, None));

    // A street's communities, each with its board, in one question; their sum is the street's.
    let each = "query($code: String!) { region(code: $code) { children(first: 100) { nodes { board { counts { kind state count } } } } } }";
    let each = stranger.read(each, json!({"code": STREET})).await["region"]["children"]["nodes"].clone();
    let sum = each.as_array().unwrap().iter().map(|one| count(&one["board"], "Claim", "ACCEPTED")).sum::<i64>();
    assert_eq!(sum, count(&board(&stranger, STREET).await, "Claim", "ACCEPTED"));
    assert!(sum <= count(&board(&stranger, DISTRICT).await, "Claim", "ACCEPTED"));
}

async fn differences(app: &TestApp) -> Vec<Difference> {
    recount(&app.db).await.unwrap()
}

/// Whatever happens, done or refused, the counts are those of the rows.
async fn the_counts_hold_after_any_history(app: &TestApp) {
    assert_eq!(differences(app).await, [], "as the demo leaves them");
    let mut chance = StdRng::seed_from_u64(20_261_126);
    let mut items = vec![app.item(json!({"quota": 2})).await];
    let mut claims = Vec::<Value>::new();
    let (secretary, liaison) = (app.actor("community-secretary"), app.actor("unit-liaison"));
    let unit = app.claimant("unit-liaison").await;
    for _ in 0..60 {
        let item = items[chance.random_range(0..items.len())].clone();
        let claim: Option<Value> = (!claims.is_empty()).then(|| claims[chance.random_range(0..claims.len())].clone());
        match (chance.random_range(0..9), claim) {
            (0, _) => items.push(app.item(json!({"quota": chance.random_range(1..3)})).await),
            (1, _) => items.push(app.draft(json!({})).await),
            (2, _) => {
                let input = json!({"serviceItemId": item, "reason": "不再需要"});
                secretary.act("cancelServiceItem", input, "serviceItem { id }").await;
            }
            (3 | 4, _) => {
                let input = json!({"serviceItemId": item, "claimantId": unit});
                let answer = liaison.act("claimServiceItem", input, "claim { id }").await;
                let made = answer.body["data"]["claimServiceItem"]["claim"]["id"].clone();
                claims.extend(made.is_string().then_some(made));
            }
            (5, Some(claim)) => _ = liaison.act("startClaim", json!({"claimId": claim}), "claim { id }").await,
            (6, Some(claim)) => {
                liaison.act("submitClaim", json!({"claimId": claim, "summary": "完成"}), "claim { id }").await;
            }
            (7, Some(claim)) => _ = secretary.act("acceptClaim", json!({"claimId": claim}), "claim { id }").await,
            (8, Some(claim)) => {
                liaison.act("withdrawClaim", json!({"claimId": claim, "reason": "人手不足"}), "claim { id }").await;
            }
            _ => {}
        }
    }
    app.days_pass(40).await;
    app.chores().await;
    assert_eq!(differences(app).await, []);
}
