//! A server of its own for each test, with a small schema behind it.

use std::{net::TcpListener, sync::Arc, time::Duration};

use async_graphql::{Data, Object, Result, Schema, Subscription};
use async_trait::async_trait;
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::Value;
use tokio::{
    sync::{Semaphore, oneshot},
    task::JoinHandle,
};
use tongxin_entity::{Words as _, service_item::ServiceItemStatus};
use tongxin_kernel::{
    error::Refusal,
    execute::{Executor, Limits, Options, RequestInfo},
    say,
    telemetry::Metrics,
};
use tongxin_server::{Authenticate, Caller, Figures, Gateway, RateLimit, Readiness, ServerSettings, serve};

/// How long anything may take that has no limit of its own: the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Query;

#[Object]
impl Query {
    async fn hello(&self) -> &str {
        "你好"
    }
    async fn me(&self, ctx: &async_graphql::Context<'_>) -> String {
        ctx.data_unchecked::<Name>().0.clone()
    }
    async fn request(&self, ctx: &async_graphql::Context<'_>) -> String {
        ctx.data_unchecked::<RequestInfo>().request_id.to_string()
    }
    async fn node(&self) -> Query {
        Query
    }
    async fn panics(&self) -> Option<i32> {
        panicking()
    }
    async fn gone(&self) -> Result<i32> {
        Err(Refusal::unavailable().into())
    }
    async fn maybe_gone(&self) -> Result<Option<i32>> {
        Err(Refusal::unavailable().into())
    }
    async fn forbidden(&self) -> Result<Option<i32>> {
        Err(Refusal::forbidden(say!("不是您的社区", "not your community")).into())
    }
    async fn conflict(&self) -> Result<Option<i32>, Refusal> {
        Err(Refusal::wrong_state(ServiceItemStatus::Open.word(), &["claimServiceItem"]))
    }
    async fn invalid(&self) -> Result<i32, Refusal> {
        Err(Refusal::invalid("input.title", "TOO_LONG", say!("太长", "too long")))
    }
    async fn missing(&self) -> Result<Option<Query>, Refusal> {
        Err(Refusal::not_found(say!("物件", "Thing")))
    }
    async fn slow(&self, ctx: &async_graphql::Context<'_>, ms: u64) -> u64 {
        ctx.data_unchecked::<Arc<Semaphore>>().add_permits(1);
        tokio::time::sleep(Duration::from_millis(ms)).await;
        ms
    }
    /// Begins as `slow` does, and takes until the test lets it end.
    async fn held(&self, ctx: &async_graphql::Context<'_>) -> bool {
        ctx.data_unchecked::<Arc<Semaphore>>().add_permits(1);
        ctx.data_unchecked::<Released>().0.acquire().await.is_ok()
    }
    async fn long(&self) -> String {
        "长".repeat(20_000)
    }
}

#[derive(Clone)]
struct Released(Arc<Semaphore>);

pub struct Mutation;

#[Object]
impl Mutation {
    async fn act(&self) -> i32 {
        1
    }
    async fn refuse(&self) -> Result<Option<i32>, Refusal> {
        Err(Refusal::forbidden(say!("不是您的社区", "not your community")))
    }
}

pub struct Subscriptions;

#[Subscription]
impl Subscriptions {
    async fn ticks(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(0..to)
    }
    async fn forever(&self) -> impl Stream<Item = i32> {
        stream::iter(0..1).chain(stream::pending())
    }
    async fn refused(&self) -> Result<stream::Empty<i32>> {
        Err(Refusal::forbidden(say!("不可", "not yours")).into())
    }
    async fn things(&self) -> impl Stream<Item = Query> {
        stream::iter([Query])
    }
    async fn flood(&self) -> impl Stream<Item = String> {
        stream::repeat_with(|| "x".repeat(10_000))
    }
}

/// Panics where the compiler cannot know it.
fn panicking() -> Option<i32> {
    assert!(std::env::args().count() == 0, "the secret is 42");
    None
}

struct Person(String);

struct Name(String);

impl Caller for Person {
    fn attach(&self, data: &mut Data) {
        data.insert(Name(self.0.clone()));
    }

