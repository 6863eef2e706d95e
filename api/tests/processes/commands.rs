//! Commands that run to their end: what they print, and how they exit.

use std::{fs, path::Path, process::Command};

use rstest::rstest;

use crate::program::{Ended, run, text, tongxin};

const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A command on a data folder, outside production.
pub fn on(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = tongxin(arguments);
    command.env("TONGXIN_ENV", "development").env("TONGXIN_DATA_DIR", text(folder));
    command
}

pub async fn done(command: Command) -> String {
    let ended = run(command).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended.out
}

async fn refused(command: Command) -> String {
    let Ended { code, out, err } = run(command).await;
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    err
}

#[rstest]
#[case::nothing(&[])]
#[case::no_such_command(&["frobnicate"])]
#[case::no_such_option(&["serve", "--fast"])]
#[case::no_number(&["demo", "--port", "eighty"])]
#[case::no_port(&["demo", "--port", "65536"])]
#[case::no_such_scale(&["demo", "--scale", "huge"])]
#[case::no_account(&["token"])]
#[case::no_file(&["import", "divisions"])]
#[case::no_action(&["policy", "explain", "resident"])]
#[tokio::test]
async fn wrong_usage(#[case] arguments: &[&str]) {
    let ended = run(tongxin(arguments)).await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{ended:?}");
    assert!(ended.err.contains("Usage: tongxin") || ended.err.starts_with("error: "), "{ended:?}");
}

#[rstest]
#[case::misspelt("TONGXIN_LISTNE", "127.0.0.1:0", "TONGXIN_LISTNE")]
#[case::no_address("TONGXIN_LISTEN", "nowhere", "listen")]
#[case::no_figure("TONGXIN_POOL_MAX_CONNECTIONS", "many", "TONGXIN_POOL_MAX_CONNECTIONS")]
#[case::no_environment("TONGXIN_ENV", "staging", "TONGXIN_ENV")]
#[case::no_file("TONGXIN_CONFIG", "/nowhere.toml", "/nowhere.toml")]
#[tokio::test]
async fn a_bad_setting_is_refused_by_its_name(#[case] name: &str, #[case] value: &str, #[case] named: &str) {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["serve"][..], &["demo", "--port", "0"], &["migrate", "status"], &["token", "--account", "x"]] {
        let mut command = on(folder.path(), arguments);
        command.current_dir(folder.path()).env(name, value);
        let err = refused(command).await;
        assert!(err.contains(named), "{arguments:?}: {err}");
    }
}

#[tokio::test]
async fn the_schema_goes_up_and_down() {
    let folder = tempfile::tempdir().unwrap();
    let migrate = |word: &'static str| done(on(folder.path(), &["migrate", word]));
    let states = |out: &str, state: &str| out.lines().filter(|line| line.starts_with(&format!("{state}\t"))).count();

    let before = migrate("status").await;
    let all = states(&before, "pending");
    assert!(all > 0 && states(&before, "applied") == 0, "{before}");
    assert_eq!(states(&migrate("up").await, "applied"), all);
    assert_eq!(states(&migrate("up").await, "applied"), all, "once is enough");
    assert_eq!(states(&migrate("down").await, "pending"), 1);
    let steps = all.to_string();
    let down = done(on(folder.path(), &["migrate", "down", "--steps", &steps])).await;
    assert_eq!(states(&down, "pending"), all, "{down}");
    assert_eq!(migrate("status").await, before);
}

#[tokio::test]
async fn production_serves_only_what_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let production = |arguments: &[&str]| {
        let mut command = on(folder.path(), arguments);
        command.env("TONGXIN_ENV", "production").env("TONGXIN_LISTEN", "127.0.0.1:0");
        command
    };
    let err = refused(production(&["serve"])).await;
    assert!(err.contains("tongxin migrate up"), "{err}");
    done(production(&["migrate", "up"])).await;
    let err = refused(production(&["serve"])).await;
    assert!(err.contains("TONGXIN_JWT_KEYS"), "{err}");
    let err = refused(production(&["token", "--account", "resident"])).await;
    assert!(err.contains("only in demo and development"), "{err}");
}

