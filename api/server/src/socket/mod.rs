//! `/graphql/ws`: `graphql-transport-ws` over one WebSocket. All operations of a socket run in its one task, so that
//! a client which does not read holds up only itself.

mod operation;
mod protocol;
mod seats;

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{ConnectionType, StatusCode, header},
    web,
};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, Session};
use futures_util::{StreamExt as _, stream::BoxStream};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_stream::StreamMap;

pub(super) use self::seats::{Seat, Seats};
use self::{
    operation::{Frame, Origin},
    protocol::{Closing, Opening, Said},
};
use super::{
    Shared,
    connections::Place,
    edge::request_id,
    headers,
    negotiate::Media,
    reply::{self, lang},
    stop::Phase,
};
use tongxin_kernel::{
    error::{Code, Refusal},
    say,
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
    let authorization = headers::authorization(&request).map(str::to_owned);
    if authorization.as_deref() == Some("") {
        let message =
            say!("Authorization 应只出现一次，内容为 “Bearer 令牌”", "Send one Authorization header, with one token");
        return reply::refused(&request, StatusCode::UNAUTHORIZED, &Refusal::unauthenticated(message), Media::Json);
    }
    let address = shared.address(&request);
    let seat = match shared.seats.take(&address) {
        Ok(seat) => seat,
        Err(refusal) => {
            let mut refused = reply::refused(&request, StatusCode::TOO_MANY_REQUESTS, &refusal, Media::Json);
            refused.head_mut().set_connection_type(ConnectionType::Close); // its place is needed
            return refused;
        }
    };
    if let Some(place) = request.conn_data::<Place>() {
        place.become_socket(seat.clone());
    }
    let spoken = response.headers().contains_key(header::SEC_WEBSOCKET_PROTOCOL);
    let limit = shared.gateway.settings.socket_message_bytes;
    let messages = messages.max_frame_size(limit).aggregate_continuations().max_continuation_size(limit);
    let origin = Origin {
        address,
        authorization,
        lang: lang(&request),
        request_id: request_id(&request),
        shared: shared.into_inner(),
    };
    actix_web::rt::spawn(async move {
        let mut socket = Socket { session, messages, operations: StreamMap::new(), origin: Arc::new(origin), seat };
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
    seat: Arc<Seat>,
}

/// What the next turn is about.
enum Turn {
    Said(Option<String>),
    Answered(Frame),
    Silence,
    Doubt,
    Stop,
}

impl Socket {
    /// Speaks until there is a reason to close, or the client is gone (`None`).
    async fn talk(&mut self) -> Option<Closing> {
        let mut doubts = self.origin.shared.gateway.authenticate.doubts();
        if let Err(closing) = self.initialise().await {
            return closing;
        }
        let mut phase = self.origin.shared.phase.clone();
        let quiet = Duration::from_secs(self.origin.shared.gateway.settings.socket_ping_secs);
        let mut asked_for_life = false;
        loop {
            let turn = tokio::select! {
                biased;
                _ = phase.wait_for(|phase| *phase == Phase::Stopping) => Turn::Stop,
                Ok(()) = doubts.changed() => Turn::Doubt,
                said = timeout(quiet, heard(&mut self.messages, &mut self.session)) => match said {
                    Ok(Ok(said)) => Turn::Said(said),
                    Ok(Err(closing)) => return closing,
                    Err(_) => Turn::Silence,
                },
                Some((_, frame)) = self.operations.next(), if !self.operations.is_empty() => Turn::Answered(frame),
            };
            let turned = match turn {
                Turn::Stop => return Some(Closing::GoingAway),
                Turn::Doubt => self.origin.still_good().await.map_err(Some),
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
        let mut phase = self.origin.shared.phase.clone();
        loop {
            let said = tokio::select! {
                _ = phase.wait_for(|phase| *phase == Phase::Stopping) => return Err(Some(Closing::GoingAway)),
                said = timeout_at(until, heard(&mut self.messages, &mut self.session)) => said,
            };
            let Some(text) = said.map_err(|_| Some(Closing::NotInitialised))?? else { continue };
            match Said::read(&text).ok_or(Some(Closing::Invalid))? {
                Said::ConnectionInit { payload } => {
                    self.identify(payload.unwrap_or_default(), until).await?;
                    return self.say(protocol::ACKNOWLEDGED.to_owned()).await;
                }
                Said::Ping { payload } => self.say(protocol::pong(payload)).await?,
                Said::Pong {} => {}
                Said::Subscribe { .. } | Said::Complete { .. } => return Err(Some(Closing::Unauthorized)),
            }
        }
    }

    /// Learns whose socket it is, by the token of the header or of the payload: of two that differ neither is taken.
    async fn identify(&mut self, opening: Opening, until: Instant) -> Result<(), Option<Closing>> {
        if let Some(token) = opening.authorization {
            let token = token.as_str().ok_or(Some(Closing::Forbidden))?;
            if self.origin.authorization.as_deref().is_some_and(|header| header != token) {
                return Err(Some(Closing::Forbidden));
            }
            let origin = Origin { authorization: Some(token.to_owned()), ..Origin::clone(&self.origin) };
            self.origin = Arc::new(origin);
        }
        let caller = self.origin.caller(until).await.map_err(|refusal| Some(operation::closing(&refusal)))?;
        match caller.rate_key().map(|person| self.seat.belong_to(person)) {
            Some(Err(most)) => Err(Some(Closing::TooMany(most))),
            _ => Ok(()),
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
