//! How the service ends: the signals, then the phases in which nothing that was sent is left without an answer.

use std::{net::TcpListener, time::Duration};

use actix_web::dev::ServerHandle;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use super::Shared;

/// How long answers close their connections at least, so that what was sent before the signal has been read.
const SETTLE: Duration = Duration::from_millis(100);
/// Within which the server has taken the connections that stand in the listener's queue.
const TAKEN: Duration = Duration::from_millis(50);
/// How long the last ones may take to send what they came for.
const LAST_ONES: Duration = Duration::from_millis(250);

/// How far the service is on its way to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Serving,
    /// It serves on, says that it is not ready, and closes each connection with its answer.
    Draining,
    /// Nobody is let in; sockets are closed and what runs ends.
    Stopping,
}

/// Goes through the phases. `listener` is another handle of the one that the server listens on.
pub(super) async fn wind_down(
    shared: &Shared,
    phase: watch::Sender<Phase>,
    listener: TcpListener,
    server: ServerHandle,
) {
    let drain = Duration::from_secs(shared.gateway.settings.drain_secs);
    tracing::info!(drain_secs = drain.as_secs(), "stopping");
    phase.send_replace(Phase::Draining);
    sleep(drain.max(SETTLE)).await;
    // A listener that is just closed resets the connections that it has not taken yet: let no new one come before.
    #[cfg(target_os = "linux")]
    if let Err(error) = refuse_beginnings(&listener) {
        tracing::debug!(%error, "the listener closes without a filter");
    }
    sleep(TAKEN).await;
    shared.rounds.go().await;
    let until = Instant::now() + LAST_ONES;
    while shared.connections.unheard() > 0 && Instant::now() < until {
        sleep(Duration::from_millis(5)).await;
    }
    shared.rounds.go().await;
    phase.send_replace(Phase::Stopping);
    drop(listener);
    server.stop(true).await;
}

/// Drops packets that begin a connection. Whoever sent one tries again after a second, and is refused once the listener
/// is closed.
#[cfg(target_os = "linux")]
fn refuse_beginnings(listener: &TcpListener) -> std::io::Result<()> {
    use socket2::{SockFilter, SockRef};
    let drop_syn = [
        SockFilter::new(0x30, 0, 0, 13),       // load the byte of flags
        SockFilter::new(0x54, 0, 0, 0x12),     // of them SYN and ACK
        SockFilter::new(0x15, 0, 1, 0x02),     // only SYN?
        SockFilter::new(0x06, 0, 0, 0),        // drop it
        SockFilter::new(0x06, 0, 0, u32::MAX), // keep anything else
    ];
    SockRef::from(listener).attach_filter(&drop_syn)
}

/// Comes to its end at SIGTERM or SIGINT (Ctrl-C).
pub async fn signalled() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be caught");
                let _ = tokio::signal::ctrl_c().await;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = tokio::signal::ctrl_c().await;
}
