//! Answers on their way out over HTTP: status, headers, compression.

use std::io::{self, Write as _};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};
use flate2::{Compression, write::GzEncoder};
use tongxin_kernel::{
    error::{Code, Refusal},
    execute::{Answer, Stage},
    lang::Lang,
};

use super::{headers, negotiate::Media};

/// The status of an answer: by the GraphQL-over-HTTP specification, with the older rules for `application/json`.
fn status(answer: &Answer, media: Media) -> StatusCode {
    match (answer.stage, answer.code) {
        (Stage::Ran, _) => StatusCode::OK,
        (Stage::WrongMethod, _) => StatusCode::METHOD_NOT_ALLOWED,
        (Stage::Refused, Some(Code::Unauthenticated)) => StatusCode::UNAUTHORIZED,
        (Stage::Refused, Some(Code::RateLimited)) => StatusCode::TOO_MANY_REQUESTS,
        (Stage::Refused, Some(Code::Unavailable)) => StatusCode::SERVICE_UNAVAILABLE,
        (Stage::Refused, Some(Code::Internal)) => StatusCode::INTERNAL_SERVER_ERROR,
        (Stage::Refused, _) if media == Media::Json => StatusCode::OK,
        (Stage::Refused, Some(Code::Forbidden)) => StatusCode::FORBIDDEN,
        (Stage::Refused, _) => StatusCode::BAD_REQUEST,
    }
}

/// The response that carries an answer.
pub(super) fn answered(request: &HttpRequest, answer: Answer, media: Media, gzip_from: usize) -> HttpResponse {
    let status = status(&answer, media);
    respond(request, status, answer, media, gzip_from)
}

/// A request that did not come as far as the executor.
pub(super) fn refused(request: &HttpRequest, status: StatusCode, refusal: &Refusal, media: Media) -> HttpResponse {
    let (lang, id) = (lang(request), super::edge::request_id(request));
    respond(request, status, Answer::refusal(refusal, lang, &id), media, usize::MAX)
}

fn respond(request: &HttpRequest, status: StatusCode, answer: Answer, media: Media, gzip_from: usize) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, media.content_type()));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.append_header((header::VARY, "Accept, Accept-Encoding, Accept-Language, Authorization"));
    match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            response.insert_header((header::ALLOW, "POST"));
        }
        StatusCode::UNAUTHORIZED => {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""));
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            response.insert_header((header::RETRY_AFTER, answer.retry_after.unwrap_or(1)));
        }
        // What is left of the body is not read; the connection is of no further use.
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT => {
            response.force_close();
        }
        _ => {}
    }
    if answer.body.len() >= gzip_from && accepts_gzip(request) {
        return zipped(response, &answer.body);
    }
    response.body(answer.body)
}

fn zipped(mut response: HttpResponseBuilder, body: &[u8]) -> HttpResponse {
    match gzip(body) {
        Ok(zipped) => response.insert_header((header::CONTENT_ENCODING, "gzip")).body(zipped),
        Err(_) => response.body(body.to_vec()),
    }
}

pub(super) fn gzip(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}

pub(super) fn accepts_gzip(request: &HttpRequest) -> bool {
    headers::list(request, header::ACCEPT_ENCODING).is_some_and(|accept| {
        accept.split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"))
                && !parts.any(|p| matches!(p, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    })
}

pub(super) fn lang(request: &HttpRequest) -> Lang {
    headers::list(request, header::ACCEPT_LANGUAGE).map_or_else(Lang::default, |list| Lang::from_header(&list))
}
