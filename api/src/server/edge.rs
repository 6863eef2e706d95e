//! What every request passes and every response gets: the request id, the bound on heads, the security headers.

use std::sync::Arc;

use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use uuid::Uuid;

use super::{Shared, negotiate::Media, reply};
use crate::{
    error::{Code, Refusal},
    say, telemetry,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_ID: usize = 64;

struct RequestId(Arc<str>);

/// The id of a request: the client's own if it is sane, else a new one.
pub(super) fn request_id(request: &HttpRequest) -> Arc<str> {
    request.extensions().get::<RequestId>().map_or_else(|| "-".into(), |id| id.0.clone())
}

fn choose_id(given: Option<&HeaderValue>) -> Arc<str> {
    let sane = |id: &&str| {
        (1..=LONGEST_ID).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    match given.and_then(|id| id.to_str().ok()).filter(sane) {
        Some(id) => id.into(),
        None => Uuid::now_v7().simple().to_string().into(),
    }
}

pub(super) async fn pass(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = choose_id(request.headers().get(&REQUEST_ID));
    request.extensions_mut().insert(RequestId(id.clone()));
    let limit = request.app_data::<web::Data<Shared>>().map_or(usize::MAX, |s| s.gateway.settings.head_bytes);
    let mut response = if head_size(request.request()) > limit {
        let message = say!("请求头超过 {limit} 字节", "The head of the request is larger than {limit} bytes");
        let refusal = Refusal::new(Code::InvalidInput, message);
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        let refused = reply::refused(request.request(), status, &refusal, Media::Json);
        request.into_response(refused)
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
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

fn head_size(request: &HttpRequest) -> usize {
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    headers.sum::<usize>() + request.uri().path_and_query().map_or(0, |target| target.as_str().len())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::choose_id;

    #[test]
    fn keeps_sane_ids_only() {
        let chosen = |id: &str| choose_id(HeaderValue::from_str(id).ok().as_ref());
        assert_eq!(&*chosen("abc-1_2.3"), "abc-1_2.3");
        for odd in ["", "a b", "a\"b", &"x".repeat(65), "<script>"] {
            assert_eq!(chosen(odd).len(), 32, "{odd}");
        }
        assert_ne!(choose_id(None), choose_id(None));
    }
}
