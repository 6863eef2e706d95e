//! The HTTP server: routes, sockets, limits on connections, and how it stops.

mod address;
mod body;
mod bounds;
mod connections;
mod edge;
mod figures;
pub mod file_limit;
mod headers;
mod http;
mod identity;
mod negotiate;
mod pages;
mod rate;
mod reply;
mod rounds;
mod schema;
mod settings;
mod socket;
mod stop;

use std::{any::Any, io, net::TcpListener, pin::pin, sync::Arc, task::Poll, time::Duration};

use actix_cors::Cors;
use actix_web::{
    App, FromRequest, Handler, HttpRequest, HttpResponse, HttpServer, Resource,
    dev::Server,
    http::header,
    middleware::{Condition, from_fn},
    rt::net::TcpStream,
    web,
};
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use self::{bounds::Bounds, connections::Connections, rate::Rate, rounds::Rounds, socket::Seats, stop::Phase};
pub use self::{
    figures::Figures,
    identity::{Authenticate, Caller, Readiness},
    pages::{Front, Page},
    settings::{RateLimit, ServerSettings},
    stop::signalled,
};
use tongxin_kernel::{
    error::{Refusal, Result},
    execute::{Charge, Executor},
};

const UPKEEP: Duration = Duration::from_secs(5);

/// What the server passes requests to.
pub struct Gateway {
    pub executor: Executor,
    pub authenticate: Arc<dyn Authenticate>,
    pub readiness: Arc<dyn Readiness>,
    pub figures: Figures,
    pub settings: ServerSettings,
    pub rate_limit: RateLimit,
    /// Whether strangers may read the schema; the explorer is there for them only then.
    pub open_schema: bool,
    /// What there is to be seen beyond the API; plain pages without it.
    pub front: Option<Front>,
}

/// A thread that serves has what it needs of its own.
struct Entered;

/// What all workers share.
struct Shared {
    gateway: Gateway,
    rate: Arc<Rate>,
    connections: Arc<Connections>,
    seats: Arc<Seats>,
    rounds: Arc<Rounds>,
    start_page: Page,
    /// What a browser sees at `/graphql`.
    graphql_page: Page,
    schema: schema::Text,
    /// How far the service is on its way to its end.
    phase: watch::Receiver<Phase>,
}

impl Shared {
    fn new(
        gateway: Gateway,
        (start_page, explorer): (Page, Page),
        bounds: Bounds,
        phase: watch::Receiver<Phase>,
    ) -> Self {
        let graphql_page = if gateway.open_schema { explorer } else { start_page.clone() };
        let (connections, seats) = (Arc::new(Connections::new(bounds)), Arc::new(Seats::new(bounds)));
        let rounds = Arc::new(Rounds::new(gateway.settings.threads()));
        Self {
            rate: Arc::new(Rate::new(&gateway.rate_limit)),
            connections,
            seats,
            rounds,
            start_page,
            graphql_page,
            schema: schema::Text::new(gateway.executor.sdl()),
            phase,
            gateway,
        }
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

    /// The address that a request is counted under.
    fn address(&self, request: &HttpRequest) -> String {
        address::of(request, self.gateway.settings.proxies)
    }

    /// Whether an answer given now closes its connection.
    fn closes_connections(&self) -> bool {
        *self.phase.borrow() > Phase::Serving || self.connections.are_full()
    }
}

/// Serves until `stop` comes to its end; then lets what runs finish, closes sockets and returns.
pub async fn serve(
    mut gateway: Gateway,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let bounds = bounds(&gateway.settings);
    let (phase, of_phase) = watch::channel(Phase::Serving);
    let Front { start, explorer, listening } = gateway.front.take().unwrap_or_default();
    let apart = gateway.figures.listener.take();
    let beside = apart.is_none();
    let shared = web::Data::new(Shared::new(gateway, (start, explorer), bounds, of_phase));
    let door = listener.try_clone()?;
    let server = listen(shared.clone(), bounds, listener, beside)?;
    let figures = apart.map(|listener| figures::serve(shared.clone(), listener)).transpose()?;
    let handle = server.handle();
    let mut server = pin!(server);
    // Only now does it start, and say so in the log.
    if let Poll::Ready(ended) = futures_util::poll!(&mut server) {
        return ended;
    }
    listening()?;
    let upkeep = tokio::spawn(keep_up(shared.clone().into_inner()));
    let stopping = tokio::spawn(async move {
        stop.await;
        stop::wind_down(&shared, phase, door, handle).await;
    });
    let served = server.await;
    if let Some(figures) = figures {
        figures.stop(false).await;
    }
    stopping.abort();
    upkeep.abort();
    served
}

/// How much there may be, with as many files as the system allows.
fn bounds(settings: &ServerSettings) -> Bounds {
    let files = file_limit::raise();
    let bounds = Bounds::new(settings, files);
    let Bounds { connections, sockets, .. } = bounds;
    tracing::info!(files, connections, sockets, "bounds");
    if bounds.files() as u64 > files {
        tracing::warn!(files, "server.connections and server.sockets are more than the limit on open files allows");
    }
    bounds
}

fn listen(
    shared: web::Data<Shared>,
    bounds: Bounds,
    listener: TcpListener,
    figures_beside: bool,
) -> io::Result<Server> {
    let settings = shared.gateway.settings.clone();
    let origins = settings.cors_origins.clone();
    let (readiness, rounds) = (shared.gateway.readiness.clone(), shared.rounds.clone());
    let connections = shared.connections.clone();
    let app = move || {
        let (readiness, rounds) = (readiness.clone(), rounds.clone());
        App::new()
            .data_factory(move || {
                let (readiness, rounds) = (readiness.clone(), rounds.clone());
                async move {
                    rounds.take_part();
                    readiness.enter_thread().await.map(|()| Entered)
                }
            })
            .app_data(shared.clone())
            .configure(|config| routes(config, figures_beside))
            .wrap(Condition::new(!origins.is_empty(), cors(&origins)))
            .wrap(from_fn(edge::pass))
    };
    let threads = settings.threads();
    let server = HttpServer::new(app)
        .on_connect(move |stream: &dyn Any, data| {
            if let Some(stream) = stream.downcast_ref::<TcpStream>() {
                data.insert(connections.arrive(stream));
            }
        })
        .max_connections(bounds.per_thread(threads))
        .keep_alive(Duration::from_secs(settings.keep_alive_secs))
        .client_request_timeout(Duration::from_secs(settings.head_secs))
        .shutdown_timeout(settings.shutdown_secs)
        .disable_signals();
    Ok(server.workers(threads).listen(listener)?.run())
}

fn routes(config: &mut web::ServiceConfig, figures: bool) {
    if figures {
        config.service(readable("/metrics", http::metrics));
    }
    config
        .service(
            web::resource("/graphql")
                .route(web::post().to(http::post))
                .route(web::get().to(http::get))
                .default_service(web::to(http::wrong_method)),
        )
        .route("/graphql/ws", web::get().to(socket::open))
        .service(readable("/", http::start))
        .service(readable("/schema.graphql", schema::read))
        .service(readable("/healthz", http::healthz))
        .service(readable("/readyz", http::readyz))
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
        shared.gateway.figures.metrics.keep_up();
        shared.rate.forget_idle();
    }
}
