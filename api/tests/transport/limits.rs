use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tongxin_kernel::execute::Limits;
use tongxin_server::ServerSettings;

use crate::house::{House, PATIENCE, Plan, code, json};

/// Sends bytes as they are and reads all that comes back.
async fn raw(house: &House, parts: &[&[u8]]) -> String {
    let mut stream = TcpStream::connect(&house.address).await.unwrap();
    for part in parts {
        if stream.write_all(part).await.is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let closed = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    assert!(closed.is_ok(), "the connection is closed");
    String::from_utf8_lossy(&answer).into_owned()
}

/// What holds where a test does not set another time.
const DEFAULT: Duration = Duration::from_secs(10);
const HEAD: &str = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";

#[tokio::test]
async fn a_body_is_bounded_in_size() {
    let house = House::open().await;
    let announced = format!("{HEAD}content-length: 67108864\r\n\r\n{{");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let chunked = format!("{HEAD}transfer-encoding: chunked\r\n\r\n");
    for parts in
        [&[announced.as_bytes()][..], &[chunked.as_bytes(), chunk.as_bytes(), chunk.as_bytes(), chunk.as_bytes()]]
    {
        let answer = raw(&house, parts).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains(r#""code":"INVALID_INPUT""#), "{answer}");
    }
    let query = |size: usize| format!("{{\"query\":\"{{ hello }} {}\"}}", "#".repeat(size));
    let fits = query(128 * 1024 - query(0).len());
    assert_eq!(house.post(fits.clone()).send().await.unwrap().status(), 200);
    assert_eq!(house.post(fits + " ").send().await.unwrap().status(), 413);
}

#[tokio::test]
async fn a_body_must_arrive_in_time() {
    let settings = ServerSettings { workers: 1, body_secs: 1, ..ServerSettings::default() };
    let house = House::with(Plan { settings, ..Plan::default() }).await;
    for begun in ["content-length: 100\r\n\r\n{", "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n"] {
        let started = Instant::now();
        let answer = raw(&house, &[format!("{HEAD}{begun}").as_bytes()]).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.contains(r#""code":"INVALID_INPUT""#));
        assert!(started.elapsed() < DEFAULT, "and the connection is closed");
    }
}

#[tokio::test]
async fn a_head_must_arrive_in_time_and_is_bounded() {
    let settings = ServerSettings { workers: 1, head_secs: 1, ..ServerSettings::default() };
    let house = House::with(Plan { settings, ..Plan::default() }).await;
    let started = Instant::now();
    let answer = raw(&house, &[b"GET /healthz HTTP/1.1\r\nhost:"]).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(started.elapsed() < DEFAULT);
    let large = house.query("{ hello }").header("x-large", "x".repeat(20_000)).send().await.unwrap();
    assert_eq!(large.status(), 431);
    let long = house.client.get(house.url(&format!("/graphql?query={}", "a".repeat(20_000)))).send().await.unwrap();
    assert_eq!(long.status(), 431);
}

#[tokio::test]
async fn the_fragment_bomb_costs_nothing() {
    let house = House::open().await;
    let mut bomb = String::from("{ ...F0 }");
    for n in 0..22 {
        bomb += &format!(" fragment F{n} on Query {{ ...F{0} ...F{0} }}", n + 1);
    }
    bomb += " fragment F22 on Query { hello }";
    // A machine that is busy with other things may be late, but not every time.
    let mut took = Vec::new();
    for round in 0..5 {
        let started = Instant::now();
        let answer = json(house.query(&format!("{bomb} # {round}")).send().await.unwrap()).await;
        took.push(started.elapsed());
        assert_eq!(code(&answer), "QUERY_TOO_COMPLEX");
    }
    println!("{} bytes: {took:?}", bomb.len());
    assert!(took.iter().any(|took| *took < Duration::from_millis(500)), "{took:?}");
}

#[tokio::test]
async fn what_is_too_much_is_shed_at_once() {
    let limits = Limits { concurrent: 4, waiting: 4, waiting_ms: 60_000, deadline_secs: 60, ..Limits::default() };
    let house = House::with(Plan { limits, ..Plan::default() }).await;
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let request = house.query("{ held }");
        all.spawn(async move { request.send().await.unwrap().status().as_u16() });
    }
    // None of those that run or wait has ended yet.
    for _ in 0..24 {
        assert_eq!(all.join_next().await.unwrap().unwrap(), 503);
    }
    house.released.add_permits(8);
    assert_eq!(all.join_all().await, [200; 8]);
}
