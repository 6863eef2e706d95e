//! A Redis of the test's own, which it may kill.

use std::{net::TcpListener, path::Path, process::Stdio};

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

use super::database::PATIENCE;

const BINARY: &str = "/usr/bin/redis-server";

pub struct RedisServer {
    port: u16,
    child: Child,
}

impl RedisServer {
    /// None where there is no such program.
    pub async fn start() -> Option<Self> {
        if !Path::new(BINARY).exists() {
            eprintln!("not run: there is no {BINARY}");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Some(Self { port, child: run(port).await })
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    pub async fn start_again(&mut self) {
        self.child = run(self.port).await;
    }
}

async fn run(port: u16) -> Child {
    let mut child = Command::new(BINARY)
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .current_dir(std::env::temp_dir())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains("Ready to accept connections") {
                return;
            }
        }
        panic!("redis-server ended before it was ready");
    };
    timeout(PATIENCE, ready).await.expect("redis-server is ready");
    // What it still has to say is read, so that it never waits for a reader.
    tokio::spawn(async move { while lines.next_line().await.is_ok_and(|line| line.is_some()) {} });
    child
}
