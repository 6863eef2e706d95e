use std::time::Duration;

use futures_util::{SinkExt as _, Stream, StreamExt as _};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Error, Message, client::IntoClientRequest as _, http::HeaderValue},
};
use tongxin_server::{RateLimit, ServerSettings};

use crate::house::{House, PATIENCE, Plan};

pub struct Client {
    pub stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    async fn with(house: &House, protocol: Option<&str>, token: Option<&str>) -> Self {
        let protocol = protocol.map(|protocol| ("sec-websocket-protocol", protocol));
        Self::with_headers(house, protocol.into_iter().chain(token.map(|token| ("authorization", token)))).await
    }

    async fn with_headers(house: &House, headers: impl IntoIterator<Item = (&'static str, &str)>) -> Self {
        let mut request = format!("ws://{}/graphql/ws", house.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        match tokio_tungstenite::connect_async(request).await {
            Ok((stream, _)) => Self { stream },
            Err(e) => panic!("{e}"),
        }
    }

    pub async fn connect(house: &House) -> Self {
        Self::with(house, Some("graphql-transport-ws"), None).await
    }

    /// A socket opened by someone who reads this language, and acknowledged.
    pub async fn reading(house: &House, language: &str) -> Self {
        let headers = [("sec-websocket-protocol", "graphql-transport-ws"), ("accept-language", language)];
        Self::with_headers(house, headers).await.acknowledged().await
    }

    pub async fn ready(house: &House) -> Self {
        Self::connect(house).await.acknowledged().await
    }

    async fn acknowledged(self) -> Self {
        let mut client = self;
        client.say(r#"{"type":"connection_init"}"#).await;
        assert_eq!(client.hear().await, json!({"type": "connection_ack"}));
        client
    }

    pub async fn say(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    pub async fn hear(&mut self) -> Value {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.stream.next()).await.unwrap();
            match next.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    pub async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(&json!({"type": "subscribe", "id": id, "payload": {"query": query}}).to_string()).await;
    }
}

/// The code that the server closes with; what comes before is skipped.
pub async fn close_code(stream: &mut (impl Stream<Item = Result<Message, Error>> + Unpin)) -> u16 {
    loop {
        match tokio::time::timeout(PATIENCE, stream.next()).await.unwrap() {
            Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
            Some(Ok(Message::Close(None))) | None => return 0,
            Some(Ok(_)) => {}
            Some(Err(e)) => panic!("{e}"),
        }
    }
}

const INIT: &str = r#"{"type":"connection_init"}"#;
const BAD_INIT: &str = r#"{"type":"connection_init","payload":{"authorization":"Bearer bad"}}"#;
const FOREVER: &str = r#"{"type":"subscribe","id":"1","payload":{"query":"subscription { forever }"}}"#;

#[rstest]
#[case::before_init(&[FOREVER], 4401)]
#[case::init_twice(&[INIT, INIT], 4429)]
#[case::duplicate(&[INIT, FOREVER, FOREVER], 4409)]
#[case::not_json(&["hello"], 4400)]
#[case::not_json_later(&[INIT, "{"], 4400)]
#[case::unknown_type(&[INIT, r#"{"type":"start","id":"1"}"#], 4400)]
#[case::no_id(&[INIT, r#"{"type":"subscribe","payload":{"query":"{ hello }"}}"#], 4400)]
#[case::no_query(&[INIT, r#"{"type":"subscribe","id":"1","payload":{}}"#], 4400)]
#[case::bad_token(&[BAD_INIT], 4403)]
#[tokio::test]
async fn wrong_talk_is_closed_with_its_code(#[case] messages: &[&str], #[case] code: u16) {
    let house = House::open().await;
    let mut client = Client::connect(&house).await;
    for message in messages {
        client.say(message).await;
    }
    assert_eq!(close_code(&mut client.stream).await, code);
}

#[tokio::test]
async fn binary_messages_and_long_ones_are_closed() {
    let house = House::open().await;
    let mut client = Client::ready(&house).await;
    client.stream.send(Message::binary(vec![1, 2])).await.unwrap();
    assert_eq!(close_code(&mut client.stream).await, 4400);
    let mut client = Client::ready(&house).await;
    client.say(&format!("{FOREVER}{}", " ".repeat(128 * 1024))).await;
    assert_eq!(close_code(&mut client.stream).await, 1009);
}

#[tokio::test]
async fn the_protocol_is_ours_or_none() {
    let house = House::open().await;
    let mut client = Client::with(&house, None, None).await;
    assert_eq!(close_code(&mut client.stream).await, 4406);
    // The older protocol is not chosen either: the client library refuses a handshake without its protocol.
    let mut request = format!("ws://{}/graphql/ws", house.address).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-ws".parse().unwrap());
    assert!(tokio_tungstenite::connect_async(request).await.is_err());
}

#[tokio::test]
async fn initialisation_has_its_time() {
    let settings = ServerSettings { workers: 1, socket_init_secs: 1, ..ServerSettings::default() };
    let house = House::with(Plan { settings, ..Plan::default() }).await;
    let mut client = Client::connect(&house).await;
    client.say(r#"{"type":"ping","payload":{"a":1}}"#).await;
    assert_eq!(client.hear().await, json!({"type": "pong", "payload": {"a": 1}}));
    assert_eq!(close_code(&mut client.stream).await, 4408);
}

#[tokio::test]
async fn all_kinds_of_operations_run() {
    let house = House::open().await;
    let mut client = Client::ready(&house).await;
    for (query, answers) in [
        ("{ hello }", vec![json!({"data": {"hello": "你好"}})]),
        ("mutation { act }", vec![json!({"data": {"act": 1}})]),
        ("subscription { ticks(to: 2) }", vec![json!({"data": {"ticks": 0}}), json!({"data": {"ticks": 1}})]),
    ] {
        client.subscribe("a", query).await;
        for answer in answers {
            assert_eq!(client.hear().await, json!({"type": "next", "id": "a", "payload": answer}), "{query}");
        }
        assert_eq!(client.hear().await, json!({"type": "complete", "id": "a"}), "the id is free again: {query}");
    }
    for (query, code) in [
        ("{ nope }", "INVALID_INPUT"),
        ("subscription { refused }", "FORBIDDEN"),
        ("{ panics }", "INTERNAL"),
        ("{ ...A } fragment A on Query { ...A }", "INVALID_INPUT"),
        ("{node{node{node{node{node{node{node{node{node{node{node{node{hello}}}}}}}}}}}}}", "QUERY_TOO_COMPLEX"),
    ] {
        client.subscribe("b", query).await;
        let answer = client.hear().await;
        assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!("b")), "{query}");
        assert_eq!(answer["payload"][0]["extensions"]["code"], code);
    }
    client.subscribe("c", "{ hello }").await;
    assert_eq!(client.hear().await["type"], "next", "the socket is as it was");
}

#[tokio::test]
async fn a_slow_operation_holds_up_no_other_and_can_be_ended() {
    let house = House::open().await;
    let mut client = Client::ready(&house).await;
    client.subscribe("slow", "{ slow(ms: 30000) }").await;
    client.subscribe("quick", "{ hello }").await;
    assert_eq!(client.hear().await["id"], "quick");
    assert_eq!(client.hear().await["type"], "complete");
    client.say(r#"{"type":"complete","id":"slow"}"#).await;
    client.say(r#"{"type":"complete","id":"unknown"}"#).await;
    client.subscribe("slow", "{ hello }").await;
    let answer = client.hear().await;
    assert_eq!((&answer["id"], &answer["type"]), (&json!("slow"), &json!("next")));
}

#[tokio::test]
async fn tokens_come_in_the_payload_or_the_header() {
    let house = House::open().await;
    for (header, payload, name) in [
        (Some("Bearer ann"), json!({}), "ann"),
        (None, json!({"authorization": "Bearer bob"}), "bob"),
        (None, json!({"Authorization": "Bearer bob", "client": "web"}), "bob"),
        (Some("Bearer ann"), json!({"authorization": "Bearer ann"}), "ann"),
        (Some("Bearer ann"), json!({"authorization": null}), "ann"),
        (None, json!({}), "anonymous"),
    ] {
        let mut client = Client::with(&house, Some("graphql-transport-ws"), header).await;
        client.say(&json!({"type": "connection_init", "payload": payload}).to_string()).await;
        client.hear().await;
        client.subscribe("1", "{ me }").await;
        assert_eq!(client.hear().await["payload"]["data"]["me"], name);
    }
    let mut client = Client::with(&house, Some("graphql-transport-ws"), Some("Bearer bad")).await;
    client.say(INIT).await;
    assert_eq!(close_code(&mut client.stream).await, 4403);
}

#[tokio::test]
async fn of_two_tokens_neither_is_taken() {
    let house = House::open().await;
    for (header, payload) in [("Bearer ann", "Bearer bob"), ("Bearer ann", "Bearer bad"), ("Bearer bad", "Bearer ann")]
    {
        let mut client = Client::with(&house, Some("graphql-transport-ws"), Some(header)).await;
        client.say(&json!({"type": "connection_init", "payload": {"authorization": payload}}).to_string()).await;
        assert_eq!(close_code(&mut client.stream).await, 4403, "{header}, {payload}");
    }
    for twice in [
        r#""authorization":"Bearer ann","Authorization":"Bearer bob""#,
        r#""authorization":"Bearer ann","authorization":"Bearer bob""#,
    ] {
        let mut client = Client::connect(&house).await;
        client.say(&format!(r#"{{"type":"connection_init","payload":{{{twice}}}}}"#)).await;
        assert_eq!(close_code(&mut client.stream).await, 4400);
    }
    for headers in [&["Bearer ann", "Bearer bob"][..], &["Bearer ann", "Bearer ann"], &[""]] {
        let mut request = format!("ws://{}/graphql/ws", house.address).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        for header in headers {
            request.headers_mut().append("authorization", HeaderValue::from_bytes(header.as_bytes()).unwrap());
        }
        let Err(Error::Http(response)) = tokio_tungstenite::connect_async(request).await else { panic!("{headers:?}") };
        assert_eq!(response.status(), 401, "{headers:?}");
        assert!(String::from_utf8_lossy(response.body().as_ref().unwrap()).contains("UNAUTHENTICATED"));
    }
}

#[tokio::test]
async fn a_header_that_is_no_text_makes_no_stranger() {
    let house = House::open().await;
    let mut stream = TcpStream::connect(&house.address).await.unwrap();
    let head = b"GET /graphql/ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        sec-websocket-protocol: graphql-transport-ws\r\nauthorization: Bearer \xe4\xbb\xa4\r\n\r\n";
    stream.write_all(head).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401");
}

#[tokio::test]
async fn a_retry_key_that_is_no_text_is_not_passed_over() {
    let house = House::open().await;
    let mut client = Client::ready(&house).await;
    for key in [json!(7), json!(["a"]), json!({}), json!("")] {
        let payload = json!({"query": "mutation { act }", "extensions": {"idempotencyKey": key}});
        client.say(&json!({"type": "subscribe", "id": "1", "payload": payload}).to_string()).await;
        let answer = client.hear().await;
        assert_eq!(answer["type"], "error", "{key}: {answer}");
        assert_eq!(answer["payload"][0]["extensions"]["code"], "INVALID_INPUT");
    }
}

#[tokio::test]
async fn a_socket_has_64_operations_and_no_more() {
    let house = House::open().await;
    let mut client = Client::ready(&house).await;
    for n in 0..64 {
        client.subscribe(&n.to_string(), "subscription { forever }").await;
        assert_eq!(client.hear().await["type"], "next");
    }
    client.subscribe("more", "subscription { forever }").await;
    let answer = client.hear().await;
    assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!("more")));
    assert_eq!(answer["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    client.say(r#"{"type":"complete","id":"7"}"#).await;
    client.subscribe("more", "{ hello }").await;
    assert_eq!(client.hear().await["type"], "next");
}

#[tokio::test]
async fn operations_on_a_socket_are_counted_too() {
    let rate_limit = RateLimit { enabled: true, per_minute: 1, burst: 2, ..RateLimit::default() };
    let house = House::with(Plan { rate_limit, ..Plan::default() }).await;
    let mut client = Client::ready(&house).await;
    for expected in ["next", "complete", "next", "complete", "error"] {
        if expected != "complete" {
            client.subscribe("1", "{ hello }").await;
        }
        assert_eq!(client.hear().await["type"], expected);
    }
}

#[tokio::test]
async fn a_silent_client_is_asked_and_then_left() {
    let settings = ServerSettings { workers: 1, socket_ping_secs: 1, ..ServerSettings::default() };
    let house = House::with(Plan { settings, ..Plan::default() }).await;
    let mut alive = Client::ready(&house).await;
    let pinged = tokio::time::timeout(Duration::from_secs(20), alive.stream.next()).await.unwrap();
    assert!(matches!(pinged, Some(Ok(Message::Ping(_)))), "{pinged:?}");
    // Reading on answers the ping; the socket stays.
    alive.subscribe("1", "{ hello }").await;
    assert_eq!(alive.hear().await["type"], "next");
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_up_only_itself() {
    let house = House::open().await;
    let mut deaf = Client::ready(&house).await;
    deaf.subscribe("1", "subscription { flood }").await;
    for _ in 0..20 {
        let mut other = Client::ready(&house).await;
        other.subscribe("1", "{ hello }").await;
        assert_eq!(other.hear().await["type"], "next");
    }
    for _ in 0..100 {
        assert_eq!(deaf.hear().await["payload"]["data"]["flood"].as_str().unwrap().len(), 10_000);
    }
}
