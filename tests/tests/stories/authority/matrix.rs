//! Every root field as every account of the demo. Who may do or see what is a snapshot that a reviewer reads: a change of
//! it is a change of authority.

use std::{collections::BTreeSet, fmt::Write as _};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tongxin_tests::{Actor, TestApp, on_each_database, places::HERE, text};

use super::{
    attempts::{self, Outcome},
    seats::ACCOUNTS,
    words,
};

on_each_database![every_root_field_as_everyone];

const LEGEND: &str = "\
Mutations aim at 增产里社区 (120106001002) and its street. + may, - must not (FORBIDDEN), blank: not there for them (NOT_FOUND)
Queries: how many objects of a list they see; of one object + seen, blank not; ! must not ask at all
";

fn everyone(app: &TestApp) -> Vec<Actor> {
    let actor = |name: &str| if name == "stranger" { app.stranger() } else { app.actor(name) };
    ACCOUNTS.iter().map(|(name, _)| actor(name)).collect()
}

async fn every_root_field_as_everyone(app: &TestApp) {
    let mut table = String::from(LEGEND);
    for (at, (account, _)) in ACCOUNTS.iter().enumerate() {
        let _ = writeln!(table, "{:>3} {account}", at + 1);
    }
    let heading = (1..=ACCOUNTS.len()).map(|at| format!("{at:>4}")).collect::<String>();
    let mut tried = BTreeSet::new();
    let mut row = |section: Option<&str>, field: &str, cells: Vec<String>| {
        if let Some(section) = section {
            let _ = write!(table, "\n{section:<32}{heading}\n");
        }
        tried.insert(field.split(' ').next().unwrap_or_default().to_owned());
        let cells = cells.iter().map(|cell| format!("{cell:>4}")).collect::<String>();
        let _ = writeln!(table, "{}", format!("{field:<32}{cells}").trim_end());
    };

    let actors = everyone(app);
    let mut section = Some("Mutation");
    let all = attempts::aimed_at(app, HERE).await;
    for attempt in &all {
        let outcomes = join_all(actors.iter().map(|actor| attempt.as_actor(app, actor))).await;
        let mut likely = outcomes.clone();
        for other in all.iter().filter(|other| other.is_like(attempt) && other.input != attempt.input) {
            let come = join_all(actors.iter().map(|actor| other.as_actor(app, actor))).await;
            likely
                .iter_mut()
                .zip(come)
                .for_each(|(best, come)| *best = if come == Outcome::May { come } else { *best });
        }
        // What `can` says is what comes of it, by some input.
        let said = join_all(actors.iter().map(|actor| attempt.asked_by(actor))).await;
        for ((said, outcome), actor) in said.iter().zip(&likely).zip(&actors) {
            assert_eq!(said, outcome, "{} as {}", attempt.act, actor.name);
        }
        let cell = |outcome: &Outcome| match outcome {
            Outcome::May => "+",
            Outcome::Refused => "-",
            Outcome::NotThere => "",
        };
        row(section.take(), attempt.act, outcomes.iter().map(|outcome| cell(outcome).to_owned()).collect());
    }
    section = Some("Query");
    for (field, document, variables) in questions(app).await {
        let answers = join_all(actors.iter().map(|actor| actor.query(&document, variables.clone()))).await;
        let cells = answers.iter().map(|answer| match answer.code() {
            Some("NOT_FOUND") => String::new(),
            Some("FORBIDDEN") => "!".into(),
            Some(_) => panic!("{field}: {answer}"),
            None => seen(&answer.body["data"]["it"]),
        });
        row(section.take(), &field, cells.collect());
    }
    // Subscriptions are listened to in stories of their own; a login that is nobody's redeems in one.
    let listened = ["serviceItemChanged", "todosChanged", "loginLinked", "redeemInvitation"].map(str::to_owned);
    let all = words::root_fields().into_keys().collect::<BTreeSet<_>>();
    assert_eq!(tried.into_iter().chain(listened).collect::<BTreeSet<_>>(), all, "every root field is tried");
    insta::assert_snapshot!("authority", table);
}

