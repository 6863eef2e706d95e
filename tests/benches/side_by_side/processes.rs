//! The servers as child processes, and what the system knows of them.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread::available_parallelism,
    time::{Duration, Instant},
};

use crate::{Result, load::Connection};

/// Ticks of `/proc/*/stat` in a second, as Linux shows them everywhere.
const TICKS: f64 = 100.0;

/// Which cores serve, and which the database and the load take; nothing where there are too few to part them.
#[derive(Debug, Clone)]
pub struct Cores {
    pub serve: String,
    pub rest: String,
}

impl Cores {
    pub fn part() -> Option<Self> {
        let all = available_parallelism().ok()?.get();
        let has_taskset = Command::new("taskset").arg("--version").output().is_ok();
        (all >= 4 && has_taskset)
            .then(|| Self { serve: format!("0-{}", all / 2 - 1), rest: format!("{}-{}", all / 2, all - 1) })
    }

    /// Moves a running process with its threads to the cores of the rest; whether it could be moved.
    pub fn move_to_rest(&self, pid: u32) -> bool {
        let mut taskset = Command::new("taskset");
        let moved = taskset.args(["-a", "-c", "-p", &self.rest, &pid.to_string()]).output();
        moved.is_ok_and(|moved| moved.status.success())
    }
}

/// A server that is ended when it is dropped.
pub struct Server {
    pub name: &'static str,
    pub address: SocketAddr,
    child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Server {
    /// The bare handler: this program itself.
    pub fn limit(database: &str, cores: Option<&Cores>) -> Result<Self> {
        let mut command = on_cores(&std::env::current_exe()?, cores);
        let mut child = command.args(["--limit", database]).stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        let mut server = Self { name: "limit", address: SocketAddr::from(([127, 0, 0, 1], 0)), child };
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        server.address = line.trim().parse()?;
        Ok(server)
    }

    /// Our server as in production, with its keys in `folder`. No caller is held back by a rate.
    pub async fn ours(
        name: &'static str,
        program: &Path,
        database: &str,
        folder: &Path,
        cores: Option<&Cores>,
    ) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = fs::File::create(folder.join(format!("{name}.log")))?;
        let mut command = on_cores(program, cores);
        command.arg("serve").env_clear().stdout(Stdio::null()).stderr(log);
        command.env("TONGXIN_ENV", "production").env("TONGXIN_LISTEN", address.to_string());
        command.env("TONGXIN_METRICS_LISTEN", "127.0.0.1:0");
        command.env("TONGXIN_DATA_DIR", folder).env("TONGXIN_JWT_KEYS", folder.join("signing-key.json"));
        command.env("DATABASE_URL", database).env("TONGXIN_RATE_LIMIT_ENABLED", "false");
        let mut server = Self { name, address, child: command.spawn()? };
        server.wait_until_ready().await.map_err(|error| format!("{name}, see {}: {error}", folder.display()))?;
        Ok(server)
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let began = Instant::now();
        loop {
            let tried = match Connection::open(self.address).await {
                Ok(mut connection) => {
                    connection.ask(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.map(drop)
                }
                Err(error) => Err(error),
            };
            if tried.is_ok() || began.elapsed() > Duration::from_secs(30) || self.child.try_wait()?.is_some() {
                return tried;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Milliseconds of processor time taken so far.
    pub fn cpu(&self) -> Result<f64> {
        cpu(self.child.id())
    }

    /// Megabytes held now, and at most so far.
    pub fn memory(&self) -> Result<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let megabytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1024.0)
        };
        megabytes("VmRSS:").zip(megabytes("VmHWM:")).ok_or_else(|| "no memory figures".into())
    }
}

fn on_cores(program: &Path, cores: Option<&Cores>) -> Command {
    let Some(cores) = cores else { return Command::new(program) };
    let mut command = Command::new("taskset");
    command.args(["-c", &cores.serve]).arg(program);
    command
}

/// Milliseconds of processor time that a process took so far, in user and in system mode.
pub fn cpu(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in brackets may hold anything.
    let fields = stat.rsplit_once(')').ok_or("odd stat")?.1.split_whitespace().collect::<Vec<_>>();
    let ticks = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
    Ok(ticks * 1000.0 / TICKS)
}
