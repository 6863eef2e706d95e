//! The HTTP server: routes, sockets, limits on connections, and how it stops.

mod body;
mod edge;
mod http;
mod identity;
mod negotiate;
mod pages;
mod rate;
mod reply;
mod settings;
mod socket;
mod stop;

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_cors::Cors;
use actix_web::{
    App, FromRequest, Handler, HttpRequest, HttpResponse, HttpServer, Resource,
    dev::Server,
    http::header,
    middleware::{Condition, from_fn},
    web,
};
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use self::rate::Rate;
pub use self::{
    identity::{Authenticate, Caller, Readiness},
    pages::Page,
    settings::{RateLimit, ServerSettings},
    stop::signalled,
};
use crate::{
    error::{Refusal, Result},
    execute::{Charge, Executor},
    telemetry::Metrics,
};

const UPKEEP: Duration = Duration::from_secs(5);

/// What the server passes requests to.
pub struct Gateway {
    pub executor: Executor,
    pub authenticate: Arc<dyn Authenticate>,
    pub readiness: Arc<dyn Readiness>,
    pub metrics: Metrics,
    pub settings: ServerSettings,
    pub rate_limit: RateLimit,
    /// Whether strangers may read the schema; the explorer is there for them only then.
    pub open_schema: bool,
    /// The page at `/`; a plain one without it.
    pub start_page: Option<Page>,
}

/// A thread that serves has what it needs of its own.
struct Entered;

/// What all workers share.
struct Shared {
    gateway: Gateway,
    rate: Arc<Rate>,
    start_page: Page,
    /// What a browser sees at `/graphql`.
    graphql_page: Page,
    /// Turns true once, when the service is told to stop.
    stopping: watch::Receiver<bool>,
}

impl Shared {
    fn new(gateway: Gateway, stopping: watch::Receiver<bool>) -> Self {
        let start_page = gateway.start_page.clone().unwrap_or_else(pages::plain);
        let graphql_page = if gateway.open_schema { pages::explorer() } else { start_page.clone() };
        Self { rate: Arc::new(Rate::new(&gateway.rate_limit)), start_page, graphql_page, stopping, gateway }
    }

    /// Who calls, if that is known before the answer is due.
    async fn caller(&self, authorization: Option<&str>, due: Instant) -> Result<Arc<dyn Caller>> {
        let caller = timeout_at(due, self.gateway.authenticate.authenticate(authorization)).await;
        caller.unwrap_or_else(|_| Err(Refusal::unavailable()))
    }

    /// Counts what an operation of the caller with this key costs, once that is known.
    fn charge(&self, key: String) -> Charge {
        let rate = self.rate.clone();
        Box::new(move |cost| rate.charge(&key, cost))
    }

    /// Where a request comes from: the peer, or what the trusted proxies say of it.
    fn address(&self, request: &HttpRequest) -> String {
        let peer = || request.peer_addr().map_or_else(|| "-".to_owned(), |peer| peer.ip().to_string());
        let proxies = self.gateway.settings.proxies;
        if proxies == 0 {
            return peer();
        }
        let headers = request.headers().get_all("x-forwarded-for").filter_map(|v| v.to_str().ok());
        let hops: Vec<&str> = headers.flat_map(|v| v.split(',')).map(str::trim).collect();
        hops.len().checked_sub(proxies).map_or_else(peer, |at| hops[at].chars().take(64).collect())
    }
}

/// Serves until `stop` comes to its end; then lets what runs finish, closes sockets and returns.
pub async fn serve(
    gateway: Gateway,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopper, stopping) = watch::channel(false);
    let shared = web::Data::new(Shared::new(gateway, stopping));
    let upkeep = tokio::spawn(keep_up(shared.clone().into_inner()));
    let server = listen(shared, listener)?;
    let handle = server.handle();
    let stopping = tokio::spawn(async move {
        stop.await;
        tracing::info!("stopping");
        stopper.send_replace(true);
        handle.stop(true).await;
    });
    let served = server.await;
    stopping.abort();
    upkeep.abort();
    served
}

fn listen(shared: web::Data<Shared>, listener: TcpListener) -> io::Result<Server> {
    let settings = shared.gateway.settings.clone();
    let origins = settings.cors_origins.clone();
    let readiness = shared.gateway.readiness.clone();
    let app = move || {
        let readiness = readiness.clone();
        App::new()
            .data_factory(move || {
                let readiness = readiness.clone();
                async move { readiness.enter_thread().await.map(|()| Entered) }
            })
            .app_data(shared.clone())
            .configure(routes)
            .wrap(Condition::new(!origins.is_empty(), cors(&origins)))
            .wrap(from_fn(edge::pass))
    };
    let server = HttpServer::new(app)
        .keep_alive(Duration::from_secs(settings.keep_alive_secs))
        .client_request_timeout(Duration::from_secs(settings.head_secs))
        .shutdown_timeout(settings.shutdown_secs)
        .disable_signals();
    Ok(server.workers(settings.threads()).listen(listener)?.run())
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/graphql")
                .route(web::post().to(http::post))
                .route(web::get().to(http::get))
                .default_service(web::to(http::wrong_method)),
        )
        .route("/graphql/ws", web::get().to(socket::open))
        .service(readable("/", http::start))
        .service(readable("/healthz", http::healthz))
        .service(readable("/readyz", http::readyz))
        .service(readable("/metrics", http::metrics))
        .default_service(web::to(http::not_found));
}

/// What answers GET, and HEAD with the same but the body.
fn readable<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args, Output = HttpResponse>,
    Args: FromRequest + 'static,
{
    web::resource(path)
        .route(web::get().to(handler.clone()))
        .route(web::head().to(handler))
        .default_service(web::to(http::only_readable))
}

fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST"])
        .allowed_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            header::HeaderName::from_static("idempotency-key"),
            header::HeaderName::from_static("x-request-id"),
        ])
        .expose_headers(["x-request-id", "retry-after"])
        .max_age(3600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// Empties histograms that nobody reads and forgets idle callers.
async fn keep_up(shared: Arc<Shared>) {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        shared.gateway.metrics.keep_up();
        shared.rate.forget_idle();
    }
}