    fn may_introspect(&self) -> bool {
        self.0 != "anonymous"
    }

    fn rate_key(&self) -> Option<String> {
        (self.0 != "anonymous").then(|| self.0.clone())
    }
}

/// Any token is its own name, but `bad`.
struct Door;

#[async_trait]
impl Authenticate for Door {
    async fn authenticate(&self, authorization: Option<&str>) -> Result<Arc<dyn Caller>, Refusal> {
        let refuse = || Refusal::unauthenticated(say!("令牌无效", "The token is not valid"));
        match authorization.map(|a| a.strip_prefix("Bearer ").ok_or_else(refuse)).transpose()? {
            Some("bad") => Err(refuse()),
            name => Ok(Arc::new(Person(name.unwrap_or("anonymous").to_owned()))),
        }
    }
}

struct Ready(bool);

#[async_trait]
impl Readiness for Ready {
    async fn ready(&self) -> Result<(), Refusal> {
        if self.0 { Ok(()) } else { Err(Refusal::unavailable()) }
    }
}

/// What a test wants otherwise.
pub struct Plan {
    pub settings: ServerSettings,
    pub limits: Limits,
    pub rate_limit: RateLimit,
    pub open_schema: bool,
    pub ready: bool,
    /// Whether figures have a listener of their own.
    pub figures_apart: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            settings: ServerSettings { workers: 2, drain_secs: 0, ..ServerSettings::default() },
            limits: Limits::default(),
            rate_limit: RateLimit { enabled: false, ..RateLimit::default() },
            open_schema: true,
            ready: true,
            figures_apart: false,
        }
    }
}

pub struct House {
    pub address: String,
    /// Where figures are read.
    pub figures: String,
    pub client: reqwest::Client,
    /// One permit for each `slow` and `held` that has begun.
    pub begun: Arc<Semaphore>,
    /// One permit for each `held` that may end.
    pub released: Arc<Semaphore>,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<std::io::Result<()>>,
}

impl House {
    pub async fn open() -> Self {
        Self::with(Plan::default()).await
    }

    pub async fn with(plan: Plan) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let apart = plan.figures_apart.then(|| TcpListener::bind("127.0.0.1:0").unwrap());
        let figures = apart.as_ref().map_or(address.clone(), |apart| apart.local_addr().unwrap().to_string());
        let (stop, stopped) = oneshot::channel::<()>();
        let options = Options { limits: plan.limits, suggestions: plan.open_schema, scalars: Vec::new() };
        let (begun, released) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let schema =
            || Schema::build(Query, Mutation, Subscriptions).data(begun.clone()).data(Released(released.clone()));
        let gateway = Gateway {
            executor: Executor::new(schema, options).unwrap(),
            authenticate: Arc::new(Door),
            readiness: Arc::new(Ready(plan.ready)),
            figures: Figures { metrics: Metrics::install().unwrap(), listener: apart },
            settings: plan.settings,
            rate_limit: plan.rate_limit,
            open_schema: plan.open_schema,
            front: None,
        };
        let stop_at = async move {
            let _ = stopped.await;
        };
        let served = tokio::spawn(serve(gateway, listener, stop_at));
        Self { address, figures, client: reqwest::Client::new(), begun, released, stop: Some(stop), served }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A POST to `/graphql`, as a client of the newer media type sends it.
    pub fn post(&self, body: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
        self.post_in("en", body)
    }

    fn post_in(&self, language: &str, body: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
        self.client
            .post(self.url("/graphql"))
            .header("content-type", "application/json")
            .header("accept", "application/graphql-response+json")
            .header("accept-language", language)
            .body(body)
    }

    pub fn query(&self, query: &str) -> reqwest::RequestBuilder {
        self.query_in("en", query)
    }

    pub fn query_in(&self, language: &str, query: &str) -> reqwest::RequestBuilder {
        self.post_in(language, serde_json::json!({ "query": query }).to_string())
    }

    pub fn tell_to_stop(&mut self) {
        let _ = self.stop.take().unwrap().send(());
    }

    pub async fn stopped(self) {
        self.served.await.unwrap().unwrap();
    }
}

pub async fn json(response: reqwest::Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

pub fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("-")
}
