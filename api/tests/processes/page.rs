//! `docs/district.md`, its commands run as they stand: from an empty database to a working district, and back from a backup.

use std::{fs, path::Path, process::Command, time::Duration};

use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, Statement};
use tongxin_entity::audit_entry;
use tongxin_kernel::store;

use crate::{
    program::{Ended, Program, quiet, text},
    town::POOL,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// How long all of it may take, to the end of whatever it started.
const LIMIT: u64 = 300;

fn read(name: &str) -> String {
    fs::read_to_string(format!("{ROOT}/{name}")).unwrap()
}

/// What is to be typed, and on which database: `sh` on each, `sh sqlite` and `sh postgresql` on one, `sql` at its end.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(what), None) => open = Some((what.to_owned(), String::new())),
            (None, Some((_, block))) => *block += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    assert!(open.is_none() && !blocks.is_empty());
    blocks
}

/// Whatever the page starts ends with it, also where the page is not true.
const ENDS: &str = "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n";

/// Everything for this database, one after the other.
fn script(database: &str) -> String {
    let blocks = blocks(&read("docs/district.md")).into_iter();
    let of_it = blocks.filter(|(what, _)| what == "sh" || *what == format!("sh {database}"));
    of_it.fold(ENDS.to_owned(), |all, (_, block)| all + block.as_str())
}

/// Runs the page in a folder of its own. Nobody else listens where its service does.
async fn run_page(database: &str, folder: &Path, urls: &[(&str, &str)]) -> Ended {
    let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut command = Command::new("timeout");
    quiet(&mut command);
    command.args([&LIMIT.to_string(), "bash", "-euo", "pipefail", "-c", &script(database)]).current_dir(folder);
    let binary = Path::new(env!("CARGO_BIN_EXE_tongxin")).parent().unwrap();
    command.env("PATH", format!("{}:{}", text(binary), std::env::var("PATH").unwrap()));
    command
        .env("SHARE", format!("{ROOT}/api/data"))
        .env("TONGXIN_LISTEN", free())
        .env("TONGXIN_METRICS_LISTEN", free());
    command.envs(urls.iter().copied());
    Program::start(command).ended(Duration::from_secs(LIMIT + 30)).await
}

/// That the district works, and works again from its backup.
fn it_works(Ended { code, out, err }: &Ended) {
    assert_eq!(*code, Some(0), "{out}\n{err}");
    assert!(!out.contains("\"errors\"") && !out.contains("✗"), "{out}");
    assert!(out.contains(r#"{"me":{"name":"张示范","posts":[{"role":"district_secretary""#), "{out}");
    let published = r#"{"title":"楼道照明改造","status":"PUBLISHED"}"#;
    let (before, after) = out.split_once("\nready\n").unwrap().1.split_once("\nready\n").unwrap();
    assert!(before.contains(published) && after.contains(published), "before the backup and after: {out}");
    assert_eq!(out.matches("✓ 启动").count(), 2, "looked at before each start: {out}");
    // A missing key, or a wrong one, would be told.
    assert_eq!(out.lines().filter(|line| line.starts_with("! 密钥")).count(), 0, "{out}");
}

/// Who did it stands in the audit, and what the page asks the database is answered.
async fn is_kept(url: &str, acts: &[&str]) {
    let db = store::connect(url, &POOL).await.unwrap();
    for action in acts {
        let entries = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq(*action));
        let entry = entries.one(&db).await.unwrap().unwrap_or_else(|| panic!("no {action}"));
        assert!(entry.actor_id.starts_with("operator:王运维 ("), "{entry:?}");
    }
    for (_, sql) in blocks(&read("docs/district.md")).into_iter().filter(|(what, _)| what == "sql") {
        db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    }
    db.close().await.unwrap();
}

const ACTS: [&str; 5] = ["migrateUp", "applyPolicy", "importDivisions", "setUp", "importFacts"];

#[test]
fn both_languages_say_the_same_commands_in_ten_steps() {
    let [en, zh] = ["docs/district.md", "docs/district.zh-CN.md"].map(read);
    assert_eq!(blocks(&en), blocks(&zh));
    for page in [&en, &zh] {
        let steps = page.lines().filter_map(|line| line.strip_prefix("**")?.split_once(".**")?.0.parse::<u32>().ok());
        assert_eq!(steps.collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
    }
    let known = ["sh", "sh sqlite", "sh postgresql", "sql"];
    assert!(blocks(&en).iter().all(|(what, _)| known.contains(&what.as_str())), "nothing that nobody runs");
    assert!(
        read("README.md").contains("(docs/district.md)")
            && read("README.zh-CN.md").contains("(docs/district.zh-CN.md)")
    );
}

#[tokio::test]
async fn the_page_is_true_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    it_works(&run_page("sqlite", folder.path(), &[]).await);
    let url = |data: &str| store::file_url(&folder.path().join(data).join("tongxin.sqlite"));
    is_kept(&url("data"), &[&ACTS[..], &["backUp"]].concat()).await;
    is_kept(&url("restored"), &ACTS).await;
}

#[tokio::test]
async fn the_page_is_true_on_postgresql() {
    let Ok(server) = std::env::var("TONGXIN_TEST_POSTGRES") else {
        return eprintln!("skipped: TONGXIN_TEST_POSTGRES names no PostgreSQL");
    };
    if Command::new("pg_dump").arg("--version").output().is_err() {
        return eprintln!("skipped: pg_dump is not installed");
    }
    let admin = store::connect(&server, &POOL).await.unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    let names = ["page", "restored"].map(|what| format!("tongxin_{what}_{}", uuid::Uuid::now_v7().simple()));
    for name in &names {
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    }
    let [here, restored] = names.each_ref().map(|name| format!("{base}/{name}"));
    let folder = tempfile::tempdir().unwrap();
    let urls = [("DATABASE_URL", here.as_str()), ("RESTORED_URL", restored.as_str())];
    it_works(&run_page("postgresql", folder.path(), &urls).await);
    assert!(!folder.path().join("data/tongxin.sqlite").exists(), "nothing of it is in a file");
    is_kept(&here, &ACTS).await;
    is_kept(&restored, &ACTS).await;
    for name in &names {
        admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    }
}
