//! A PostgreSQL of the test's own that freezes: it keeps its connections, and nobody is answered.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
};

use sea_orm::DatabaseConnection;
use tempfile::TempDir;
use tongxin_kernel::store::{self, Pool};

use super::{Failing, Place, Served, go_through};
use crate::{
    client::Client,
    program::{PATIENCE, Program, eventually, text},
    town::{Town, serving},
};

struct Postgres {
    port: u16,
    running: Program,
    _folder: TempDir,
}

impl Postgres {
    /// Starts one, where it is installed and PostgreSQL is tested with at all.
    async fn start() -> Option<Self> {
        std::env::var("TONGXIN_TEST_POSTGRES").ok()?;
        let Some(bin) = installed() else {
            eprintln!("skipped: PostgreSQL is not installed");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let root = Path::new("/proc/self").metadata().is_ok_and(|this| std::os::unix::fs::MetadataExt::uid(&this) == 0);
        if root && !done(Command::new("chown").arg("postgres:").arg(folder.path())) {
            eprintln!("skipped: there is nobody to run PostgreSQL");
            return None;
        }
        // PostgreSQL does not run as root.
        let command = |name: &str| {
            let path = bin.join(name);
            if !root {
                return Command::new(path);
            }
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(path);
            command
        };
        let mut init = command("initdb");
        init.args(["--username=tongxin", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        assert!(done(init.arg("--pgdata").arg(&data)), "initdb");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut serve = command("postgres");
        serve.args(["-D", text(&data), "-p", &port.to_string(), "-h", "127.0.0.1", "-k", text(folder.path())]);
        serve.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        let postgres = Self { port, running: Program::start(serve), _folder: folder };
        let pool = Pool { max_connections: 1, min_connections: 0, acquire_secs: 1 };
        let answers = async || store::connect(&postgres.url(), &pool).await.ok();
        eventually(PATIENCE, "PostgreSQL answers", answers).await.0.close().await.unwrap();
        Some(postgres)
    }

    fn url(&self) -> String {
        format!("postgres://tongxin@127.0.0.1:{}/postgres", self.port)
    }

    /// Sends a signal to all its processes; its first one before those that it made, so that it makes no more.
    fn signal(&self, name: &str) {
        self.running.signal(name);
        let made = Command::new("ps").args(["-o", "pid=", "--ppid", &self.running.pid().to_string()]).output().unwrap();
        for pid in String::from_utf8(made.stdout).unwrap().split_whitespace() {
            // One may have ended meanwhile.
            done(Command::new("kill").args([&format!("-{name}"), pid]));
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.signal("CONT");
        // At once; its processes go with it.
        self.running.signal("QUIT");
    }
}

fn installed() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|it| it.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    versions
        .chain(std::env::split_paths(&path))
        .find(|bin| bin.join("initdb").exists() && bin.join("postgres").exists())
}

fn done(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

struct Near(Town);

impl Place for Near {
    async fn serve(&self) -> (Served, String) {
        let mut command = self.0.serve();
        command.env("TONGXIN_LIMITS_DEADLINE_SECS", "1");
        let (program, address) = serving(command).await;
        (Served::Process(program), address)
    }

    async fn look(&self) -> DatabaseConnection {
        self.0.open().await
    }

    async fn writers(&self, address: &str) -> Vec<Client> {
        vec![self.0.account(address, "community-secretary").await]
    }
}

struct Frozen<'a>(&'a Postgres);

impl Failing for Frozen<'_> {
    const READS: bool = false;

    async fn fail(&mut self) {
        self.0.signal("STOP");
    }

    async fn mend(&mut self) {
        self.0.signal("CONT");
    }
}

#[tokio::test]
async fn a_frozen_postgres() {
    let Some(postgres) = Postgres::start().await else { return };
    let town = Near(Town::found_on(&postgres.url()).await);
    go_through("frozen", &town, async |_| Frozen(&postgres)).await;
    town.0.leave().await;
}
