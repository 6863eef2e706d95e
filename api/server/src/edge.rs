//! What every request passes and every response gets: a place, the request id, the bound on heads, the security headers.

use std::sync::Arc;

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType, StatusCode,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use tongxin_kernel::{
    error::{Code, Refusal},
    say, telemetry,
};
use uuid::Uuid;

use super::{Shared, connections::Place, headers, negotiate::Media, reply};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_ID: usize = 64;
/// What is answered even when there is no place left.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

struct RequestId(Arc<str>);

/// The id of a request: the client's own if it is sane, else a new one.
pub(super) fn request_id(request: &HttpRequest) -> Arc<str> {
    request.extensions().get::<RequestId>().map_or_else(|| "-".into(), |id| id.0.clone())
}

fn choose_id(given: Option<&str>) -> Arc<str> {
    let sane = |id: &&str| {
        (1..=LONGEST_ID).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    match given.filter(sane) {
        Some(id) => id.into(),
        None => Uuid::now_v7().simple().to_string().into(),
    }
}

pub(super) async fn pass(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = choose_id(headers::sole(request.request(), &REQUEST_ID).ok().flatten());
    request.extensions_mut().insert(RequestId(id.clone()));
    let shared = request.app_data::<web::Data<Shared>>().cloned();
    let has_place = request.conn_data::<Place>().is_none_or(Place::hear);
    let stopped = shared.as_ref().and_then(|shared| stopped(request.request(), shared, has_place));
    let mut response = match stopped {
        Some(refused) => request.into_response(refused),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    let leaves = !has_place || shared.is_some_and(|shared| shared.closes_connections());
    if leaves && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    telemetry::responded(response.status().as_u16());
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    for (name, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    Ok(response)
}

/// The refusal of a request that goes no further than this.
fn stopped(request: &HttpRequest, shared: &Shared, has_place: bool) -> Option<HttpResponse> {
    if !has_place && !PROBES.contains(&request.path()) {
        shared.connections.refused();
        let refusal = Refusal::unavailable();
        return Some(reply::refused(request, StatusCode::SERVICE_UNAVAILABLE, &refusal, Media::Json));
    }
    let limit = shared.gateway.settings.head_bytes;
    (head_size(request) > limit).then(|| {
        let message = say!("请求头超过 {limit} 字节", "The head of the request is larger than {limit} bytes");
        let refusal = Refusal::new(Code::InvalidInput, message);
        reply::refused(request, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, &refusal, Media::Json)
    })
}

fn head_size(request: &HttpRequest) -> usize {
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    headers.sum::<usize>() + request.uri().path_and_query().map_or(0, |target| target.as_str().len())
}

#[cfg(test)]
mod tests {
    use super::choose_id;

    #[test]
    fn keeps_sane_ids_only() {
        let chosen = |id: &str| choose_id(Some(id));
        assert_eq!(&*chosen("abc-1_2.3"), "abc-1_2.3");
        for odd in ["", "a b", "a\"b", &"x".repeat(65), "<script>"] {
            assert_eq!(chosen(odd).len(), 32, "{odd}");
        }
        assert_ne!(choose_id(None), choose_id(None));
    }
}
