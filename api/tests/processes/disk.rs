//! The disk under the SQLite file is full, and then it is not.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use serde_json::Value;

use crate::{
    client::Client,
    program::{PATIENCE, eventually, text},
    town::{DRAFT, account, fill_file, item, open_file, serve, serving},
};

/// Far more than is needed to fill what is left.
const MANY: usize = 2_000;

/// A file system of its own, small and in memory.
pub struct Disk {
    pub at: tempfile::TempDir,
}

impl Disk {
    /// Where this is permitted.
    pub fn mount() -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=96m", "none", text(at.path())]).stderr(Stdio::null());
        if !mount.status().is_ok_and(|status| status.success()) {
            eprintln!("skipped: no file system may be mounted here");
            return None;
        }
        Some(Self { at })
    }

    fn ballast(&self) -> PathBuf {
        self.at.path().join("ballast")
    }

    /// Takes all the room there is but for so much.
    pub fn fill(&self, but: u64) {
        let mut ballast = fs::File::create(self.ballast()).unwrap();
        while ballast.write_all(&[0; 4096]).is_ok() {}
        let taken = ballast.metadata().unwrap().len();
        ballast.set_len(taken - but).unwrap();
    }

    pub fn clear(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l", text(self.at.path())]).status();
    }
}

async fn count(db: &DatabaseConnection, sql: &str) -> i64 {
    let row = Statement::from_string(db.get_database_backend(), sql);
    db.query_one_raw(row).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// Drafts until one is refused for want of room; how many were kept.
async fn until_refused(secretary: &Client) -> usize {
    let mut content = item("写满磁盘", 1);
    content["description"] = Value::from("满".repeat(4_000));
    for kept in 0..MANY {
        let answer = secretary.ask(DRAFT, content.clone()).await;
        if answer.status != 200 || answer.body.get("errors").is_some() {
            answer.is_unavailable();
            return kept;
        }
    }
    panic!("{MANY} drafts and room for more");
}

/// What must hold when nothing can be written, and then when it can again.
async fn goes_through_it(folder: &Path, address: &str, make_room: impl FnOnce()) {
    let db = open_file(folder).await;
    let secretary = account(&db, folder, address, "community-secretary").await;
    let (drafts, audits) = (
        "SELECT count(*) FROM service_item WHERE title = '写满磁盘'",
        "SELECT count(*) FROM audit_entry WHERE action = 'draftServiceItem' AND outcome = 'ALLOWED' AND subject_id IN \
         (SELECT id FROM service_item WHERE title = '写满磁盘')",
    );
    let kept = until_refused(&secretary).await;
    println!("{kept} drafts were kept before the disk was full");
    let expected = i64::try_from(kept).unwrap();
    assert_eq!((count(&db, drafts).await, count(&db, audits).await), (expected, expected), "nothing is half done");

    let read = secretary.ask("{ me { name } serviceItems(first: 5) { nodes { id title } } }", Value::Null).await;
    assert_eq!(read.data()["serviceItems"]["nodes"].as_array().unwrap().len(), 5, "reads go on");
    assert_eq!(secretary.get("/healthz").await.0, 200);

    make_room();
    let writes = async || {
        let answer = secretary.ask(DRAFT, item("又有空间", 1)).await;
        if answer.status == 503 { None } else { Some(answer) }
    };
    eventually(PATIENCE, "it writes again", writes).await.0.data();
    assert_eq!(count(&db, drafts).await, expected, "what was refused was not done after all");
    assert_eq!(count(&db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'").await, 0);
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_full_disk_stops_writes_and_nothing_else() {
    let Some(disk) = Disk::mount() else { return };
    let folder = disk.at.path().join("data");
    fs::create_dir(&folder).unwrap();
    fill_file(&folder).await.close().await.unwrap();
    let (program, address) = serving(serve(&folder)).await;
    disk.fill(1024 * 1024);
    goes_through_it(&folder, &address, || disk.clear()).await;
    drop(program);
}

/// The same where the file may not grow, which SQLite tells otherwise than a full disk.
#[tokio::test]
async fn a_file_that_may_not_grow_stops_writes_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    fill_file(folder.path()).await.close().await.unwrap();
    let size = fs::metadata(folder.path().join("tongxin.sqlite")).unwrap().len();
    let script = format!("ulimit -S -f {}; exec \"$0\" serve", size / 1024 + 512);
    let served = serve(folder.path());
    let mut command = Command::new("bash");
    command.args(["-c", &script, text(Path::new(served.get_program()))]);
    crate::program::quiet(&mut command);
    command.envs(served.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let (program, address) = serving(command).await;
    let lift = || {
        let pid = program.pid().to_string();
        let lifted = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status().unwrap();
        assert!(lifted.success());
    };
    goes_through_it(folder.path(), &address, lift).await;
    drop(program);
}
