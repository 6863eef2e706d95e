//! Somebody who listens: a subscription over a WebSocket, as `graphql-transport-ws` has it.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use crate::{Actor, TestApp};

/// How long a story waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Listener {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl TestApp {
    /// Subscribes for an actor.
    ///
    /// # Panics
    /// When the actor is not let in.
    pub async fn listen(&self, actor: &Actor, document: &str, variables: Value) -> Listener {
        let mut listener = self.call(actor).await;
        assert_eq!(listener.hear().await, Ok(json!({"type": "connection_ack"})));
        let asked = json!({"query": document, "variables": variables});
        listener.say(json!({"type": "subscribe", "id": "1", "payload": asked})).await;
        listener
    }

    /// Opens a socket and says who calls; the answer is yet to be heard.
    ///
    /// # Panics
    /// When there is no socket.
    pub async fn call(&self, actor: &Actor) -> Listener {
        self.call_in("en", actor).await
    }

    /// The same by somebody who reads this language, as `Accept-Language` has it.
    ///
    /// # Panics
    /// When there is no socket.
    pub async fn call_in(&self, language: &str, actor: &Actor) -> Listener {
        let request = format!("ws://{}/graphql/ws", self.address).into_client_request();
        let mut request = request.expect("an address");
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
        headers.insert("accept-language", language.parse().expect("a header"));
        let (socket, _) = connect_async(request).await.expect("a socket");
        let mut listener = Listener { socket };
        let payload = actor.token.as_ref().map(|token| json!({"authorization": format!("Bearer {token}")}));
        listener.say(json!({"type": "connection_init", "payload": payload.unwrap_or(json!({}))})).await;
        listener
    }
}

impl Listener {
    /// Sends a message of the protocol.
    ///
    /// # Panics
    /// When the socket is closed.
    pub async fn say(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.expect("the socket is open");
    }

    /// The next message, or the code with which the socket was closed.
    ///
    /// # Errors
    /// The code.
    ///
    /// # Panics
    /// When nothing comes for long.
    pub async fn hear(&mut self) -> Result<Value, u16> {
        loop {
            let message = timeout(PATIENCE, self.socket.next()).await.expect("a message comes in time");
            match message.expect("the socket is open").expect("a whole message") {
                Message::Text(text) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Message::Close(frame) => return Err(frame.map_or(1005, |frame| frame.code.into())),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The data of the next event.
    ///
    /// # Panics
    /// When something else comes.
    pub async fn event(&mut self) -> Value {
        let message = self.hear().await.expect("the socket stays open");
        assert_eq!((&message["type"], message["payload"].get("errors")), (&json!("next"), None), "{message}");
        message["payload"]["data"].clone()
    }
}