#[tokio::test]
async fn the_schema_is_the_committed_one() {
    let committed = fs::read_to_string(format!("{HOME}/schema.graphql")).unwrap();
    assert!(done(tongxin(&["schema"])).await == committed, "`tongxin schema` differs from schema.graphql");
}

#[tokio::test]
async fn policies_are_checked_shown_and_explained() {
    let policies = format!("{HOME}/policies");
    assert_eq!(done(tongxin(&["policy", "check"])).await, "ok\n");
    assert_eq!(done(tongxin(&["policy", "check", &policies])).await, "ok\n");
    let matrix = done(tongxin(&["policy", "matrix"])).await;
    let committed = fs::read_to_string(format!("{HOME}/docs/authority.md")).unwrap();
    assert!(matrix == committed, "`tongxin policy matrix` differs from docs/authority.md");
    assert!(done(tongxin(&["policy", "matrix", &policies])).await == committed);

    let explained = done(tongxin(&["policy", "explain", "community_secretary", "acceptClaim", "own"])).await;
    assert!(explained.contains("claims.csv:"), "{explained}");
    for wrong in [["mayor", "acceptClaim", "own"], ["resident", "obey", "own"], ["resident", "acceptClaim", "near"]] {
        let err = refused(tongxin(&["policy", "explain", wrong[0], wrong[1], wrong[2]])).await;
        assert!(err.contains("there is no "), "{err}");
    }
}

#[tokio::test]
async fn broken_policies_are_refused_by_line_and_never_applied() {
    let folder = tempfile::tempdir().unwrap();
    let broken = copy_policies(folder.path());
    let claims = broken.join("claims.csv");
    let lines = fs::read_to_string(&claims).unwrap();
    fs::write(&claims, format!("{lines}p, mayor, claim, claimServiceItem, own, allow\n")).unwrap();
    let named = format!("claims.csv:{}", lines.lines().count() + 1);
    let err = refused(tongxin(&["policy", "check", text(&broken)])).await;
    assert!(err.contains(&named), "{named}: {err}");

    done(on(folder.path(), &["migrate", "up"])).await;
    let err = refused(on(folder.path(), &["policy", "apply", text(&broken)])).await;
    assert!(err.contains(&named), "{named}: {err}");
    assert_eq!(done(on(folder.path(), &["policy", "apply"])).await, "version 1 is in force\n");
}

/// A copy of the policies in a folder, to change.
pub fn copy_policies(folder: &Path) -> std::path::PathBuf {
    let copy = folder.join("policies");
    fs::create_dir(&copy).unwrap();
    for file in fs::read_dir(format!("{HOME}/policies")).unwrap().map(Result::unwrap) {
        if file.file_type().unwrap().is_file() {
            fs::copy(file.path(), copy.join(file.file_name())).unwrap();
        }
    }
    copy
}

#[tokio::test]
async fn divisions_are_imported_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.csv");
    fs::write(
        &bad,
        "code,level,name,parent\n6107,city,陕西省汉中市,\n610702,district,汉台区,6107\n610702001,street,,610702\n\
         610702002,street,东大街街道,610799\n610702002001,community,某某社区,610702002\n61070200,street,短街道,610702\n\
         610702,district,又一汉台区,6107\n",
    )
    .unwrap();
    let err = refused(on(folder.path(), &["import", "divisions", text(&bad)])).await;
    for line in [4, 5, 7, 8] {
        assert!(err.contains(&format!("bad.csv:{line}:")), "line {line} of\n{err}");
    }
    assert!(err.contains("nothing was kept"), "{err}");

    let good = format!("{}/data/divisions/hantai.csv", env!("CARGO_MANIFEST_DIR"));
    let rows = fs::read_to_string(&good).unwrap().lines().count() - 1;
    let import = || done(on(folder.path(), &["import", "divisions", &good]));
    assert_eq!(import().await, format!("read {rows}, new {rows}, changed 0\n"), "nothing was there before");
    assert_eq!(import().await, format!("read {rows}, new 0, changed 0\n"));

    let err = refused(on(folder.path(), &["import", "divisions", "/nowhere.csv"])).await;
    assert!(err.contains("/nowhere.csv"), "{err}");
}
