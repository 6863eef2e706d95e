//! How the server listens and what it puts up with. The figures are ours unless a comment says otherwise.

use std::{num::NonZeroUsize, time::Duration};

use serde::{Deserialize, Serialize};

/// Bounds on connections, bodies and sockets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// Threads that serve; 0 means one for each core.
    pub workers: usize,
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Seconds within which a body must have arrived.
    pub body_secs: u64,
    /// Bytes of a request's head: the target and all headers.
    pub head_bytes: usize,
    /// Seconds within which a head must have arrived.
    pub head_secs: u64,
    /// Seconds that an idle connection stays open.
    pub keep_alive_secs: u64,
    /// HTTP connections at the same time; 0 means three eighths of the limit on open files, at most 8,192.
    pub connections: usize,
    /// Seconds for which the service, told to stop, still takes requests while it says that it is not ready.
    pub drain_secs: u64,
    /// Seconds that running requests get to finish after that.
    pub shutdown_secs: u64,
    /// Answers from this many bytes on are compressed for clients that accept gzip.
    pub gzip_from_bytes: usize,
    /// Proxies in front of the service that each add to `X-Forwarded-For`; 0 means the peer itself is the client.
    pub proxies: usize,
    /// Origins whose pages may call the API from a browser, such as `https://example.cn`; none by default.
    pub cors_origins: Vec<String>,
    /// WebSockets at the same time; 0 means a quarter of the limit on open files.
    pub sockets: usize,
    /// Of them, from one address.
    pub sockets_per_address: usize,
    /// Of them, with tokens of one person or application.
    pub sockets_per_person: usize,
    /// Seconds within which a socket must send `connection_init`.
    pub socket_init_secs: u64,
    /// Operations at the same time on one socket.
    pub socket_operations: usize,
    /// Bytes of one message on a socket.
    pub socket_message_bytes: usize,
    /// Seconds a socket may be silent before it is asked for a sign of life; twice that and it is closed.
    pub socket_ping_secs: u64,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            workers: 0,
            body_bytes: 128 * 1024,
            body_secs: 10,
            head_bytes: 16 * 1024,
            head_secs: 10,
            keep_alive_secs: 15,
            connections: 0,
            drain_secs: 3,
            shutdown_secs: 6,
            gzip_from_bytes: 8 * 1024,
            proxies: 0,
            cors_origins: Vec::new(),
            sockets: 0,
            sockets_per_address: 200,
            sockets_per_person: 64,
            socket_init_secs: 10,
            socket_operations: 64,
            socket_message_bytes: 128 * 1024,
            socket_ping_secs: 30,
        }
    }
}

impl ServerSettings {
    /// How many threads serve.
    pub fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(2, NonZeroUsize::get);
        if self.workers > 0 { self.workers } else { cores() }
    }

    pub(super) fn body_time(&self) -> Duration {
        Duration::from_secs(self.body_secs)
    }
}

/// How much one caller may ask for: signed-in callers by who they are, others by their address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    pub enabled: bool,
    /// Operations per minute, on average.
    pub per_minute: u32,
    /// Operations at once, after a pause.
    pub burst: u32,
    /// Units of cost up to which an operation counts as one; ten times as many count as ten.
    pub cost: u64,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { enabled: true, per_minute: 1_200, burst: 200, cost: 100 }
    }
}
