//! `/graphql/ws`: `graphql-transport-ws` over one WebSocket. All operations of a socket run in its one task, so that
//! a client which does not read holds up only itself.

mod operation;
mod protocol;

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, Session};
use futures_util::{StreamExt as _, stream::BoxStream};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_stream::StreamMap;

use self::{
    operation::{Frame, Origin},
    protocol::{Closing, Said},
};
use super::{
    Shared,
    edge::request_id,
    negotiate::Media,
    reply::{self, lang, text},
};
use crate::{
    error::{Code, Refusal},
    say,
    telemetry::InFlight,
};

/// How long a client may leave a message unread.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn open(request: HttpRequest, payload: web::Payload, shared: web::Data<Shared>) -> HttpResponse {
    let Ok((response, session, messages)) = actix_ws::handle_with_protocols(&request, payload, &[protocol::NAME])
    else {
        let message = say!("此地址仅接受 WebSocket", "This address takes WebSocket connections only");
        let refusal = Refusal::new(Code::InvalidInput, message);
        return reply::refused(&request, StatusCode::UPGRADE_REQUIRED, &refusal, Media::Json);
    };
    let spoken = response.headers().contains_key(header::SEC_WEBSOCKET_PROTOCOL);
    let limit = shared.gateway.settings.socket_message_bytes;
    let messages = messages.max_frame_size(limit).aggregate_continuations().max_continuation_size(limit);
    let origin = Origin {
        address: shared.address(&request),
        authorization: text(&request, header::AUTHORIZATION).map(str::to_owned),
        lang: lang(&request),
        request_id: request_id(&request),
        shared: shared.into_inner(),
    };
    actix_web::rt::spawn(async move {
        let _open = InFlight::socket();
        let mut socket = Socket { session, messages, operations: StreamMap::new(), origin: Arc::new(origin) };
        let closing = if spoken { socket.talk().await } else { Some(Closing::NoProtocol) };
        let Socket { session, operations, .. } = socket;
        drop(operations);
        let _ = timeout(WRITE_PATIENCE, session.close(closing.map(Closing::reason))).await;
    });
    response
}

struct Socket {
    session: Session,
    messages: AggregatedMessageStream,
    operations: StreamMap<String, BoxStream<'static, Frame>>,
    origin: Arc<Origin>,
}

/// What the next turn is about.
enum Turn {
    Said(Option<String>),
    Answered(Frame),
    Silence,
    Stop,
}

impl Socket {
    /// Speaks until there is a reason to close, or the client is gone (`None`).
    async fn talk(&mut self) -> Option<Closing> {
        if let Err(closing) = self.initialise().await {
            return closing;
        }
        let mut stopping = self.origin.shared.stopping.clone();
        let quiet = Duration::from_secs(self.origin.shared.gateway.settings.socket_ping_secs);
        let mut asked_for_life = false;
        loop {
            let turn = tokio::select! {
                biased;
                _ = stopping.wait_for(|stop| *stop) => Turn::Stop,
                said = timeout(quiet, heard(&mut self.messages, &mut self.session)) => match said {
                    Ok(Ok(said)) => Turn::Said(said),
                    Ok(Err(closing)) => return closing,
                    Err(_) => Turn::Silence,
                },
                Some((_, frame)) = self.operations.next(), if !self.operations.is_empty() => Turn::Answered(frame),
            };
            let turned = match turn {
                Turn::Stop => return Some(Closing::GoingAway),
                Turn::Said(text) => {
                    asked_for_life = false;
                    match text {
                        Some(text) => self.answer(&text).await,
                        None => Ok(()),
                    }
                }
                Turn::Answered(frame) => self.pass_on(frame).await,
                Turn::Silence if asked_for_life => return None,
                Turn::Silence => {
                    asked_for_life = true;
                    self.session.ping(b"").await.map_err(|_| None)
                }
            };
            if let Err(closing) = turned {
                return closing;
            }
        }
    }

