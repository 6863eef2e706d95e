//! How the keys of an issuer are fetched from its URL: bounded in size, in time and in where it may lead.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt as _, future::BoxFuture};
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::{Request, StatusCode, body::Bytes, header};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::time::timeout;
use url::{Host, Url};

use super::keys::KeyFault;
use crate::say;

/// How long a fetch may take, all in all.
pub(super) const WITHIN: Duration = Duration::from_secs(5);
/// The most bytes that a set may have: a thousand keys have fewer.
const LARGEST: usize = 1024 * 1024;
/// Redirects that are followed, each on the same host.
const REDIRECTS: usize = 3;

/// Fetches the text of a JWK set.
pub type Fetch = Box<dyn Fn() -> BoxFuture<'static, Result<Vec<u8>, KeyFault>> + Send + Sync>;

type Result<T, E = KeyFault> = std::result::Result<T, E>;

/// Where keys are fetched from: https, to whatever address it leads, or http on this machine where that is allowed.
///
/// # Errors
/// For anything else: what is wrong, in words.
pub fn address(text: &str, http_on_loopback: bool) -> Result<Url> {
    let url = Url::parse(text).map_err(|error| KeyFault(say!("不是网址：{error}", "not a URL: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(KeyFault(say!(
            "网址不应含有用户名、密码或 #",
            "a URL without a user, a password and a # is wanted"
        )));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if http_on_loopback && is_loopback(&url) => Ok(url),
        "http" if http_on_loopback => {
            Err(KeyFault(say!("除本机外须用 https", "must be https, but for an address of this machine itself")))
        }
        _ => Err(KeyFault(say!("须用 https", "must be https"))),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Fetches over the network.
pub fn over_network(url: Url) -> Fetch {
    within(url, WITHIN)
}

pub(super) fn within(url: Url, limit: Duration) -> Fetch {
    let url = Arc::new(url);
    Box::new(move || {
        let url = url.clone();
        async move {
            let fetched = timeout(limit, fetch(&url)).await;
            fetched.unwrap_or_else(|_| {
                let seconds = limit.as_secs_f32();
                Err(KeyFault(say!("{seconds} 秒内没有取到", "not fetched within {seconds} s")))
            })
        }
        .boxed()
    })
}

async fn fetch(url: &Url) -> Result<Vec<u8>> {
    let mut at = url.clone();
    for _ in 0..=REDIRECTS {
        let response = get(&at).await?;
        let status = response.status();
        if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
            at = followed(&at, response.headers().get(header::LOCATION))?;
            continue;
        }
        if status != StatusCode::OK {
            return Err(KeyFault(say!("答复状态为 {status}", "the answer is {status}")));
        }
        let body = Limited::new(response.into_body(), LARGEST).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                return KeyFault(say!("超过 1 MB", "larger than 1 MB"));
            }
            KeyFault(say!("读取答复时中断：{error}", "the answer broke off: {error}"))
        })?;
        return Ok(body.to_bytes().to_vec());
    }
    Err(KeyFault(say!("重定向超过 {REDIRECTS} 次", "redirected more than {REDIRECTS} times")))
}

/// One request on a connection of its own: they are far apart, and each sees the certificates that the machine trusts now.
async fn get(url: &Url) -> Result<hyper::Response<hyper::body::Incoming>> {
    let failed = |error: &dyn std::fmt::Display| KeyFault(say!("无法连接：{error}", "cannot connect: {error}"));
    let request = Request::get(url.as_str())
        .header(header::ACCEPT, "application/jwk-set+json, application/json")
        .header(header::USER_AGENT, concat!("tongxin/", env!("CARGO_PKG_VERSION")))
        .body(Empty::<Bytes>::new())
        .map_err(|error| failed(&error))?;
    let client = Client::builder(TokioExecutor::new());
    let response = if url.scheme() == "http" {
        client.build(HttpConnector::new()).request(request)
    } else {
        let connector = HttpsConnectorBuilder::new().with_native_roots().map_err(|error| failed(&error))?;
        client.build(connector.https_only().enable_http1().build()).request(request)
    };
    response.await.map_err(|error| failed(&causes(&error)))
}

/// An error with what brought it about: the first alone says next to nothing.
fn causes(error: &dyn std::error::Error) -> String {
    let mut said = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        said.push(error.to_string());
        cause = error.source();
    }
    said.dedup();
    said.join(": ")
}

/// Where a redirect leads. Whoever can answer for one path of a host need not answer for another host's keys.
fn followed(from: &Url, location: Option<&header::HeaderValue>) -> Result<Url> {
    let to = location.and_then(|to| from.join(to.to_str().ok()?).ok());
    let to = to.ok_or_else(|| KeyFault(say!("重定向没有写明去处", "redirected to nowhere")))?;
    if to.host() != from.host() || to.scheme() != from.scheme() {
        return Err(KeyFault(say!(
            "重定向到另一主机或另一协议（{to}），不予跟随",
            "redirected to another host or protocol ({to}), which is not followed"
        )));
    }
    Ok(to)
}

#[cfg(test)]
mod tests;
