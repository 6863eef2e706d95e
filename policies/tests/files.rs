//! The policy files as they are shipped: complete, tried case by case, and shown in the documents.

use std::{collections::BTreeSet, fs, path::Path};

use tongxin_policies::{CaseFile, PolicySource, Table, check, run_cases};

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

async fn table() -> Table {
    Table::compile(&PolicySource::embedded()).await.expect("the embedded policy compiles")
}

#[tokio::test]
async fn every_case_beside_a_policy_holds() {
    let cases = CaseFile::from_dir(folder()).unwrap();
    let failed: Vec<_> = run_cases(&table().await, &cases).iter().map(ToString::to_string).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[tokio::test]
async fn a_wrong_case_and_an_action_without_one_are_told() {
    let table = table().await;
    let mut cases = CaseFile::from_dir(folder()).unwrap();
    let claims = cases.iter_mut().find(|file| file.name == "claims.test.csv").unwrap();
    let kept = claims.text.lines().filter(|line| !line.contains("startClaim"));
    claims.text = kept.chain(["resident, readClaim, -, deny: involved"]).collect::<Vec<_>>().join("\n");
    let line = claims.text.lines().count();
    let found: Vec<_> = run_cases(&table, &cases).iter().map(ToString::to_string).collect();
    let wrong = format!("claims.test.csv:{line}: expected deny: involved, found allow");
    assert_eq!(found, [wrong.as_str(), "claims.test.csv: no passing case of startClaim"]);
}

#[test]
fn every_policy_file_of_the_folder_is_built_in() {
    assert_eq!(PolicySource::from_dir(folder()).unwrap(), PolicySource::embedded());
}

#[test]
fn every_policy_file_has_its_cases_beside_it() {
    let cases: BTreeSet<_> = CaseFile::from_dir(folder()).unwrap().into_iter().map(|file| file.name).collect();
    let source = PolicySource::embedded();
    // Those that give no right need no cases.
    let no_right = ["roles.csv", "seats.csv", "foundings.csv", "invariants.csv"];
    let policies = source.files().map(|(name, _)| name).filter(|name| !no_right.contains(name));
    let beside: BTreeSet<_> = policies.map(|name| name.replace(".csv", ".test.csv")).collect();
    assert_eq!(cases, beside);
}

#[test]
fn a_bundle_is_the_source_again() {
    let source = PolicySource::embedded();
    assert_eq!(PolicySource::from_bundle(&source.to_bundle()).unwrap(), source);
    for (bundle, fault) in [
        ("p, anonymous", "must come first"),
        ("==> a.csv <==\n", "model.conf is missing"),
        ("==> a.csv <==\n==> a.csv <==\n", "line 2: a.csv comes twice"),
    ] {
        let error = PolicySource::from_bundle(bundle).unwrap_err().to_string();
        assert!(error.contains(fault), "{error}");
    }
}

#[tokio::test]
async fn the_shipped_policy_has_no_fault() {
    assert_eq!(check(&PolicySource::embedded()).await, []);
}

#[tokio::test]
async fn the_document_shows_the_policy_as_it_is() {
    let path = folder().join("../docs/authority.md");
    let matrix = table().await.matrix();
    assert!(
        fs::read_to_string(&path).is_ok_and(|committed| committed == matrix),
        "docs/authority.md is not what the policy says: `tongxin policy matrix > docs/authority.md`, and read the difference"
    );
}
