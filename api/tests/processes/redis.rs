//! A Redis of the test's own, that can be killed and brought back.

use std::{
    net::TcpListener,
    process::{Command, Stdio},
};

use redis::aio::PubSub;
use tempfile::TempDir;

use crate::program::{PATIENCE, Program, eventually, text};

pub struct Redis {
    port: u16,
    folder: TempDir,
    running: Option<Program>,
}

impl Redis {
    /// Starts one, where it is installed.
    pub async fn start() -> Option<Self> {
        let installed = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status();
        if !installed.is_ok_and(|status| status.success()) {
            eprintln!("skipped: redis-server is not installed");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut redis = Self { port, folder: tempfile::tempdir().unwrap(), running: None };
        redis.come_back().await;
        Some(redis)
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub async fn kill(&mut self) {
        self.running.take().expect("it runs").kill().await;
    }

    pub async fn come_back(&mut self) {
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"]);
        command.args(["--port", &self.port.to_string(), "--dir", text(self.folder.path())]);
        self.running = Some(Program::start(command));
        eventually(PATIENCE, "Redis answers", async || self.listeners().await.map(drop)).await;
    }

    /// Waits until so many processes listen for hints.
    pub async fn heard_by(&self, count: i64) {
        let what = "processes listen to Redis";
        eventually(PATIENCE, what, async || self.listeners().await.filter(|now| *now == count)).await;
    }

    /// Listens for hints, as a process does.
    pub async fn listen(&self) -> PubSub {
        let client = redis::Client::open(self.url()).unwrap();
        let mut listener = client.get_async_pubsub().await.unwrap();
        listener.subscribe("tongxin:changed").await.unwrap();
        listener
    }

    async fn listeners(&self) -> Option<i64> {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.ok()?;
        let answer: redis::RedisResult<(String, i64)> =
            redis::cmd("PUBSUB").arg("NUMSUB").arg("tongxin:changed").query_async(&mut connection).await;
        answer.ok().map(|(_, count)| count)
    }
}
