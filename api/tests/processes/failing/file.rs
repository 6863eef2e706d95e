//! What can happen to a SQLite file: its disk is full, or it may not grow.

use std::{fs, path::PathBuf, process::Command};

use sea_orm::DatabaseConnection;
use tempfile::TempDir;

use super::{Failing, Place, Served, go_through};
use crate::{
    client::Client,
    disk::Disk,
    town::{account, fill_file, open_file, serve, serving},
};

/// A folder with the file.
struct Folder {
    path: PathBuf,
    /// What ends with it.
    _held: Option<TempDir>,
}

impl Folder {
    async fn filled(path: PathBuf, held: Option<TempDir>) -> Self {
        fill_file(&path).await.close().await.unwrap();
        Self { path, _held: held }
    }
}

impl Place for Folder {
    async fn serve(&self) -> (Served, String) {
        let (program, address) = serving(serve(&self.path)).await;
        (Served::Process(program), address)
    }

    async fn look(&self) -> DatabaseConnection {
        open_file(&self.path).await
    }

    async fn writers(&self, address: &str) -> Vec<Client> {
        let db = self.look().await;
        let writer = account(&db, &self.path, address, "community-secretary").await;
        // While the store fails nobody but the service has it open.
        db.close().await.unwrap();
        vec![writer]
    }
}

struct Full<'a>(&'a Disk);

impl Failing for Full<'_> {
    const READS: bool = true;

    async fn fail(&mut self) {
        self.0.fill(0);
    }

    async fn mend(&mut self) {
        self.0.clear();
    }
}

#[tokio::test]
async fn a_full_disk() {
    let Some(disk) = Disk::mount() else { return };
    let path = disk.at.path().join("data");
    fs::create_dir(&path).unwrap();
    let folder = Folder::filled(path, None).await;
    go_through("full disk", &folder, async |_| Full(&disk)).await;
}

/// A process whose files may not grow: a write beyond the limit fails, and a signal tells of it that kills by default.
struct Bounded(u32);

impl Bounded {
    fn limit(&self, soft: &str) {
        let arguments = [format!("--pid={}", self.0), format!("--fsize={soft}:")];
        assert!(Command::new("prlimit").args(arguments).status().unwrap().success());
    }
}

impl Failing for Bounded {
    const READS: bool = true;

    async fn fail(&mut self) {
        self.limit("1");
    }

    async fn mend(&mut self) {
        self.limit("unlimited");
    }
}

#[tokio::test]
async fn files_that_may_not_grow() {
    let held = tempfile::tempdir().unwrap();
    let folder = Folder::filled(held.path().to_owned(), Some(held)).await;
    go_through("file size", &folder, async |served| Bounded(served.pid())).await;
}
