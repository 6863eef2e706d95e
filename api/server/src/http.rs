//! `/graphql` over HTTP, and the small endpoints beside it.

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use async_graphql::Data;
use tokio::time::{Instant, timeout};
use tongxin_kernel::{
    error::{Code, Message, Refusal},
    execute::{Context, GraphqlRequest, Method},
    say,
};

use super::{
    Caller, Shared,
    body::{self, Unread},
    edge::request_id,
    headers,
    negotiate::{Media, wants_page},
    reply::{self, lang},
    stop::Phase,
};

/// How long what the service stands on may take to answer before it counts as away.
const READY_WITHIN: Duration = Duration::from_secs(2);
const IDEMPOTENCY_KEY: &str = "idempotency-key";

pub(super) async fn post(request: HttpRequest, payload: web::Payload, shared: web::Data<Shared>) -> HttpResponse {
    let Some(media) = accepted(&request) else { return not_acceptable(&request) };
    match body::posted(&request, payload, &shared.gateway.settings).await {
        Ok(asked) => run(&request, asked, Method::Post, media, &shared).await,
        Err((status, refusal)) => reply::refused(&request, status, &refusal, media),
    }
}

/// A query in the parameters, or a page for a browser.
pub(super) async fn get(request: HttpRequest, shared: web::Data<Shared>) -> HttpResponse {
    let media = accepted(&request);
    match (body::queried(&request), media) {
        (Ok(None), _) if wants_page(headers::list(&request, header::ACCEPT).as_deref()) => {
            shared.graphql_page.response(&request)
        }
        (_, None) => not_acceptable(&request),
        (Ok(Some(asked)), Some(media)) => run(&request, asked, Method::Get, media, &shared).await,
        (Ok(None), Some(media)) => {
            let message = say!("缺少参数 query", "The parameter query is missing");
            let refusal = Refusal::new(Code::InvalidInput, message);
            reply::refused(&request, StatusCode::BAD_REQUEST, &refusal, media)
        }
        (Err((status, refusal)), Some(media)) => reply::refused(&request, status, &refusal, media),
    }
}

async fn run(
    request: &HttpRequest,
    asked: GraphqlRequest,
    method: Method,
    media: Media,
    shared: &Shared,
) -> HttpResponse {
    let due = shared.gateway.executor.due();
    let identified = identify(request, shared, due).await;
    let (caller, key, idempotency_key) = match identified.and_then(|(c, key)| Ok((c, key, idempotency_key(request)?))) {
        Ok(identified) => identified,
        Err((status, refusal)) => return reply::refused(request, status, &refusal, media),
    };
    let mut data = Data::default();
    caller.attach(&mut data);
    let context = Context {
        lang: lang(request),
        request_id: request_id(request),
        idempotency_key,
        method,
        introspection: shared.gateway.open_schema || caller.may_introspect(),
        due: Some(due),
        charge: Some(shared.charge(key)),
        data,
    };
    let answer = shared.gateway.executor.run(asked, context).await;
    reply::answered(request, answer, media, shared.gateway.settings.gzip_from_bytes)
}

/// The key under which a mutation happens once. Of two nobody can tell which was meant.
fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Unread> {
    let mut keys = request.headers().get_all(IDEMPOTENCY_KEY);
    let key = keys.next().map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned());
    if keys.next().is_none() {
        return Ok(key);
    }
    let message = say!("Idempotency-Key 只能出现一次", "Send one Idempotency-Key, not several");
    Err((StatusCode::BAD_REQUEST, Refusal::new(Code::InvalidInput, message)))
}

/// Who calls, and the name it is counted under; counts the call. Failed sign-ins count under their address.
pub(super) async fn identify(
    request: &HttpRequest,
    shared: &Shared,
    due: Instant,
) -> Result<(Arc<dyn Caller>, String), Unread> {
    let address = shared.address(request);
    let limited = |refusal| (StatusCode::TOO_MANY_REQUESTS, refusal);
    match shared.caller(headers::authorization(request), due).await {
        Ok(caller) => {
            let key = caller.rate_key().unwrap_or(address);
            shared.rate.check(&key).map_err(limited)?;
            Ok((caller, key))
        }
        Err(refusal) => {
            shared.rate.check(&address).map_err(limited)?;
            let status = match refusal.code {
                Code::Unauthenticated => StatusCode::UNAUTHORIZED,
                Code::Forbidden => StatusCode::FORBIDDEN,
                Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            Err((status, refusal))
        }
    }
}

fn accepted(request: &HttpRequest) -> Option<Media> {
    Media::accepted(headers::list(request, header::ACCEPT).as_deref())
}

fn not_acceptable(request: &HttpRequest) -> HttpResponse {
    let message = say!(
        "可接受的媒体类型：application/graphql-response+json 或 application/json",
        "Accept application/graphql-response+json or application/json"
    );
    let refusal = Refusal::new(Code::InvalidInput, message);
    reply::refused(request, StatusCode::NOT_ACCEPTABLE, &refusal, Media::Json)
}

/// Any other method on `/graphql`.
pub(super) async fn wrong_method(request: HttpRequest) -> HttpResponse {
    method_not_allowed(&request, say!("请用 POST 或 GET", "Use POST or GET"), "GET, POST")
}

/// Any other method on the endpoints beside it.
pub(super) async fn only_readable(request: HttpRequest) -> HttpResponse {
    method_not_allowed(&request, say!("请用 GET", "Use GET"), "GET, HEAD")
}

fn method_not_allowed(request: &HttpRequest, message: Message, allowed: &'static str) -> HttpResponse {
    let refusal = Refusal::new(Code::InvalidInput, message);
    let mut response = reply::refused(request, StatusCode::METHOD_NOT_ALLOWED, &refusal, Media::Json);
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(allowed));
    response
}

pub(super) async fn not_found(request: HttpRequest) -> HttpResponse {
    let path = request.path().get(..64).unwrap_or(request.path());
    let refusal = Refusal::not_found(say!("地址 {path}", "{path}"));
    reply::refused(&request, StatusCode::NOT_FOUND, &refusal, Media::Json)
}

pub(super) async fn start(request: HttpRequest, shared: web::Data<Shared>) -> HttpResponse {
    shared.start_page.response(&request)
}

/// Alive: the process answers.
pub(super) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// Can serve: what it stands on is there, and it is not about to stop.
pub(super) async fn readyz(request: HttpRequest, shared: web::Data<Shared>) -> HttpResponse {
    if *shared.phase.borrow() > Phase::Serving {
        let refusal = Refusal::unavailable();
        return reply::refused(&request, StatusCode::SERVICE_UNAVAILABLE, &refusal, Media::Json);
    }
    let ready = timeout(READY_WITHIN, shared.gateway.readiness.ready()).await;
    match ready.unwrap_or_else(|_| Err(Refusal::unavailable())) {
        Ok(()) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"),
        Err(refusal) => reply::refused(&request, StatusCode::SERVICE_UNAVAILABLE, &refusal, Media::Json),
    }
}

pub(super) async fn metrics(shared: web::Data<Shared>) -> HttpResponse {
    let figures = shared.gateway.figures.metrics.render();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(figures)
}
