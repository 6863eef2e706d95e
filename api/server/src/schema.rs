//! The schema's text at `/schema.graphql`, for whoever may introspect.

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, ETag, EntityTag, IfNoneMatch},
    },
    web::{self, Bytes},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use tongxin_kernel::{error::Refusal, say};

use super::{
    Shared,
    http::identify,
    negotiate::Media,
    reply::{self, accepts_gzip, gzip},
};

/// The text, made once when the service starts.
pub(super) struct Text {
    plain: Bytes,
    zipped: Option<Bytes>,
    /// Weak: the same for both codings.
    tag: EntityTag,
}

impl Text {
    pub fn new(text: String) -> Self {
        let tag = EntityTag::new_weak(URL_SAFE_NO_PAD.encode(&Sha256::digest(&text)[..16]));
        Self { zipped: gzip(text.as_bytes()).ok().map(Bytes::from), plain: text.into(), tag }
    }

    fn known_to(&self, request: &HttpRequest) -> bool {
        match request.get_header::<IfNoneMatch>() {
            Some(IfNoneMatch::Any) => true,
            Some(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&self.tag)),
            None => false,
        }
    }
}

pub(super) async fn read(request: HttpRequest, shared: web::Data<Shared>) -> HttpResponse {
    let open = shared.gateway.open_schema;
    let refused = |status, refusal: &Refusal| reply::refused(&request, status, refusal, Media::Json);
    match identify(&request, &shared, shared.gateway.executor.due()).await {
        Err((status, refusal)) => return refused(status, &refusal),
        Ok((caller, _)) if !open && !caller.may_introspect() => {
            let reason = say!("接口契约仅对已登录的调用者开放", "The schema is open to signed-in callers only");
            return refused(StatusCode::FORBIDDEN, &Refusal::forbidden(reason));
        }
        Ok(_) => {}
    }
    let text = &shared.schema;
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, if open { "public, no-cache" } else { "private, no-cache" }))
        .insert_header((header::VARY, "Accept-Encoding, Authorization"))
        .insert_header(ETag(text.tag.clone()));
    if text.known_to(&request) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    match &text.zipped {
        Some(zipped) if accepts_gzip(&request) => {
            response.insert_header((header::CONTENT_ENCODING, "gzip")).body(zipped.clone())
        }
        _ => response.body(text.plain.clone()),
    }
}
