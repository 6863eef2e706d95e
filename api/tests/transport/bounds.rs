//! How many connections and sockets there may be, and who is served beyond that.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::{Error, Message, client::IntoClientRequest as _, http::Response};
use tongxin_kernel::execute::Limits;
use tongxin_server::ServerSettings;

use crate::{
    house::{House, PATIENCE, Plan, code, json as read},
    socket::Client,
};

async fn house(settings: ServerSettings) -> House {
    House::with(Plan { settings: ServerSettings { workers: 2, ..settings }, ..Plan::default() }).await
}

/// A socket from the address that a proxy names, or the answer that was given instead.
async fn from(house: &House, address: &str) -> Result<Client, Response<Option<Vec<u8>>>> {
    let mut request = format!("ws://{}/graphql/ws", house.address).into_client_request().unwrap();
    for (name, value) in [("sec-websocket-protocol", "graphql-transport-ws"), ("x-forwarded-for", address)] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    match tokio_tungstenite::connect_async(request).await {
        Ok((stream, _)) => Ok(Client { stream }),
        Err(Error::Http(response)) => Err(*response),
        Err(error) => panic!("{error}"),
    }
}

/// That a socket was refused before its upgrade, as a client of the API expects it.
fn is_refused(outcome: Result<Client, Response<Option<Vec<u8>>>>) {
    let response = outcome.err().expect("it is one too many");
    assert_eq!((response.status().as_u16(), &response.headers()["connection"]), (429, &"close".parse().unwrap()));
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    let body: Value = serde_json::from_slice(response.body().as_ref().unwrap()).unwrap();
    let extensions = &body["errors"][0]["extensions"];
    assert_eq!((code(&body), &extensions["retryAfter"]), ("RATE_LIMITED", &json!(wait)));
}

