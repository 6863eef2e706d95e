//! Where the figures of the process are read: beside the API, or at a listener of its own, which faces nobody else.

use std::{io, net::TcpListener, time::Duration};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    middleware::from_fn,
    web,
};
use tongxin_kernel::telemetry::Metrics;

use super::{Shared, edge, http, readable};

/// Whoever gathers figures comes alone.
const CONNECTIONS: usize = 16;

/// The figures, and who may read them.
pub struct Figures {
    pub metrics: Metrics,
    /// Where `/metrics` answers; without it beside the API, to everybody who can reach that.
    pub listener: Option<TcpListener>,
}

impl From<Metrics> for Figures {
    fn from(metrics: Metrics) -> Self {
        Self { metrics, listener: None }
    }
}

/// Answers at the listener until it is stopped, which the end of the service does last: figures tell of that, too.
pub(super) fn serve(shared: web::Data<Shared>, listener: TcpListener) -> io::Result<ServerHandle> {
    let server = listen(shared, listener)?;
    let handle = server.handle();
    tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "figures are no longer answered");
        }
    });
    Ok(handle)
}

fn listen(shared: web::Data<Shared>, listener: TcpListener) -> io::Result<Server> {
    let settings = shared.gateway.settings.clone();
    let app = move || {
        App::new()
            .app_data(shared.clone())
            .service(readable("/metrics", http::metrics))
            .default_service(web::to(http::not_found))
            .wrap(from_fn(edge::pass))
    };
    let server = HttpServer::new(app)
        .workers(1)
        .max_connections(CONNECTIONS)
        .keep_alive(Duration::from_secs(settings.keep_alive_secs))
        .client_request_timeout(Duration::from_secs(settings.head_secs))
        .shutdown_timeout(1)
        .disable_signals();
    Ok(server.listen(listener)?.run())
}