/// What a cell shows of an answer.
fn seen(it: &Value) -> String {
    match it {
        Value::Null => String::new(),
        Value::Array(many) => many.iter().filter(|one| !one.is_null()).count().to_string(),
        it if it["allowed"] == false => "-".into(),
        it if it["items"].is_array() => seen(&it["items"]),
        it => it["totalCount"].as_i64().map_or("+".into(), |count| count.to_string()),
    }
}

/// Every query, once or for each sort of thing it may show.
async fn questions(app: &TestApp) -> Vec<(String, String, Value)> {
    let item = app.item_called("楼道堆物清理").await;
    let draft = app.item_called("新年写春联").await;
    let claim = text(&app.field(&item, "ServiceItem", "claims { nodes { id } }").await["nodes"][0]["id"]);
    let read = "{ priorities(filter: {streetCode: \"120106001\"}, first: 100) { nodes { id status } }
        implementations(first: 1) { nodes { id } } }";
    let read = app.actor("street-officer").read(read, json!({})).await;
    let priorities = read["priorities"]["nodes"].as_array().unwrap();
    let priority = |status: &str| {
        text(&priorities.iter().find(|priority| priority["status"] == status).expect("a priority")["id"])
    };
    let implementation = text(&read["implementations"]["nodes"][0]["id"]);
    let everything = json!([item, draft, priority("DRAFT"), app.id_of("resident"), app.id_of("far-resident")]);

    let mut all = Vec::new();
    let mut add = |field: &str, document: String, variables: Value| all.push((field.to_owned(), document, variables));
    let by_id = |field: &str| format!("query($id: ID!) {{ it: {field}(id: $id) {{ id }} }}");
    add("me", "{ it: me { id } }".into(), json!({}));
    add(
        "can claimServiceItem",
        "query($id: ID!) { it: can(action: \"claimServiceItem\", on: $id) { allowed } }".into(),
        json!({"id": item}),
    );
    add(
        "whoMay acceptClaim",
        "query($id: ID!) { it: whoMay(action: \"acceptClaim\", on: $id) { role } }".into(),
        json!({"id": claim}),
    );
    add("node of a person", by_id("node"), json!({"id": app.id_of("resident")}));
    add(
        "nodes some hidden, of 5",
        "query($ids: [ID!]!) { it: nodes(ids: $ids) { id } }".into(),
        json!({"ids": everything}),
    );
    add("region", "{ it: region(code: \"120106001002\") { id } }".into(), json!({}));
    for list in [
        "partyOrganisations",
        "publicBodies",
        "units",
        "propertyCompanies",
        "ownersCommittees",
        "partyAlliances",
        "bigPartyCommittees",
        "compounds",
        "people",
        "invitations",
        "priorities",
        "implementations",
        "serviceItems",
        "claims",
        "regions",
    ] {
        add(list, format!("{{ it: {list}(first: 0) {{ totalCount }} }}"), json!({}));
    }
    for (field, name, id) in [
        ("priority", "priority", priority("PUBLISHED")),
        ("priority", "priority a draft", priority("DRAFT")),
        ("implementation", "implementation", implementation),
        ("serviceItem", "serviceItem", item.clone()),
        ("serviceItem", "serviceItem a draft", draft),
        ("claim", "claim", claim),
    ] {
        add(name, by_id(field), json!({"id": id}));
    }
    add("todos", "{ it: todos { items(first: 100) { kind } } }".into(), json!({}));
    add("vocabulary", "{ it: vocabulary { name } }".into(), json!({}));
    let month = "{ it: workingCalendar(from: \"2026-02-01\", to: \"2026-02-28\") { day } }";
    add("workingCalendar", month.into(), json!({}));
    add("deadlines", "{ it: deadlines(first: 100) { kind } }".into(), json!({}));
    let trail = "query($on: ID!) { it: auditTrail(on: $on, first: 0) { totalCount } }";
    add("auditTrail of an item", trail.into(), json!({"on": app.item_called("高龄老人助浴").await}));
    all
}
