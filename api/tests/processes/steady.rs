//! Clients that keep their connections and never stop asking, while the process is told to end.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::{
    client::Client,
    program::{PATIENCE, Program, eventually},
    town::{figures, fill_file, serve, serving},
};

const CLIENTS: usize = 48;
/// Within which a process that is told to stop has ended.
const POLITE: Duration = Duration::from_secs(10);
const BODY: &str = r#"{"query":"{ serviceItems(first: 1) { nodes { id } } }"}"#;

/// What became of a client.
#[derive(Debug, Default)]
struct Told {
    answered: usize,
    /// Answers that closed their connection.
    closing: usize,
}

/// Asks until nobody listens any more. Each request that was sent is answered whole, or the test fails.
async fn ask_on(address: String) -> Told {
    let mut told = Told::default();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    loop {
        let mut stream = match TcpStream::connect(&address).await {
            Ok(stream) => stream,
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused, "after {told:?}");
                return told;
            }
        };
        loop {
            let sent = stream.write_all(request.as_bytes()).await;
            sent.unwrap_or_else(|error| panic!("{error} instead of an answer, after {told:?}"));
            let answer = timeout(PATIENCE, answer(&mut stream)).await.expect("an answer");
            let answer = answer.unwrap_or_else(|error| panic!("{error} instead of an answer, after {told:?}"));
            assert!(answer.starts_with("http/1.1 200"), "{answer}");
            told.answered += 1;
            if answer.contains("\r\nconnection: close") {
                told.closing += 1;
                break;
            }
        }
    }
}

/// The head of an answer whose body came whole.
async fn answer(stream: &mut TcpStream) -> io::Result<String> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "closed"));
        }
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
        if bytes.len() >= end + 4 + length.parse::<usize>().unwrap() {
            return Ok(head);
        }
    }
}

/// A process, and clients that have all been answered some times.
async fn beset(drain_secs: u64) -> (tempfile::TempDir, Program, String, JoinSet<Told>) {
    let folder = tempfile::tempdir().unwrap();
    let db = fill_file(folder.path()).await;
    db.close().await.unwrap();
    let mut command = serve(folder.path());
    if drain_secs > 0 {
        command.env("TONGXIN_SERVER_DRAIN_SECS", drain_secs.to_string());
    }
    let (mut program, address) = serving(command).await;
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(ask_on(address.clone()));
    }
    let figures = figures(&mut program).await;
    let busy = async || {
        let metrics = figures.get("/metrics").await.1;
        let line = metrics.lines().find_map(|line| line.strip_prefix("tongxin_http_responses_total{status=\"200\"} "));
        line.is_some_and(|count| count.parse::<usize>().unwrap() > 20 * CLIENTS).then_some(())
    };
    eventually(PATIENCE, "the clients are at it", busy).await;
    (folder, program, address, clients)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_answers_whatever_was_sent() {
    for drain_secs in [0, 1] {
        for _ in 0..3 {
            let (_folder, program, _, clients) = beset(drain_secs).await;
            program.signal("TERM");
            let begun = Instant::now();
            let told = clients.join_all().await;
            let ended = program.ended(PATIENCE).await;
            let answered = told.iter().map(|told| told.answered).sum::<usize>();
            println!("{answered} answered, all ended after {:?}", begun.elapsed());
            assert_eq!(ended.code, Some(0), "{ended:?}");
            assert!(told.iter().all(|told| told.closing > 0), "{told:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_it_drains_it_serves_and_says_that_it_is_not_ready() {
    let (_folder, mut program, address, clients) = beset(3).await;
    let stranger = Client::new(&address, None);
    assert_eq!(stranger.get("/readyz").await.0, 200);
    let subscriber = stranger.subscribe("120106001002").await;
    program.signal("TERM");
    let begun = Instant::now();
    program.logged("stopping").await;
    let (ready, body) = stranger.get("/readyz").await;
    assert!(ready == 503 && body.contains("UNAVAILABLE"), "{ready} {body}");
    assert_eq!(stranger.get("/healthz").await.0, 200);
    assert_eq!(subscriber.closed().await, 1001, "in the protocol's way");
    assert!(begun.elapsed() >= Duration::from_secs(3), "sockets are served until the end of it");
    let told = clients.join_all().await;
    assert!(told.iter().all(|told| told.closing > 0), "{told:?}");
    assert_eq!(program.ended(PATIENCE).await.code, Some(0));
    println!("ended after {:?}", begun.elapsed());
    assert!(begun.elapsed() < POLITE, "{:?}", begun.elapsed());
}
