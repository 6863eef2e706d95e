//! What the server needs to know of callers, without knowing who they are.

use std::sync::Arc;

use async_graphql::Data;
use async_trait::async_trait;
use tokio::sync::watch;
use tongxin_kernel::error::Refusal;

/// Turns an `Authorization` header into a caller. Asked for every operation, on sockets too: rights end at once.
#[async_trait]
pub trait Authenticate: Send + Sync {
    /// No header is the anonymous caller; a bad one is refused as `UNAUTHENTICATED`.
    async fn authenticate(&self, authorization: Option<&str>) -> Result<Arc<dyn Caller>, Refusal>;

    /// Changes when a token that was good may be so no longer: who came with one is asked again. By default never.
    fn doubts(&self) -> watch::Receiver<()> {
        watch::channel(()).1
    }
}

/// A caller, as far as the transport is concerned.
pub trait Caller: Send + Sync {
    /// Puts what resolvers need into the request's data.
    fn attach(&self, data: &mut Data);

    /// Whether this caller may ask for the schema.
    fn may_introspect(&self) -> bool;

    /// What its requests are counted under; `None` counts them under the address they come from.
    fn rate_key(&self) -> Option<String>;
}

/// Whether the service can do its work.
#[async_trait]
pub trait Readiness: Send + Sync {
    async fn ready(&self) -> Result<(), Refusal>;

    /// Told once on each thread that is to serve, which may need something of its own.
    async fn enter_thread(&self) -> Result<(), Refusal> {
        Ok(())
    }
}
