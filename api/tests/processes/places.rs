//! Which database a command works on, what it makes there, and who may read that.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use sea_orm::{ConnectionTrait as _, Statement};
use tongxin_kernel::store;

use crate::{
    commands::{done, on, refused},
    demo::{Demo, name_of},
    program::{quiet, run, text, tongxin},
    town::{POOL, Town, serve, serving},
};

const CSV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/divisions/hantai.csv");

fn sqlite(file: &Path) -> String {
    store::file_url(file)
}

#[tokio::test]
async fn what_works_on_a_database_neither_makes_nor_migrates_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let import = || on(folder.path(), &["import", "divisions", CSV, "--data-dir", text(&data)]);
    let apply = || on(folder.path(), &["policy", "apply", "--data-dir", text(&data)]);
    let in_production = || {
        let mut command = serve(&data);
        command.env("TONGXIN_ENV", "production");
        command
    };
    let migrate =
        |arguments: &[&str]| on(folder.path(), &[&["migrate"], arguments, &["--data-dir", text(&data)]].concat());
    let all_refuse = async || {
        for command in [import(), apply(), in_production()] {
            let err = refused(command).await;
            assert!(err.contains(&format!("`tongxin migrate up --data-dir {}` first", text(&data))), "{err}");
        }
    };

    all_refuse().await;
    assert!(!done(migrate(&["status"])).await.contains("applied"));
    done(migrate(&["down"])).await;
    assert!(!data.exists(), "nothing is made");

    done(migrate(&["up"])).await;
    let before = done(migrate(&["down"])).await;
    assert_eq!(before.matches("pending").count(), 1);
    all_refuse().await;
    assert_eq!(done(migrate(&["status"])).await, before, "nothing is migrated");

    done(migrate(&["up"])).await;
    assert!(done(import()).await.starts_with("read 239, new 239"));
    done(apply()).await;

    let db = store::connect(&sqlite(&data.join("tongxin.sqlite")), &POOL).await.unwrap();
    db.execute_unprepared("INSERT INTO seaql_migrations VALUES ('m2999_of_a_later_release', 0)").await.unwrap();
    db.close().await.unwrap();
    for command in [import(), apply(), in_production(), serve(&data)] {
        let err = refused(command).await;
        assert!(err.contains("newer than this program"), "{err}");
    }
}

#[tokio::test]
async fn counts_are_checked_against_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let at = |arguments: &[&str]| on(folder.path(), &[arguments, &["--data-dir", text(&data)]].concat());
    drop(Demo::of(at(&["demo", "--port", "0"])).await);
    assert_eq!(done(at(&["check", "tallies"])).await, "tallies: all as counted anew\n");
    let db = store::connect(&sqlite(&data.join("tongxin.sqlite")), &POOL).await.unwrap();
    let more = "UPDATE tally_state SET n = n + 2 WHERE kind = 'claim' AND status = 'SUBMITTED'";
    assert!(db.execute_unprepared(more).await.unwrap().rows_affected() > 0);
    db.close().await.unwrap();
    let err = refused(at(&["check", "tallies"])).await;
    assert!(err.contains("counts differ from the rows"), "{err}");
}

#[tokio::test]
async fn a_database_of_before_the_first_release_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let at = |arguments: &[&str]| on(folder.path(), &[arguments, &["--data-dir", text(&data)]].concat());
    done(at(&["migrate", "up"])).await;
    let file = sqlite(&data.join("tongxin.sqlite"));
    let db = store::connect(&file, &POOL).await.unwrap();
    db.execute_unprepared("INSERT INTO seaql_migrations VALUES ('m20261123_000001_regions', 0)").await.unwrap();
    db.close().await.unwrap();
    let everything = fs::read(data.join("tongxin.sqlite")).unwrap();
    let import = at(&["import", "divisions", CSV]);
    for command in
        [at(&["migrate", "up"]), at(&["migrate", "down"]), import, serve(&data), at(&["demo", "--port", "0"])]
    {
        let err = refused(command).await;
        assert!(err.contains("made before the first release"), "{err}");
    }
    assert_eq!(fs::read(data.join("tongxin.sqlite")).unwrap(), everything, "nothing is touched");
    drop(Demo::of(at(&["demo", "--port", "0", "--fresh"])).await);
}

#[tokio::test]
async fn a_database_of_others_is_migrated_by_nobody_but_migrate() {
    let Some(town) = Town::found().await else { return };
    let schema = |word: &str| format!("{word} SCHEMA public");
    for word in ["DROP SCHEMA public CASCADE", &schema("CREATE")] {
        town.db.execute_unprepared(word).await.unwrap();
    }
    let folder = town.folder.path();
    let on_it = |arguments: &[&str]| {
        let mut command = on(folder, arguments);
        command.env("DATABASE_URL", &town.url);
        command
    };
    for command in [on_it(&["import", "divisions", CSV]), on_it(&["policy", "apply"]), town.serve()] {
        let err = refused(command).await;
        assert!(err.contains("run `tongxin migrate up` first"), "{err}");
    }
    assert!(!done(on_it(&["migrate", "status"])).await.contains("applied"));
    let count = Statement::from_string(
        town.db.get_database_backend(),
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
    );
    let tables: i64 = town.db.query_one_raw(count).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    assert_eq!(tables, 0, "nothing is written");

    done(on_it(&["migrate", "up"])).await;
    assert!(done(on_it(&["import", "divisions", CSV])).await.starts_with("read 239, new 239"));
    let (program, _) = serving(town.serve()).await;
    assert!(!program.err().contains("already exists"), "{}", program.err());
    drop(program);
    town.leave().await;
}

