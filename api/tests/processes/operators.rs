//! Who ran a command that changed something: in the log and in the audit, for all commands in one way.

use std::path::Path;

use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _};
use tongxin_entity::{audit_entry, import_run, invitation, policy_bundle};

use crate::{
    commands::{done, on},
    program::{run, text},
    town::open_file,
};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data");

/// Every command that changes something, in an order in which each may, with the action that the audit has for it.
fn commands(copy: &Path) -> Vec<(&'static str, Vec<String>)> {
    let divisions = format!("{DATA}/divisions/hantai.csv");
    let district = format!("{DATA}/district");
    let each: [(&str, &[&str]); 7] = [
        ("migrateUp", &["migrate", "up"]),
        ("applyPolicy", &["policy", "apply"]),
        ("importDivisions", &["import", "divisions", &divisions]),
        ("setUp", &["setup", "610702", "--secretary", "张示范"]),
        ("importFacts", &["import", "district", &district]),
        ("backUp", &["backup", text(copy)]),
        ("migrateDown", &["migrate", "down"]),
    ];
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    each.map(|(action, words)| (action, owned(words))).to_vec()
}

/// Runs them all; the operator as the log names it.
async fn run_all(folder: &Path, by: &[&str]) -> String {
    let mut named = Vec::new();
    for (action, words) in commands(&folder.join("copy.sqlite")) {
        let words = words.iter().map(String::as_str).chain(by.iter().copied()).collect::<Vec<_>>();
        let mut command = on(folder, &words);
        command.env("NO_COLOR", "1");
        let ended = run(command).await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let line = ended.err.lines().find(|line| line.contains("a command by an operator"));
        let (_, line) = line.and_then(|line| line.split_once("operator=")).unwrap_or_else(|| panic!("{ended:?}"));
        let (operator, command) = line.split_once(" command=").unwrap();
        assert!(command.contains(words[0]), "{action}: {command}");
        named.push(operator.to_owned());
    }
    named.dedup();
    assert_eq!(named.len(), 1, "one name for all: {named:?}");
    named.remove(0)
}

#[tokio::test]
async fn every_command_that_changes_something_names_its_operator_in_log_and_audit() {
    for by in [&["--by", "王运维"][..], &[]] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let operator = run_all(folder, by).await;
        let account = operator.strip_prefix("王运维 (").and_then(|rest| rest.strip_suffix(')'));
        assert_eq!(account.is_some(), !by.is_empty(), "{operator}");
        let (user, host) = account.unwrap_or(&operator).split_once('@').unwrap();
        assert!(!user.is_empty() && !host.is_empty(), "{operator}");
        let actor = format!("operator:{operator}");
        let db = open_file(folder).await;
        let entries = audit_entry::Entity::find().order_by_asc(audit_entry::Column::Id).all(&db).await.unwrap();
        assert!(entries.iter().all(|entry| entry.actor_id == actor && entry.role == "operator"), "{entries:?}");
        for (action, _) in commands(folder) {
            assert!(entries.iter().any(|entry| entry.action == action), "{action} in {entries:?}");
        }
        let made = invitation::Entity::find().all(&db).await.unwrap().into_iter().map(|one| one.made_by);
        let runs = import_run::Entity::find().all(&db).await.unwrap().into_iter().map(|one| one.made_by);
        assert!(made.chain(runs).all(|by| by == actor));
        assert_eq!(policy_bundle::Entity::find().one(&db).await.unwrap().unwrap().applied_by, operator);
    }
}

#[tokio::test]
async fn what_changes_nothing_is_nothing_to_keep() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let divisions = format!("{DATA}/divisions/hantai.csv");
    let import = || on(folder, &["import", "divisions", &divisions]);
    for command in [on(folder, &["migrate", "up"]), on(folder, &["migrate", "up"]), import(), import()] {
        done(command).await;
    }
    let db = open_file(folder).await;
    for action in ["migrateUp", "importDivisions"] {
        let entries = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq(action));
        assert_eq!(entries.count(&db).await.unwrap(), 1, "{action}");
    }
}
