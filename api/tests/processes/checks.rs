//! `tongxin check` before the start: what it tells is what the start then does.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use chrono::TimeDelta;
use sea_orm::{ActiveValue::Set, ConnectionTrait as _, EntityTrait as _};
use sha2::{Digest as _, Sha256};
use tongxin::cli::check::{Findings, Weight, compare_clocks};
use tongxin_entity::policy_bundle;
use tongxin_kernel::clock::Clock;
use tongxin_policies::PolicySource;

use crate::{
    commands::{done, on},
    program::{Ended, after, run, text, tongxin},
    town::{Town, fill_file, open_file, serve, serving},
};

/// `tongxin check` in the place of `tongxin serve`.
pub fn check(serve: &Command) -> Command {
    let mut command = tongxin(&["check"]);
    command.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

/// The lines with this mark, without it; every one in both languages.
fn lines(Ended { out, .. }: &Ended, mark: &str) -> Vec<String> {
    let all = out.lines().map(|line| line.split_once(' ').unwrap_or_else(|| panic!("{out}"))).collect::<Vec<_>>();
    for (found, line) in &all {
        assert!(["✓", "!", "✗"].contains(found) && line.contains('：') && line.contains(" · "), "{found} {line}");
    }
    all.into_iter().filter(|(found, _)| *found == mark).map(|(_, line)| line.to_owned()).collect()
}

/// What the start would be refused for is told, and the start is refused for that.
async fn stopped(name: &str, serve: Command, told: &str) {
    let checked = run(check(&serve)).await;
    assert_eq!(checked.code, Some(1), "{name}: {checked:?}");
    let wrong = lines(&checked, "✗");
    assert!(wrong.iter().any(|line| line.contains(told)), "{name}: {checked:?}");
    assert!(checked.err.contains(&format!("the start is stopped by {} of these", wrong.len())), "{name}: {checked:?}");
    let started = run(serve).await;
    assert_eq!(started.code, Some(1), "{name}: {started:?}");
    let why = started.err.lines().last().unwrap_or_default();
    let is_said = |line: &String| {
        let (_, en) = line.split_once(" · ").unwrap();
        let (_, en) = en.split_once(": ").unwrap();
        started.err.contains(en) || en.contains(why)
    };
    assert!(wrong.iter().any(is_said), "{name}: {wrong:?} and {started:?}");
}

/// What does not stop it is told, and it starts.
async fn starts(name: &str, serve: Command, told: &[&str]) {
    let checked = run(check(&serve)).await;
    assert_eq!(checked.code, Some(0), "{name}: {checked:?}");
    let worth = lines(&checked, "!");
    for told in told {
        assert!(worth.iter().any(|line| line.contains(told)), "{name}: {told} in {checked:?}");
    }
    assert_eq!(worth.len(), told.len(), "{name}: {checked:?}");
    let (program, _) = serving(serve).await;
    program.kill().await;
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let mut names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    names.sort();
    names
}

/// In production, with keys of an issuer.
fn in_production(folder: &Path, keys: &Path) -> Command {
    let mut command = serve(folder);
    command.env("TONGXIN_ENV", "production").env("TONGXIN_JWT_KEYS", keys);
    command
}

async fn migrated() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    done(on(folder.path(), &["migrate", "up"])).await;
    folder
}

async fn keys_of_an_issuer(folder: &Path) -> PathBuf {
    let [private, public] = ["signer.jwk", "jwks.json"].map(|name| folder.join(name));
    done(tongxin(&["token", "key", "--private", text(&private), "--public", text(&public)])).await;
    public
}