#[tokio::test]
async fn the_demo_keeps_to_itself_unless_told() {
    let folder = tempfile::tempdir().unwrap();
    let (mine, theirs) = (folder.path().join("mine"), folder.path().join("theirs.sqlite"));
    let exported = |arguments: &[&str]| {
        let mut command = tongxin(&[arguments, &["--data-dir", text(&mine)]].concat());
        command.env("DATABASE_URL", sqlite(&theirs)).env("TONGXIN_DATABASE_URL", sqlite(&theirs));
        command.env("REDIS_URL", "redis://127.0.0.1:1").env("TONGXIN_JWT_KEYS", "/nowhere/jwks.json");
        command
    };
    let demo = Demo::of(exported(&["demo", "--port", "0"])).await;
    for ignored in ["DATABASE_URL", "REDIS_URL", "TONGXIN_JWT_KEYS"] {
        assert!(demo.program.err().contains(&format!("({ignored})")), "{}", demo.program.err());
    }
    let resident = name_of(&demo.client("resident")).await;
    let ended = run(exported(&["token", "--account", "resident"])).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(name_of(&demo.with(ended.out.trim())).await, resident);
    let ended = run(exported(&["import", "divisions", CSV])).await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), "read 239, new 239, changed 0\n"), "{ended:?}");
    assert!(ended.err.contains("DATABASE_URL"), "{ended:?}");
    assert!(!theirs.exists(), "nobody went there");
    demo.program.kill().await;

    let told = ["--database", &sqlite(&theirs)];
    let demo = Demo::of(exported(&[&["demo", "--port", "0"], &told[..]].concat())).await;
    assert!(theirs.exists());
    let ended = run(exported(&[&["token", "--account", "resident"], &told[..]].concat())).await;
    assert_eq!(name_of(&demo.with(ended.out.trim())).await, resident, "the same invented person, in another city");
    let ended = run(exported(&[&["import", "divisions", CSV], &told[..]].concat())).await;
    assert_eq!(ended.out, "read 239, new 239, changed 0\n", "{ended:?}");
    demo.program.kill().await;
}

/// The command, under a mask that takes nothing away.
fn unmasked(command: &Command) -> Command {
    let mut bash = Command::new("bash");
    bash.args(["-c", "umask 000; exec \"$0\" \"$@\"", text(Path::new(command.get_program()))]).args(command.get_args());
    quiet(&mut bash);
    bash.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    bash
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn all_are_private(folder: &Path, at_least: &[&str]) {
    assert_eq!(mode(folder), 0o700);
    let names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    for name in at_least {
        assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
    }
    for name in names {
        assert_eq!(mode(&folder.join(&name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn what_is_made_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database = ["tongxin.sqlite", "tongxin.sqlite-wal", "tongxin.sqlite-shm"];
    for (name, arguments) in [("demo", &["demo", "--port", "0"][..]), ("fresh", &["demo", "--port", "0", "--fresh"])] {
        let data = folder.path().join(name);
        let demo = Demo::of(unmasked(&tongxin(&[arguments, &["--data-dir", text(&data)]].concat()))).await;
        all_are_private(&data, &database);
        demo.program.kill().await;
    }
    let data = folder.path().join("serve");
    let (program, _) = serving(unmasked(&serve(&data))).await;
    all_are_private(&data, &database);
    drop(program);
    let data = folder.path().join("migrate");
    done(unmasked(&on(&data, &["migrate", "up"]))).await;
    all_are_private(&data, &database[..1]);
    let named = folder.path().join("named.sqlite");
    let mut command = on(&data, &["migrate", "up"]);
    command.env("DATABASE_URL", sqlite(&named));
    done(unmasked(&command)).await;
    assert_eq!(mode(&named), 0o600);
}

#[tokio::test]
async fn what_was_there_keeps_its_mode_and_is_complained_of() {
    let folder = tempfile::tempdir().unwrap();
    done(on(folder.path(), &["migrate", "up"])).await;
    let file = folder.path().join("tongxin.sqlite");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o750)).unwrap();
    let (mut program, _) = serving(serve(folder.path())).await;
    let complaint = program.logged("can be read by others").await;
    assert!(complaint.contains("tongxin.sqlite"), "{complaint}");
    assert_eq!((mode(folder.path()), mode(&file)), (0o750, 0o640));
}
