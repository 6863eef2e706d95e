//! More sockets and connections than there are files.

use std::{net::Ipv4Addr, process::Command, time::Duration};

use tokio::{
    net::{TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::Instant,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Error, client::IntoClientRequest as _},
};

use crate::town::{fill_file, serve, serving};

const FILES: usize = 1024;
const MANY: usize = 1100;
/// Within which a probe is answered; those who probe wait for some seconds.
const PROMPT: Duration = Duration::from_secs(2);

/// The same command, with so many files.
fn with_files(command: &Command, files: usize) -> Command {
    let mut limited = Command::new("sh");
    limited.arg("-c").arg(format!("ulimit -n {files} && exec \"$0\" \"$@\"")).arg(command.get_program());
    limited.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    limited
}

async fn connect(address: &str, from: Ipv4Addr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    socket.connect(address.parse().unwrap()).await.unwrap()
}

/// A socket, or the status that was answered instead.
async fn open(address: &str, from: Ipv4Addr) -> Result<WebSocketStream<TcpStream>, u16> {
    let mut request = format!("ws://{address}/graphql/ws").into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    match tokio_tungstenite::client_async(request, connect(address, from).await).await {
        Ok((stream, _)) => Ok(stream),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

/// Asks for `/healthz` on new connections until told to stop; how often, and the longest that an answer took. Where dozens of
/// others came between a connection and what it says, it may be closed to make room, and is made again, as probes are.
fn probe(address: &str) -> (oneshot::Sender<()>, JoinHandle<(usize, Duration)>) {
    let (stop, mut stopped) = oneshot::channel();
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).timeout(PROMPT * 5).build().unwrap();
    let url = format!("http://{address}/healthz");
    let probing = tokio::spawn(async move {
        let (mut times, mut longest) = (0, Duration::ZERO);
        while stopped.try_recv() == Err(oneshot::error::TryRecvError::Empty) {
            let begun = Instant::now();
            let answer = match http.get(&url).send().await {
                Err(closed) if closed.is_request() => http.get(&url).send().await,
                answer => answer,
            };
            assert_eq!(answer.expect("an answer").status(), 200);
            (times, longest) = (times + 1, longest.max(begun.elapsed()));
        }
        (times, longest)
    });
    (stop, probing)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_cannot_take_all_files() {
    tongxin_server::file_limit::raise();
    let folder = tempfile::tempdir().unwrap();
    fill_file(folder.path()).await.close().await.unwrap();
    let (program, address) = serving(with_files(&serve(folder.path()), FILES)).await;

    // From one address: so many sockets, the rest is told before the upgrade.
    let (stop, probing) = probe(&address);
    let (mut sockets, mut refused) = (Vec::new(), 0);
    for _ in 0..MANY {
        match open(&address, Ipv4Addr::LOCALHOST).await {
            Ok(socket) => sockets.push(socket),
            Err(status) => {
                assert_eq!(status, 429);
                refused += 1;
            }
        }
    }
    assert_eq!((sockets.len(), refused), (200, MANY - 200));
    // From many: a quarter of the files in all.
    for n in 0..MANY {
        match open(&address, Ipv4Addr::new(127, 0, 1, u8::try_from(n % 200).unwrap())).await {
            Ok(socket) => sockets.push(socket),
            Err(status) => assert_eq!(status, 429),
        }
    }
    assert_eq!(sockets.len(), FILES / 4);
    // And as many that say nothing at all.
    let mut silent = Vec::new();
    for _ in 0..MANY {
        silent.push(connect(&address, Ipv4Addr::LOCALHOST).await);
    }
    stop.send(()).unwrap();
    let (times, longest) = probing.await.unwrap();
    println!("probed {times} times, the longest took {longest:?}");
    assert!(times > 0 && longest < PROMPT, "{longest:?}");
    let log = program.err();
    for line in
        ["WebSockets are refused: as many are open as may be", "connections are refused: as many are open as may be"]
    {
        assert!(log.contains(line), "{line} in\n{log}");
    }
    assert!(!log.contains("Too many open files"), "{log}");
}