async fn execute(folder: &Path, sql: &str) {
    let db = open_file(folder).await;
    db.execute_unprepared(sql).await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_database_that_is_not_of_this_build_stops_the_start() {
    let elsewhere = tempfile::tempdir().unwrap();
    let keys = keys_of_an_issuer(elsewhere.path()).await;
    let empty = tempfile::tempdir().unwrap();
    let none = in_production(empty.path(), &keys);
    stopped("no database", none, "tongxin migrate up").await;
    assert!(names(empty.path()).is_empty(), "nothing is made");
    let behind = migrated().await;
    done(on(behind.path(), &["migrate", "down"])).await;
    stopped("behind", in_production(behind.path(), &keys), "is not current").await;
    for (version, told) in [("m2999_of_a_later_release", "is newer"), ("m20261123_000001_regions", "before the first")]
    {
        let folder = migrated().await;
        execute(folder.path(), &format!("INSERT INTO seaql_migrations VALUES ('{version}', 0)")).await;
        stopped(version, in_production(folder.path(), &keys), told).await;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tongxin.sqlite"), "something else").unwrap();
    stopped("no database at all", in_production(folder.path(), &keys), "the database cannot be used").await;
}

#[tokio::test]
async fn keys_settings_and_policies_that_are_wrong_stop_the_start() {
    let folder = migrated().await;
    let folder = folder.path();
    let mut command = serve(folder);
    command.env("TONGXIN_ENV", "production");
    stopped("no issuer", command, "no issuer of tokens is configured").await;
    stopped("no keys", in_production(folder, Path::new("/nowhere.json")), "cannot read the keys in /nowhere.json")
        .await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let calendar = folder.join("calendar.csv");
    fs::write(&calendar, "no day\n").unwrap();
    for (name, value, told) in [
        ("TONGXIN_LISTEN", &*address, "cannot listen on"),
        ("TONGXIN_METRICS_LISTEN", &address, "cannot listen on"),
        ("TONGXIN_LISTNE", &address, "TONGXIN_LISTNE"),
        ("TONGXIN_CALENDAR_FILE", text(&calendar), "calendar.csv"),
        ("REDIS_URL", "nonsense", "is not the URL of a Redis"),
        ("TONGXIN_DATA_DIR", "/dev/null/data", "takes no files"),
    ] {
        let mut command = serve(folder);
        command.env(name, value);
        stopped(name, command, told).await;
    }
    // All that is wrong with the settings, and not the first alone.
    let mut command = serve(folder);
    command.env("TONGXIN_LISTEN", "nowhere").env("TONGXIN_LOG_LEVEL", "info,=,").env("TONGXIN_LIMITS_DEPTH", "0");
    let checked = run(check(&command)).await;
    assert_eq!(lines(&checked, "✗").len(), 3, "{checked:?}");
    stopped("three settings", command, "limits.depth").await;
    fs::write(folder.join("sealing-keys.json"), "{").unwrap();
    stopped("sealing keys", serve(folder), "not a valid JWK set").await;
}

#[tokio::test]
async fn policies_that_are_broken_or_of_another_build_stop_the_start() {
    let embedded = PolicySource::embedded().to_bundle();
    let line = "p, community_worker, service_item, draftServiceItem, own, allow";
    let without_effect = "p, department_officer, person, readCheckIn, addressed, allow";
    for (name, body, digest, told) in [
        ("tampered", embedded.clone(), Some("0".repeat(64)), "does not have its digest"),
        ("faulty", embedded.replace(line, "p, mayor, person, readPerson, own, allow"), None, "mayor"),
        ("without effect", embedded.replace(line, &format!("{line}\n{without_effect}")), None, "service_items.csv:"),
        ("of an older build", embedded.replace(line, ""), None, "no line speaks of draftServiceItem"),
    ] {
        let folder = migrated().await;
        let db = open_file(folder.path()).await;
        let bundle = policy_bundle::ActiveModel {
            version: Set(1),
            digest: Set(digest.unwrap_or_else(|| hex::encode(Sha256::digest(&body)))),
            body: Set(body),
            applied_at: Set(Clock::system().now()),
            applied_by: Set("test".to_owned()),
        };
        policy_bundle::Entity::insert(bundle).exec_without_returning(&db).await.unwrap();
        db.close().await.unwrap();
        stopped(name, serve(folder.path()), told).await;
    }
}

#[tokio::test]
async fn what_does_not_stop_the_start_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let checked = run(check(&serve(path))).await;
    assert!(names(path).is_empty(), "nothing is made: {checked:?}");
    starts("nothing yet", serve(path), &["SQLite file yet", "sealing-keys.json yet", "signing-key.json yet"]).await;
    starts("all there", serve(path), &[]).await;
    let mut command = serve(path);
    command.env("REDIS_URL", "redis://127.0.0.1:1");
    command.env("TONGXIN_ISSUERS", r#"[{iss="https://id.example",keys="http://127.0.0.1:1/jwks",subject="linked"}]"#);
    starts("others down", command, &["it does not answer", "http://127.0.0.1:1/jwks cannot be had"]).await;
    fs::write(path.join("none.json"), r#"{"keys": []}"#).unwrap();
    let mut command = serve(path);
    command.env("TONGXIN_JWT_KEYS", path.join("none.json"));
    starts("no key", command, &["holds no usable key"]).await;
    fs::set_permissions(path.join("sealing-keys.json"), fs::Permissions::from_mode(0o644)).unwrap();
    starts("open to others", serve(path), &["make its mode 0600"]).await;
    fs::set_permissions(path.join("sealing-keys.json"), fs::Permissions::from_mode(0o600)).unwrap();
    // Beside the service that runs by the same settings: there a second could not listen.
    let (mut program, address) = serving(serve(path)).await;
    let figures = after(&program.logged("metrics=").await, "metrics=").to_owned();
    let mut again = check(&serve(path));
    again.env("TONGXIN_LISTEN", &address).env("TONGXIN_METRICS_LISTEN", figures);
    let checked = run(again).await;
    assert_eq!(checked.code, Some(0), "{checked:?}");
    let worth = lines(&checked, "!");
    assert!(worth.len() == 2 && worth.iter().all(|line| line.contains("a service runs at")), "{worth:?}");
    // Another that has one of them alone is somebody else's.
    let mut elsewhere = serve(path);
    elsewhere.env("TONGXIN_LISTEN", &address);
    stopped("somebody else", elsewhere, "cannot listen on").await;
    program.kill().await;
}

#[tokio::test]
async fn numbers_that_would_not_open_any_more_are_told() {
    let folder = tempfile::tempdir().unwrap();
    fill_file(folder.path()).await.close().await.unwrap();
    starts("with its keys", serve(folder.path()), &[]).await;
    fs::remove_file(folder.path().join("sealing-keys.json")).unwrap();
    starts("without", serve(folder.path()), &["sealing-keys.json yet", "phone numbers of the database do not open"])
        .await;
    starts("with others", serve(folder.path()), &["phone numbers of the database do not open"]).await;
}

#[tokio::test]
async fn a_postgresql_is_looked_at_with_its_clock() {
    let Some(town) = Town::found().await else { return };
    starts("a town", town.serve(), &[]).await;
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut away = town.serve();
    away.env("DATABASE_URL", town.url_by(&nobody.to_string()));
    stopped("away", away, "the database cannot be used").await;

    for (by, told) in [(3, None), (-3, None), (8, Some("s behind ours")), (-8, Some("s ahead of ours"))] {
        let mut findings = Findings::told_by(|_| {});
        let ours = Clock::manual(Clock::system().now() + TimeDelta::seconds(by));
        compare_clocks(&town.db, &ours, &mut findings).await;
        let [clock] = findings.all() else { panic!("{:?}", findings.all()) };
        let weight = if told.is_some() { Weight::Worth } else { Weight::Right };
        assert!(clock.weight == weight && clock.what.en.contains(told.unwrap_or("within 5 s")), "{clock:?}");
        assert!(findings.are_clear(), "a wrong clock stops nothing");
    }
    town.alter("SET default_transaction_read_only = on").await;
    let checked = run(check(&town.serve())).await;
    assert!(checked.code == Some(0) && lines(&checked, "!")[0].contains("only read"), "{checked:?}");
    town.alter("RESET default_transaction_read_only").await;
    town.leave().await;
}
