//! Every word of the API with what people call it.

use serde_json::{Value, json};
use tongxin_tests::{TestApp, on_each_database, text};

on_each_database![words_are_told_to_everybody];

async fn words_are_told_to_everybody(app: &TestApp) {
    let document = "{ vocabulary { name zh en words { code zh en } } }";
    let all = app.stranger().read(document, json!({})).await["vocabulary"].clone();
    let words = |name: &str| -> Vec<Value> {
        let found = all.as_array().unwrap().iter().find(|one| one["name"] == name);
        found.unwrap_or_else(|| panic!("no {name}"))["words"].as_array().unwrap().clone()
    };
    let called = |name: &str, code: &str| {
        let words = words(name);
        let word = words.iter().find(|word| word["code"] == code).unwrap_or_else(|| panic!("no {code}"));
        text(&word["zh"])
    };
    assert_eq!(called("Action", "claimServiceItem"), "认领服务项目");
    assert_eq!(called("Action", "adoptPriority"), "承接重点任务");
    assert_eq!(called("Role", "community_secretary"), "社区党委书记");
    assert_eq!(called("Reach", "own"), "本级");
    assert_eq!(called("ClaimStatus", "SUBMITTED"), "已提交");
    for vocabulary in all.as_array().unwrap() {
        for word in vocabulary["words"].as_array().unwrap() {
            assert!(["code", "zh", "en"].iter().all(|key| !text(&word[*key]).is_empty()), "{vocabulary}");
        }
    }
}