/// Opens one as soon as there is a place again.
async fn eventually(house: &House, address: &str) -> Client {
    let opens = async {
        loop {
            if let Ok(client) = from(house, address).await {
                return client;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, opens).await.expect("a place is free")
}

#[tokio::test]
async fn an_address_has_so_many_sockets() {
    let house = house(ServerSettings { proxies: 1, sockets_per_address: 3, ..ServerSettings::default() }).await;
    let mut open =
        join_all((0..3).map(|_| from(&house, "192.0.2.1"))).await.into_iter().map(Result::unwrap).collect::<Vec<_>>();
    is_refused(from(&house, "192.0.2.1").await);
    is_refused(from(&house, "::ffff:192.0.2.1").await);
    let _other = from(&house, "192.0.2.2").await.unwrap();
    let mut network = Vec::new();
    for n in 1..4 {
        network.push(from(&house, &format!("2001:db8::{n}")).await.unwrap());
    }
    is_refused(from(&house, "2001:db8::4").await);
    let metrics = house.client.get(house.url("/metrics")).send().await.unwrap();
    assert_eq!(metrics.status(), 200);
    open.pop().unwrap().stream.close(None).await.unwrap();
    eventually(&house, "192.0.2.1").await;
}

#[tokio::test]
async fn there_are_so_many_sockets_in_all() {
    let house = house(ServerSettings { proxies: 1, sockets: 4, ..ServerSettings::default() }).await;
    let mut open = Vec::new();
    for n in 0..4 {
        open.push(from(&house, &format!("192.0.2.{n}")).await.unwrap());
    }
    is_refused(from(&house, "192.0.2.9").await);
    drop(open.pop());
    eventually(&house, "192.0.2.9").await;
    assert_eq!(house.query("{ hello }").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_person_has_so_many_sockets() {
    let house = house(ServerSettings { sockets_per_person: 2, ..ServerSettings::default() }).await;
    let open = async |name: &str| {
        let mut client = Client::connect(&house).await;
        client
            .say(
                &json!({"type": "connection_init", "payload": {"authorization": format!("Bearer {name}")}}).to_string(),
            )
            .await;
        client
    };
    let mut first = open("ann").await;
    let mut second = open("ann").await;
    for client in [&mut first, &mut second] {
        assert_eq!(client.hear().await["type"], "connection_ack");
    }
    let mut third = open("ann").await;
    let closed = tokio::time::timeout(PATIENCE, futures_util::StreamExt::next(&mut third.stream)).await.unwrap();
    let Some(Ok(Message::Close(Some(frame)))) = closed else { panic!("{closed:?}") };
    assert_eq!((u16::from(frame.code), frame.reason.as_str()), (1013, "Too many sockets: at most 2 for one person"));
    assert_eq!(open("bob").await.hear().await["type"], "connection_ack");
    for _ in 0..3 {
        Client::ready(&house).await; // strangers are counted by their address
    }
    drop(first);
    let again = async {
        loop {
            let mut client = open("ann").await;
            let said = futures_util::StreamExt::next(&mut client.stream).await;
            if matches!(said, Some(Ok(Message::Text(_)))) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, again).await.expect("a place is free");
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
const READY: &str = "GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n";
const QUERY: &str = "GET /graphql?query=%7Bhello%7D HTTP/1.1\r\nhost: x\r\naccept: application/json\r\n\r\n";

/// Sends a request on a connection; its answer as far as it came.
async fn ask(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let whole = |answer: &[u8]| {
        let text = String::from_utf8_lossy(answer).to_lowercase();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse::<usize>().ok()?;
        (String::from_utf8_lossy(body.as_bytes()).len() >= length).then_some(())
    };
    while whole(&answer).is_none() {
        let read = tokio::time::timeout(PATIENCE, stream.read_buf(&mut answer)).await.expect("an answer").unwrap();
        assert!(read > 0, "closed after {:?}", String::from_utf8_lossy(&answer));
    }
    String::from_utf8_lossy(&answer).into_owned()
}

async fn connect(house: &House) -> TcpStream {
    TcpStream::connect(&house.address).await.unwrap()
}

#[tokio::test]
async fn beyond_the_bound_probes_are_answered_and_who_is_in_stays() {
    let settings = ServerSettings { workers: 2, connections: 3, ..ServerSettings::default() };
    let limits = Limits { deadline_secs: 60, ..Limits::default() };
    let house = House::with(Plan { settings, limits, ..Plan::default() }).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = connect(&house).await;
        let answer = ask(&mut stream, QUERY).await;
        assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("connection: close"), "{answer}");
        held.push(stream);
    }
    // Whoever holds the last place does not let go of it.
    let mut last = connect(&house).await;
    last.write_all(QUERY.replace("hello", "held").as_bytes()).await.unwrap();
    house.begun.acquire().await.unwrap().forget();
    let answer = ask(&mut connect(&house).await, QUERY).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("connection: close") && answer.contains("retry-after: 1"), "{answer}");
    assert!(answer.contains(r#""code":"UNAVAILABLE""#), "{answer}");

    // However many more come and say nothing.
    let mut silent = Vec::new();
    for _ in 0..10 {
        silent.extend(join_all((0..50).map(|_| connect(&house))).await);
        for probe in [HEALTH, READY] {
            let begun = Instant::now();
            let answer = ask(&mut connect(&house).await, probe).await;
            assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        }
    }
    let mut gone = silent.remove(0);
    assert_eq!(gone.read(&mut [0]).await.unwrap_or(0), 0, "who says nothing there is sent away");
    house.released.add_permits(1);
    let answer = ask(&mut last, "").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "who is in is served: {answer}");
    assert!(answer.contains("connection: close"), "and its place changes hands: {answer}");
    assert!(ask(&mut held[0], QUERY).await.starts_with("HTTP/1.1 200"));
    let metrics = ask(&mut connect(&house).await, "GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(metrics.starts_with("HTTP/1.1 200"), "{metrics}");
    drop(held);
    let served = async { while !ask(&mut connect(&house).await, QUERY).await.starts_with("HTTP/1.1 200") {} };
    tokio::time::timeout(PATIENCE, served).await.expect("a place is free");
    assert_eq!(read(house.query("{ hello }").send().await.unwrap()).await["data"]["hello"], "你好");
}
