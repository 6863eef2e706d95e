//! What the demo offers to be tried: the story of its start page and the sample of each account do as they say.

use serde_json::{Value, json};
use tongxin::demo;
use tongxin_tests::{TestApp, on_each_database};

on_each_database![the_start_page_plays_its_story, samples_do_as_they_say, the_schema_is_read_as_it_is_committed];

async fn the_start_page_plays_its_story(app: &TestApp) {
    // Played twice: a second visitor finds what the first one left.
    for _ in 0..2 {
        let mut ids: Vec<(&str, String)> = Vec::new();
        let mut last = Value::Null;
        for step in demo::story(&app.db, app.clock.today()).await.unwrap() {
            let carried = |request: String, (name, id): &(&str, String)| request.replace(&format!("<{name}>"), id);
            let request = ids.iter().fold(step.request, carried);
            assert!(!request.contains('<'), "{request}");
            let answer = app.actor(step.account).query(&request, json!({})).await;
            assert_eq!(answer.code(), step.refused, "{}: {answer}", step.en);
            for (name, pointer) in step.takes {
                let id = answer.data().pointer(pointer).and_then(Value::as_str);
                ids.push((name, id.unwrap_or_else(|| panic!("{pointer}: {answer}")).to_owned()));
            }
            last = answer.body;
        }
        assert_eq!(last["data"]["priority"]["progress"], json!(50.0), "one community of two: {last}");
    }
}

async fn samples_do_as_they_say(app: &TestApp) {
    // After the first round some items are claimed and rated: other samples take their place.
    for round in 0..2 {
        for account in demo::ACCOUNTS {
            let sample = demo::sample(&app.db, account.name, app.clock.today()).await.unwrap();
            let sample = sample.unwrap_or_else(|| panic!("{} has no sample", account.name));
            let answer = app.actor(account.name).query(&sample.request, json!({})).await;
            assert_eq!(answer.code(), sample.refused, "{} in round {round}: {answer}", account.name);
            let acts = sample.request.starts_with("mutation");
            let partner = sample.level.en == "Partners" && sample.refused.is_none();
            assert!(!partner || acts == (round == 0), "{} in round {round}: {}", account.name, sample.request);
        }
    }
}

async fn the_schema_is_read_as_it_is_committed(app: &TestApp) {
    let answer = reqwest::get(format!("http://{}/schema.graphql", app.address)).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"text/plain; charset=utf-8".parse().unwrap())
    );
    assert!(
        answer.text().await.unwrap() == include_str!("../../../schema.graphql"),
        "run: cargo run -- schema > schema.graphql"
    );
}
