//! Reading a request: the body within its bounds of size and time, the parameters of a GET.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
    web,
};
use futures_util::StreamExt as _;
use serde::Deserialize;
use tongxin_kernel::{
    error::{Code, Message, Refusal},
    execute::GraphqlRequest,
    say,
};

use super::{headers, negotiate::is_json, settings::ServerSettings};

/// Within which an answer is on its way.
const ANSWERED: Duration = Duration::from_secs(5);

/// A request that cannot be read, and the status that says so.
pub(super) type Unread = (StatusCode, Refusal);

/// The request in a POST body.
pub(super) async fn posted(
    request: &HttpRequest,
    mut payload: web::Payload,
    settings: &ServerSettings,
) -> Result<GraphqlRequest, Unread> {
    let body = match arrived(request, &mut payload, settings).await {
        Ok(body) => body,
        Err(unread) => {
            leave_unread(payload);
            return Err(unread);
        }
    };
    parse(&body)
}

/// Keeps what is left of a refused body until the answer is on its way, which makes the server close the connection. If
/// it were dropped before, the server would read a chunked one to its end, and that may never come.
fn leave_unread(payload: web::Payload) {
    actix_web::rt::spawn(async move {
        tokio::time::sleep(ANSWERED).await;
        drop(payload);
    });
}

async fn arrived(
    request: &HttpRequest,
    payload: &mut web::Payload,
    settings: &ServerSettings,
) -> Result<Vec<u8>, Unread> {
    if !is_json(headers::sole(request, header::CONTENT_TYPE).ok().flatten()) {
        let message = say!("请求体须为 application/json（UTF-8）", "The body must be application/json in UTF-8");
        return Err(invalid(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        let message = say!("请求体不得压缩", "The body must not be compressed");
        return Err(invalid(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let reading = read(request, payload, settings.body_bytes);
    tokio::time::timeout(settings.body_time(), reading).await.unwrap_or_else(|_| {
        let seconds = settings.body_secs;
        let message = say!("请求体未在 {seconds} 秒内到达", "The body did not arrive within {seconds} s");
        Err(invalid(StatusCode::REQUEST_TIMEOUT, message))
    })
}

async fn read(request: &HttpRequest, payload: &mut web::Payload, limit: usize) -> Result<Vec<u8>, Unread> {
    let announced = headers::sole(request, header::CONTENT_LENGTH).ok().flatten();
    let announced = announced.and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
    if announced > limit {
        return Err(too_large(limit));
    }
    let mut body = Vec::with_capacity(announced);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| invalid(StatusCode::BAD_REQUEST, say!("请求体中断", "The body ended early")))?;
        if body.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn parse(body: &[u8]) -> Result<GraphqlRequest, Unread> {
    let message = match body.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'{') => match serde_json::from_slice(body) {
            Ok(request) => return Ok(request),
            Err(e) => {
                let message = if e.is_data() {
                    say!("请求格式有误，详见 detail", "The request is not well-formed: {e}")
                } else {
                    let (line, column) = (e.line(), e.column());
                    say!("请求体不是合法的 JSON（第 {line} 行第 {column} 列）", "The body is not JSON: {e}")
                };
                let (status, refusal) = invalid(StatusCode::BAD_REQUEST, message);
                return Err((status, refusal.with("detail", e.to_string())));
            }
        },
        Some(b'[') => say!("不接受批量请求", "Batches are not accepted; send one request at a time"),
        Some(_) => say!("请求体须为 JSON 对象", "The body must be a JSON object"),
        None => say!("请求体为空", "The body is empty"),
    };
    Err(invalid(StatusCode::BAD_REQUEST, message))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// The request in a GET's parameters; `None` where there is none.
pub(super) fn queried(request: &HttpRequest) -> Result<Option<GraphqlRequest>, Unread> {
    let wrong = |message| invalid(StatusCode::BAD_REQUEST, message);
    let parameters = web::Query::<Parameters>::from_query(request.query_string())
        .map_err(|_| wrong(say!("查询参数有误", "The query parameters are not well-formed")))?
        .into_inner();
    let json = |name: &str, text: Option<String>| match text.as_deref() {
        None | Some("") => Ok(serde_json::Value::Null),
        Some(text) => serde_json::from_str(text)
            .ok()
            .filter(|v: &serde_json::Value| v.is_object() || v.is_null())
            .ok_or_else(|| wrong(say!("{name} 须为 JSON 对象", "{name} must be a JSON object"))),
    };
    let variables = async_graphql::Variables::from_json(json("variables", parameters.variables)?);
    let extensions = match json("extensions", parameters.extensions)? {
        serde_json::Value::Object(extensions) => Some(extensions),
        _ => None,
    };
    Ok(GraphqlRequest::new(parameters.query, parameters.operation_name, variables, extensions))
}

fn too_large(limit: usize) -> Unread {
    let message = say!("请求体超过 {limit} 字节", "The body is larger than {limit} bytes");
    invalid(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn invalid(status: StatusCode, message: Message) -> Unread {
    (status, Refusal::new(Code::InvalidInput, message))
}
