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

pub async fn refused(command: Command) -> String {
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
#[case::no_place_for_figures("TONGXIN_METRICS_LISTEN", "9464", "metrics_listen")]
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
        command.env("TONGXIN_METRICS_LISTEN", "127.0.0.1:0");
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
    let people = broken.join("people.csv");
    let lines = fs::read_to_string(&people).unwrap();
    let named = format!("people.csv:{}", lines.lines().count() + 1);
    done(on(folder.path(), &["migrate", "up"])).await;
    for line in [
        "p, mayor, person, readPerson, own, allow",
        // Nothing of a person tells whom it concerns: whoever reads would see it all the same.
        "p, district_officer, person, readPerson, involved, deny",
        "p, department_officer, person, readCheckIn, addressed, allow",
        "p, street_officer, *, judge, involved, deny",
        "h, resident, UNIT, community, own",
        "h, unit_liaison, CLUB, community, nobody",
        "h, unit_liaison, UNIT, community, nobody",
    ] {
        fs::write(&people, format!("{lines}{line}\n")).unwrap();
        let err = refused(tongxin(&["policy", "check", text(&broken)])).await;
        assert!(err.contains(&named), "{line}: {err}");
        let err = refused(on(folder.path(), &["policy", "apply", text(&broken)])).await;
        assert!(err.contains(&named), "{line}: {err}");
    }
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
    done(on(folder.path(), &["migrate", "up"])).await;
    fs::write(
        &bad,
        "code,level,name,parent\n6107,city,陕西省汉中市,\n610702,district,汉台区,6107\n610702001,street,,610702\n\
         610702002,street,东大街街道,610799\n610702002001,community,某某社区,610702002\n61070200,street,短街道,610702\n\
         610702,district,又一汉台区,6107\n,,,,\n\n",
    )
    .unwrap();
    let err = refused(on(folder.path(), &["import", "divisions", text(&bad)])).await;
    for line in [4, 5, 7, 8] {
        assert!(err.contains(&format!("bad.csv:{line}:")), "line {line} of\n{err}");
    }
    assert!(err.ends_with("4 rows refused; nothing was kept\n"), "{err}");

    let good = format!("{}/data/divisions/hantai.csv", env!("CARGO_MANIFEST_DIR"));
    let rows = fs::read_to_string(&good).unwrap().lines().count() - 1;
    let import = || done(on(folder.path(), &["import", "divisions", &good]));
    assert_eq!(import().await, format!("read {rows}, new {rows}, changed 0\n"), "nothing was there before");
    assert_eq!(import().await, format!("read {rows}, new 0, changed 0\n"));

    let err = refused(on(folder.path(), &["import", "divisions", "/nowhere.csv"])).await;
    assert!(err.contains("/nowhere.csv"), "{err}");
}

#[tokio::test]
async fn what_an_import_refuses_or_doubts_is_listed_and_counted_by_rows() {
    let folder = tempfile::tempdir().unwrap();
    done(on(folder.path(), &["migrate", "up"])).await;
    let file = folder.path().join("city.csv");
    let city = "code,level,name,parent\n3608,city,吉安市,\n360824,district,新干县,3608\n";
    let import = || on(folder.path(), &["import", "divisions", text(&file)]);
    let rows = |row: fn(usize) -> String| (0..1_200).map(row).collect::<String>();

    // Each has three faults.
    fs::write(&file, format!("{city}{}", rows(|n| format!("36{n:05},town,,\n")))).unwrap();
    let err = refused(import()).await;
    assert!(err.ends_with("city.csv: and 200 more\n1200 rows refused; nothing was kept\n"), "{err}");
    assert!(err.contains("city.csv:1003: the code has 7 digits") && !err.contains("city.csv:1004:"), "{err}");
    assert_eq!(err.lines().count(), 1_003, "the line of the log that names the operator, too");

    let streets = (0..12).map(|n| format!("360824{n:03},street,某街道,360824\n")).collect::<String>();

    fs::write(
        &file,
        format!(
            "{city}{streets}{}",
            rows(|n| { format!("360824{:03}{:03},community,麦?村,360824{0:03}\n", n / 100, n % 100) })
        ),
    )
    .unwrap();
    let ended = run(import()).await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), "read 1214, new 1214, changed 0\n"), "{ended:?}");
    assert!(ended.err.ends_with("city.csv: and 200 more\n1200 rows taken with a warning\n"), "{ended:?}");
    assert!(ended.err.contains(&format!("\n{}:16: warning: the name \"麦?村\" holds a question mark", text(&file))));
    assert_eq!(ended.err.lines().count(), 1_003);

    fs::write(&file, "name,code\n吉安市,3608\n").unwrap();
    let err = refused(import()).await;
    assert!(err.ends_with("no row was read; nothing was kept\n"), "{err}");
    fs::write(&file, format!("{city}360824100,street,\u{200b},360824\n")).unwrap();
    assert!(refused(import()).await.ends_with("\n1 row refused; nothing was kept\n"));
}