    /// Waits for `connection_init` and its token.
    async fn initialise(&mut self) -> Result<(), Option<Closing>> {
        let seconds = self.origin.shared.gateway.settings.socket_init_secs;
        let until = Instant::now() + Duration::from_secs(seconds);
        let mut stopping = self.origin.shared.stopping.clone();
        loop {
            let said = tokio::select! {
                _ = stopping.wait_for(|stop| *stop) => return Err(Some(Closing::GoingAway)),
                said = timeout_at(until, heard(&mut self.messages, &mut self.session)) => said,
            };
            let Some(text) = said.map_err(|_| Some(Closing::NotInitialised))?? else { continue };
            match Said::read(&text).ok_or(Some(Closing::Invalid))? {
                Said::ConnectionInit { payload } => {
                    let token =
                        payload.as_ref().and_then(|p| p.get("authorization").or_else(|| p.get("Authorization")));
                    if let Some(token) = token {
                        let token = token.as_str().ok_or(Some(Closing::Forbidden))?.to_owned();
                        let origin = Origin { authorization: Some(token), ..Origin::clone(&self.origin) };
                        self.origin = Arc::new(origin);
                    }
                    self.origin.caller(until).await.map_err(|refusal| Some(operation::closing(&refusal)))?;
                    return self.say(protocol::ACKNOWLEDGED.to_owned()).await;
                }
                Said::Ping { payload } => self.say(protocol::pong(payload)).await?,
                Said::Pong {} => {}
                Said::Subscribe { .. } | Said::Complete { .. } => return Err(Some(Closing::Unauthorized)),
            }
        }
    }

    async fn answer(&mut self, text: &str) -> Result<(), Option<Closing>> {
        match Said::read(text).ok_or(Some(Closing::Invalid))? {
            Said::ConnectionInit { .. } => Err(Some(Closing::InitialisedTwice)),
            Said::Ping { payload } => self.say(protocol::pong(payload)).await,
            Said::Pong {} => Ok(()),
            Said::Complete { id } => {
                self.operations.remove(&id);
                Ok(())
            }
            Said::Subscribe { id, payload } => {
                if self.operations.contains_key(&id) {
                    return Err(Some(Closing::Duplicate));
                }
                let most = self.origin.shared.gateway.settings.socket_operations;
                if self.operations.len() >= most {
                    let frame = self.origin.too_many(&id, most);
                    return self.pass_on(frame).await;
                }
                let frames = operation::run(self.origin.clone(), id.clone(), payload);
                self.operations.insert(id, frames);
                Ok(())
            }
        }
    }

    async fn pass_on(&mut self, frame: Frame) -> Result<(), Option<Closing>> {
        match frame {
            Frame::Text(text) => self.say(text).await,
            Frame::Last { id, text } => {
                self.operations.remove(&id);
                self.say(text).await
            }
            Frame::Close(closing) => Err(Some(closing)),
        }
    }

    async fn say(&mut self, text: String) -> Result<(), Option<Closing>> {
        match timeout(WRITE_PATIENCE, self.session.text(text)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(None),
        }
    }
}

/// The next message: a text, or `None` for a sign of life.
async fn heard(
    messages: &mut AggregatedMessageStream,
    session: &mut Session,
) -> Result<Option<String>, Option<Closing>> {
    match messages.recv().await {
        Some(Ok(AggregatedMessage::Text(text))) => Ok(Some(text.to_string())),
        Some(Ok(AggregatedMessage::Ping(bytes))) => session.pong(&bytes).await.map(|()| None).map_err(|_| None),
        Some(Ok(AggregatedMessage::Pong(_))) => Ok(None),
        Some(Ok(AggregatedMessage::Binary(_))) => Err(Some(Closing::Invalid)),
        Some(Ok(AggregatedMessage::Close(_))) | None => Err(None),
        Some(Err(actix_ws::ProtocolError::Overflow)) => Err(Some(Closing::TooBig)),
        // The aggregator says so of a message whose parts grow too long.
        Some(Err(actix_ws::ProtocolError::Io(error))) if error.kind() == std::io::ErrorKind::Other => {
            Err(Some(Closing::TooBig))
        }
        Some(Err(_)) => Err(None),
    }
}
