//! The real binary: run to its end, or beside the test and ended with it.

use std::{
    fmt::Write as _,
    future::Future,
    io::{BufRead as _, BufReader, Read, Write as _},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use tokio::time::sleep;

/// How long anything may take that has no limit of its own: the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// The binary, with nothing of this process's own configuration.
pub fn tongxin(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongxin"));
    command.args(arguments);
    quiet(&mut command);
    command
}

/// Takes this process's own configuration away from a command.
pub fn quiet(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let of_ours = name.to_str().is_some_and(|name| name.starts_with("TONGXIN_"));
        if of_ours || name == "DATABASE_URL" || name == "REDIS_URL" {
            command.env_remove(name);
        }
    }
}

/// What a command came to.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs a command of the binary to its end.
pub async fn run(command: Command) -> Ended {
    Program::start(command).ended(PATIENCE).await
}

/// A process that ends with this value at the latest.
pub struct Program {
    child: Child,
    out: Lines,
    err: Lines,
}

/// What a process has written, line by line.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<(Vec<String>, bool)>>);

impl Lines {
    fn of(stream: impl Read + Send + 'static) -> Self {
        let lines = Self::default();
        let written = lines.clone();
        thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                written.0.lock().unwrap().0.push(line);
            }
            written.0.lock().unwrap().1 = true;
        });
        lines
    }

    fn text(&self) -> String {
        self.0.lock().unwrap().0.iter().fold(String::new(), |mut text, line| {
            let _ = writeln!(text, "{line}");
            text
        })
    }

    fn find(&self, part: &str) -> Option<String> {
        self.0.lock().unwrap().0.iter().find(|line| line.contains(part)).cloned()
    }

    fn over(&self) -> bool {
        self.0.lock().unwrap().1
    }
}

impl Program {
    pub fn start(mut command: Command) -> Self {
        Self::of(command.stdin(Stdio::null()))
    }

    /// Starts it with something to read.
    pub fn start_with(mut command: Command, input: &str) -> Self {
        let mut program = Self::of(command.stdin(Stdio::piped()));
        let mut stdin = program.child.stdin.take().unwrap();
        // One that wants none of it may have ended.
        let _ = stdin.write_all(input.as_bytes());
        program
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let out = Lines::of(child.stdout.take().unwrap());
        let err = Lines::of(child.stderr.take().unwrap());
        Self { child, out, err }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn out(&self) -> String {
        self.out.text()
    }

    pub fn err(&self) -> String {
        self.err.text()
    }

    /// The line on standard output with this part, once it is there.
    pub async fn said(&mut self, part: &str) -> String {
        self.line(part, |program| program.out.find(part)).await
    }

    /// The line of the log with this part, once it is there.
    pub async fn logged(&mut self, part: &str) -> String {
        self.line(part, |program| program.err.find(part)).await
    }

    async fn line(&mut self, part: &str, find: impl Fn(&Self) -> Option<String>) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let running = self.child.try_wait().unwrap().is_none();
            if let Some(line) = find(self) {
                return line;
            }
            let over = !running && self.out.over() && self.err.over();
            assert!(!over && Instant::now() < until, "no {part:?} in\n{}\n{}", self.out(), self.err());
            sleep(LOOK).await;
        }
    }

    /// Sends a signal, as `kill` knows it.
    pub fn signal(&self, name: &str) {
        let told = Command::new("kill").args([format!("-{name}"), self.pid().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// Ends it without a word, as a power cut does.
    pub async fn kill(mut self) {
        self.child.kill().unwrap();
        self.exit(PATIENCE).await;
    }

    async fn exit(&mut self, limit: Duration) -> ExitStatus {
        let until = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < until, "still running after {limit:?}\n{}", self.err());
            sleep(LOOK).await;
        }
    }

    /// Waits for its end.
    pub async fn ended(mut self, limit: Duration) -> Ended {
        let status = self.exit(limit).await;
        eventually(PATIENCE, "the rest of the output", async || (self.out.over() && self.err.over()).then_some(()))
            .await;
        Ended { code: status.code(), out: self.out(), err: self.err() }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        if thread::panicking() {
            eprintln!("--- process {} wrote\n{}", self.pid(), self.err());
        }
    }
}

/// Asks again and again until there is an answer, and how long that took; it must not take longer than the limit.
pub async fn eventually<T>(limit: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> (T, Duration) {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            let took = begun.elapsed();
            assert!(took <= limit, "{what}: after {took:?}, not within {limit:?}");
            return (found, took);
        }
        assert!(begun.elapsed() < limit, "{what}: not within {limit:?}");
        sleep(LOOK).await;
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path that is text")
}

/// The part of a line after a word, up to the next space.
pub fn after<'a>(line: &'a str, word: &str) -> &'a str {
    let (_, rest) = line.split_once(word).unwrap_or_else(|| panic!("no {word:?} in {line:?}"));
    rest.split([' ', '/']).next().unwrap_or(rest)
}

/// Waits for something that is under way, but not for long.
pub async fn within<T>(limit: Duration, what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(limit, future).await.unwrap_or_else(|_| panic!("{what}: not within {limit:?}"))
}
