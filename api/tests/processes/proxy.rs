//! A proxy between a process and its database, that can be cut or fall silent.

use std::{net::SocketAddr, sync::Arc};

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
}

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

    /// Lets through again what was kept.
    pub fn speak(&self) {
        self.mode.send_replace(Mode::Forward);
    }
}

async fn pass(client: TcpStream, to: Arc<str>, mut mode: watch::Receiver<Mode>) {
    if mode.wait_for(|mode| *mode == Mode::Forward).await.is_err() {
        return;
    }
    let Ok(server) = TcpStream::connect(&*to).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let mut other = mode.clone();
    tokio::select! {
        () = forward(&mut from_client, &mut to_server, &mut mode) => {}
        () = forward(&mut from_server, &mut to_client, &mut other) => {}
    }
}

async fn forward(
    from: &mut (impl tokio::io::AsyncRead + Unpin),
    to: &mut (impl tokio::io::AsyncWrite + Unpin),
    mode: &mut watch::Receiver<Mode>,
) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let speaks = mode.wait_for(|mode| *mode == Mode::Forward).await.is_ok();
        if !speaks || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
