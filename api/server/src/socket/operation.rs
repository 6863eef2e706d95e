//! One operation of a socket: who asks, and the frames it is answered with.

use std::sync::Arc;

use async_graphql::Data;
use futures_util::{
    StreamExt as _, future,
    stream::{self, BoxStream},
};
use tokio::time::Instant;
use tongxin_kernel::{
    error::{Code, Refusal},
    execute::{Answer, Context, GraphqlRequest, Method, Opened, Stage},
    lang::Lang,
    say,
    telemetry::InFlight,
};

use super::{
    super::{Caller, Shared},
    protocol::{self, Closing},
};

/// Where the operations of a socket come from.
#[derive(Clone)]
pub(super) struct Origin {
    pub shared: Arc<Shared>,
    pub address: String,
    pub authorization: Option<String>,
    pub lang: Lang,
    pub request_id: Arc<str>,
}

/// What goes back.
pub(super) enum Frame {
    Text(String),
    /// The operation is over.
    Last {
        id: String,
        text: String,
    },
    Close(Closing),
}

impl Origin {
    /// The caller as of now: a token may have run out since the last operation.
    pub async fn caller(&self, due: Instant) -> Result<Arc<dyn Caller>, Refusal> {
        self.shared.caller(self.authorization.as_deref(), due).await
    }

    /// Whether the token is good as before, now that there is a doubt; a database that is away casts none.
    pub async fn still_good(&self) -> Result<(), Closing> {
        match self.caller(self.shared.gateway.executor.due()).await {
            Err(refusal) if matches!(refusal.code, Code::Unauthenticated) => Err(closing(&refusal)),
            _ => Ok(()),
        }
    }

    pub fn too_many(&self, id: &str, most: usize) -> Frame {
        let message =
            say!("一个连接上最多同时进行 {most} 个操作", "At most {most} operations at the same time on one socket");
        self.refused(id, &Refusal::new(Code::RateLimited, message).with("retryAfter", 1))
    }

    fn refused(&self, id: &str, refusal: &Refusal) -> Frame {
        last(id, &Answer::refusal(refusal, self.lang, &self.request_id))
    }
}

/// Why a socket is closed whose token is refused.
pub(super) fn closing(refusal: &Refusal) -> Closing {
    match refusal.code {
        Code::Unauthenticated | Code::Forbidden => Closing::Forbidden,
        _ => Closing::TryAgain,
    }
}

/// Runs an operation; the frames end with one that is [`Frame::Last`] or closes the socket.
pub(super) fn run(origin: Arc<Origin>, id: String, request: GraphqlRequest) -> BoxStream<'static, Frame> {
    stream::once(start(origin, id, request)).flatten().boxed()
}

async fn start(origin: Arc<Origin>, id: String, request: GraphqlRequest) -> BoxStream<'static, Frame> {
    let due = origin.shared.gateway.executor.due();
    let caller = match origin.caller(due).await {
        Ok(caller) => caller,
        Err(refusal) => return one(Frame::Close(closing(&refusal))),
    };
    let key = caller.rate_key().unwrap_or_else(|| origin.address.clone());
    if let Err(refusal) = origin.shared.rate.check(&key) {
        return one(origin.refused(&id, &refusal));
    }
    let mut data = Data::default();
    caller.attach(&mut data);
    let context = Context {
        lang: origin.lang,
        request_id: format!("{}.{}", origin.request_id, short(&id)).into(),
        idempotency_key: idempotency_key(&request),
        method: Method::Socket,
        introspection: origin.shared.gateway.open_schema || caller.may_introspect(),
        due: Some(due),
        charge: Some(origin.shared.charge(key)),
        data,
    };
    match origin.shared.gateway.executor.subscribe(request, context).await {
        Opened::Once(answer) if answer.stage != Stage::Ran => one(last(&id, &answer)),
        Opened::Once(answer) => {
            let frames = [Frame::Text(protocol::next(&id, &answer.body)), ended(&id)];
            stream::iter(frames).boxed()
        }
        Opened::Events(events) => events_of(id, events),
    }
}

/// The key under which a mutation happens once. One that is no text is not passed over: it is refused as none of ours.
fn idempotency_key(request: &GraphqlRequest) -> Option<String> {
    let key = request.extensions.as_ref()?.get("idempotencyKey").filter(|key| !key.is_null())?;
    Some(key.as_str().unwrap_or_default().to_owned())
}

/// `next` for each event and `complete` at the end; a refusal before any event is an `error` and nothing more.
fn events_of(id: String, events: BoxStream<'static, Answer>) -> BoxStream<'static, Frame> {
    let counted = InFlight::subscription();
    let frames = events.map(Some).chain(stream::once(future::ready(None))).scan(false, move |over, answer| {
        let _ = &counted;
        let frame = match answer {
            _ if *over => None,
            Some(answer) if answer.stage != Stage::Ran => {
                *over = true;
                Some(last(&id, &answer))
            }
            Some(answer) => Some(Frame::Text(protocol::next(&id, &answer.body))),
            None => Some(ended(&id)),
        };
        future::ready(frame)
    });
    frames.boxed()
}

fn one(frame: Frame) -> BoxStream<'static, Frame> {
    stream::once(future::ready(frame)).boxed()
}

fn last(id: &str, answer: &Answer) -> Frame {
    Frame::Last { id: id.to_owned(), text: protocol::error(id, answer.errors().unwrap_or(b"[]")) }
}

fn ended(id: &str) -> Frame {
    Frame::Last { id: id.to_owned(), text: protocol::complete(id) }
}

/// An id for the log: bounded, and nothing that would need escaping.
fn short(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).take(16).collect()
}
