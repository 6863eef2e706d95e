//! A proxy between a process and its database, that can be cut, at a commit too, or fall silent.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

/// What becomes of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Forward,
    /// Connections are taken and kept, and nothing goes through.
    Silent,
    /// A connection is cut when it commits: the server never hears of that.
    CutBeforeCommit,
    /// A connection is cut when it has committed: the client never hears of that.
    CutAfterCommit,
}

/// How a client of PostgreSQL commits.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

pub struct Proxy {
    address: SocketAddr,
    to: Arc<str>,
    mode: watch::Sender<Mode>,
    /// Listens and forwards; none while it is cut.
    running: Option<JoinSet<()>>,
}

impl Proxy {
    /// One in front of the server that listens at `to`.
    pub async fn start(to: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut proxy = Self { address, to: to.into(), mode: watch::Sender::new(Mode::Forward), running: None };
        proxy.listen(listener);
        proxy
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    fn listen(&mut self, listener: TcpListener) {
        let (to, mode) = (self.to.clone(), self.mode.clone());
        let mut running = JoinSet::new();
        running.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(pass(client, to.clone(), mode.subscribe()));
            }
        });
        self.running = Some(running);
    }

    /// Ends every connection and refuses new ones.
    pub async fn cut(&mut self) {
        self.running.take().expect("it was whole").shutdown().await;
    }

    /// Takes connections again.
    pub async fn mend(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.listen(listener);
    }

    /// Lets nothing through any more, and refuses nothing.
    pub fn fall_silent(&self) {
        self.mode.send_replace(Mode::Silent);
    }

    /// Cuts each connection off that commits, before or after the server has done so.
    pub fn cut_at_commits(&self, after: bool) {
        self.mode.send_replace(if after { Mode::CutAfterCommit } else { Mode::CutBeforeCommit });
    }

    /// Lets through again what was kept, and whatever comes.
    pub fn speak(&self) {
        self.mode.send_replace(Mode::Forward);
    }
}

async fn pass(client: TcpStream, to: Arc<str>, mut mode: watch::Receiver<Mode>) {
    if mode.wait_for(|mode| *mode != Mode::Silent).await.is_err() {
        return;
    }
    let Ok(server) = TcpStream::connect(&*to).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let mut other = mode.clone();
    // What the server says next tells of a commit that the client shall not hear of.
    let committed = AtomicBool::new(false);
    let commits = |bytes: &[u8], mode| {
        let commits = bytes.windows(COMMIT.len()).any(|part| part == COMMIT);
        committed.fetch_or(commits && mode == Mode::CutAfterCommit, Ordering::SeqCst);
        commits && mode == Mode::CutBeforeCommit
    };
    tokio::select! {
        () = forward(&mut from_client, &mut to_server, &mut mode, commits) => {}
        () = forward(&mut from_server, &mut to_client, &mut other, |_, _| committed.load(Ordering::SeqCst)) => {}
    }
}

/// Forwards until one side ends, or something is said upon which to cut.
async fn forward(
    from: &mut (impl tokio::io::AsyncRead + Unpin),
    to: &mut (impl tokio::io::AsyncWrite + Unpin),
    mode: &mut watch::Receiver<Mode>,
    cuts: impl Fn(&[u8], Mode) -> bool,
) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let Ok(mode) = mode.wait_for(|mode| *mode != Mode::Silent).await.map(|mode| *mode) else { return };
        if cuts(&bytes[..count], mode) || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
