//! Headers as they are read: one that decides something comes once, a list may come in several lines (RFC 9110, 5.3).

use std::borrow::Cow;

use actix_web::{
    HttpRequest,
    http::header::{self, AsHeaderName},
};

/// A header came twice, or is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unclear;

/// A header that may come once.
pub(super) fn sole(request: &HttpRequest, name: impl AsHeaderName) -> Result<Option<&str>, Unclear> {
    let mut lines = request.headers().get_all(name);
    match (lines.next(), lines.next()) {
        (None, _) => Ok(None),
        (Some(only), None) => only.to_str().map(Some).map_err(|_| Unclear),
        (Some(_), Some(_)) => Err(Unclear),
    }
}

/// A header that is a list, its lines as one; what is no text is left out.
pub(super) fn list(request: &HttpRequest, name: impl AsHeaderName) -> Option<Cow<'_, str>> {
    let mut lines = request.headers().get_all(name).filter_map(|line| line.to_str().ok());
    let first = lines.next()?;
    Some(lines.fold(Cow::Borrowed(first), |all, line| Cow::Owned(format!("{all},{line}"))))
}

/// The `Authorization` header. One that is unclear is given as one that no token is written like: it is refused as such.
pub(super) fn authorization(request: &HttpRequest) -> Option<&str> {
    sole(request, header::AUTHORIZATION).unwrap_or(Some(""))
}
