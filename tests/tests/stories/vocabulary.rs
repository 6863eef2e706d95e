//! Every word of the API with what people call it.

use std::collections::BTreeSet;

use sea_orm::{ActiveEnum as _, ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};
use tongxin_entity::{post::PostRole, vocabularies};
use tongxin_tests::{TestApp, on_each_database, text};

on_each_database![words_are_told_to_everybody, the_database_knows_the_words_of_the_code];

/// What a column may hold stands in the migrations, which are history; what the code writes and reads, in the entities.
async fn the_database_knows_the_words_of_the_code(app: &TestApp) {
    let rules = match app.db.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE '%_known'"
        }
        _ => "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_known_insert'",
    };
    let rules = Statement::from_string(app.db.get_database_backend(), rules);
    let words = |(about, words): &(tongxin_entity::Word, &'static [tongxin_entity::Word])| {
        (about.code, words.iter().map(|word| word.code.to_owned()).collect::<BTreeSet<_>>())
    };
    let roles = ("PostRole", PostRole::values().into_iter().collect());
    let mut declared = vocabularies().iter().map(words).chain([roles]).collect::<Vec<_>>();
    for rule in app.db.query_all_raw(rules).await.unwrap() {
        let (name, text): (String, String) = (rule.try_get_by_index(0).unwrap(), rule.try_get_by_index(1).unwrap());
        // Quoted words; the name of the rule, which SQLite quotes too, is none.
        let quoted = text.split('\'').skip(1).step_by(2).filter(|quoted| !quoted.contains(' '));
        let quoted = quoted.map(str::to_owned).collect::<BTreeSet<_>>();
        let found = declared.iter().position(|(_, words)| *words == quoted);
        declared
            .remove(found.unwrap_or_else(|| panic!("{name} lets through {quoted:?}, which is no enum of `entity`")));
    }
    // Those that are stored nowhere, or not as one word.
    let left = declared.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(
        left,
        ["CalendarDayKind", "RegionKind", "ClaimantKind"],
        "a later migration says `words::keep` of their column"
    );
}

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
