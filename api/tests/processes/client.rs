//! A client of the API over HTTP and over a socket.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use crate::program::{PATIENCE, within};

/// Somebody who asks one process.
#[derive(Clone)]
pub struct Client {
    address: String,
    token: Option<String>,
    http: reqwest::Client,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub text: String,
    pub body: Value,
    pub took: Duration,
}

impl Answer {
    /// The code of the first error, or nothing.
    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }

    /// The data of an answer without errors.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.status == 200 && self.body.get("errors").is_none(), "{self:?}");
        &self.body["data"]
    }

    /// That the service cannot serve now, told as it must be: by status, code and header, and with no `data`.
    #[track_caller]
    pub fn is_unavailable(&self) {
        assert_eq!((self.status, self.code()), (503, "UNAVAILABLE"), "{self:?}");
        assert!(self.body.get("data").is_none(), "{self:?}");
        let seconds = self.retry_after.as_ref().and_then(|after| after.parse::<u32>().ok());
        assert!(seconds.is_some_and(|seconds| (1..=60).contains(&seconds)), "{self:?}");
    }
}

impl Client {
    pub fn new(address: &str, token: Option<&str>) -> Self {
        // Each request on a connection of its own: processes come and go behind one address.
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).timeout(PATIENCE).build().unwrap();
        Self { address: address.to_owned(), token: token.map(str::to_owned), http }
    }

    /// The same caller at another process.
    pub fn at(&self, address: &str) -> Self {
        Self { address: address.to_owned(), ..self.clone() }
    }

    /// The status of an endpoint beside the API.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let response = self.http.get(format!("http://{}{path}", self.address)).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    pub async fn ask(&self, query: &str, input: Value) -> Answer {
        self.try_ask(query, input, None).await.unwrap()
    }

    /// The same under an `Idempotency-Key`; the error is the connection's.
    pub async fn try_ask(&self, query: &str, input: Value, key: Option<&str>) -> reqwest::Result<Answer> {
        let mut request = self
            .http
            .post(format!("http://{}/graphql", self.address))
            .header("accept", "application/graphql-response+json")
            .json(&json!({"query": query, "variables": {"input": input}}));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let begun = Instant::now();
        let response = request.send().await?;
        let status = response.status().as_u16();
        let retry_after = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"));
        Ok(Answer { status, retry_after, body, text, took: begun.elapsed() })
    }

    /// Begins to hear of changed service items of a community.
    pub async fn subscribe(&self, community: &str) -> Subscriber {
        let mut request = format!("ws://{}/graphql/ws", self.address).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        let (stream, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let mut subscriber = Subscriber { stream };
        let payload = self.token.as_ref().map(|token| json!({"authorization": format!("Bearer {token}")}));
        subscriber.say(&json!({"type": "connection_init", "payload": payload})).await;
        assert_eq!(subscriber.hear().await["type"], "connection_ack");
        let query =
            "subscription($c: String) { serviceItemChanged(communityCode: $c) { id title status community { code } } }";
        let payload = json!({"query": query, "variables": {"c": community}});
        subscriber.say(&json!({"type": "subscribe", "id": "1", "payload": payload})).await;
        // Messages of a socket are taken in order: once this is answered the subscription has been taken too.
        subscriber.say(&json!({"type": "ping"})).await;
        assert_eq!(subscriber.hear().await["type"], "pong");
        subscriber
    }
}

/// An open socket with one subscription.
pub struct Subscriber {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Subscriber {
    async fn say(&mut self, message: &Value) {
        self.stream.send(Message::text(message.to_string())).await.unwrap();
    }

    async fn next(&mut self) -> Message {
        loop {
            let next = within(PATIENCE, "a message", self.stream.next()).await;
            match next.expect("the socket is open").expect("a message") {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return message,
            }
        }
    }

    pub async fn hear(&mut self) -> Value {
        match self.next().await {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// Waits until an event of this service item arrives.
    pub async fn hear_of(&mut self, id: &str) {
        while self.hear().await["payload"]["data"]["serviceItemChanged"]["id"] != id {}
    }

    /// The code that the service closes with.
    pub async fn closed(mut self) -> u16 {
        loop {
            match self.next().await {
                Message::Close(frame) => return frame.map_or(0, |frame| frame.code.into()),
                Message::Text(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}
