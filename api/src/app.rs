//! The service put together: database, policies, keys, executor and the tasks that run beside it.

use std::{fs, io, net::TcpListener, sync::Arc};

use chrono::TimeDelta;
use sea_orm::DatabaseConnection;
use tokio::sync::watch;
use tongxin_capabilities::chores;
use tongxin_kernel::{
    calendar::Calendar,
    clock::Clock,
    error::Refusal,
    events::{Bus, PolicyState, Settings, Watcher},
    execute::{Executor, Options},
    privacy::SealingKeys,
    secret_file,
    telemetry::Metrics,
    who::{
        Authority, Parts,
        issuer::Issuer,
        keyring::Keyring,
        keys::KeyFault,
        load_policy,
        token::{Rules as TokenRules, Verifier},
    },
};
use tongxin_policies::Table;
use tongxin_server::{Front, Gateway};

use crate::{
    config::{Config, Env},
    gatekeeper::Gatekeeper,
    schema,
};

/// A service ready to serve.
pub struct App {
    pub authority: Arc<Authority>,
    pub executor: Executor,
    keyring: Arc<Keyring>,
    policy_version: i64,
    config: Config,
}

/// Why the service cannot start, in words for whoever runs it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the database cannot be used: {0}")]
    Database(#[from] sea_orm::DbErr),
    #[error("{0}")]
    Policy(#[from] tongxin_policies::PolicyError),
    #[error("{0}")]
    Refusal(#[from] Refusal),
    #[error("{0}")]
    Keys(String),
    #[error("{0}")]
    Schema(String),
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Refused(String),
}

impl App {
    /// Puts a service together on a database whose schema is current.
    ///
    /// # Errors
    /// When policies, keys or the schema are not as they must be; nothing serves then.
    pub async fn new(config: Config, db: DatabaseConnection, clock: Clock) -> Result<Self, StartError> {
        let policy = load_policy(&db).await?;
        Self::with_policy(config, db, clock, policy)
    }

    /// The same with policies that are compiled already, and their version.
    ///
    /// # Errors
    /// As [`App::new`].
    pub fn with_policy(
        config: Config,
        db: DatabaseConnection,
        clock: Clock,
        (policy, policy_version): (Table, i64),
    ) -> Result<Self, StartError> {
        secret_file::make_folder(&config.data_dir)?;
        let keyring = Arc::new(keyring(&config, clock.clone())?);
        let sealing = SealingKeys::open_or_create(&config.data_dir.join("sealing-keys.json"));
        let sealing = sealing.map_err(|message| StartError::Keys(message.en))?;
        let writes_within = config.store().writes_within();
        let (rules, calendar) = (config.rules.clone(), calendar(&config)?);
        let parts = Parts { db, policy, clock, rules, calendar, writes_within, sealing };
        let authority = Authority::new(parts);
        let options =
            Options { limits: config.limits.clone(), suggestions: config.open_schema(), scalars: schema::scalars() };
        let executor =
            Executor::new(schema::build, options).map_err(|refusal| StartError::Schema(refusal.to_string()))?;
        schema::check_needs(&executor.sdl(), &authority.policy()).map_err(StartError::Schema)?;
        schema::check_lines(&authority.policy())?;
        Ok(Self { authority, executor, keyring, policy_version, config })
    }

    /// Issues tokens for demo and development.
    pub fn issuer(&self) -> Issuer {
        Issuer::new(self.keyring.clone(), token_rules(&self.config), self.authority.clock().clone())
    }

    fn gatekeeper(&self, bus: Bus, policy: watch::Receiver<PolicyState>) -> Arc<Gatekeeper> {
        let verifier = Verifier::new(self.keyring.clone(), token_rules(&self.config), self.authority.clock().clone());
        let (authority, config) = (self.authority.clone(), self.config.clone());
        Arc::new(Gatekeeper { authority, verifier, bus, policy, config })
    }

    /// Serves until `stop` comes to its end.
    ///
    /// # Errors
    /// When the database cannot be watched, or those of the listener.
    pub async fn serve(
        self,
        listener: TcpListener,
        metrics: Metrics,
        front: Option<Front>,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        let bus = Bus::new();
        let redis_url = self.config.redis_url.as_ref().map(|url| url.expose().to_owned());
        let settings = Settings { redis_url, policy_version: self.policy_version };
        let watcher = Watcher::start(self.authority.clone(), bus.clone(), settings).await;
        let mut watcher = watcher?;
        let keys = tokio::spawn(self.keyring.clone().keep_up());
        let held = self.authority.hold_open().await?;
        self.authority.try_store().await;
        let standing = tokio::spawn(self.authority.clone().keep_standing());
        let chores = tokio::spawn(chores::keep_up(self.authority.clone()));
        let gatekeeper = self.gatekeeper(bus, watcher.policy());
        let gateway = Gateway {
            executor: self.executor,
            authenticate: gatekeeper.clone(),
            readiness: gatekeeper,
            metrics,
            settings: self.config.server.clone(),
            rate_limit: self.config.rate_limit(),
            open_schema: self.config.open_schema(),
            front,
        };
        let served = tokio::select! {
            served = tongxin_server::serve(gateway, listener, stop) => served.map_err(StartError::from),
            () = watcher.broken() => Err(StartError::Refused("a watching task broke: rights would be remembered for too long".into())),
        };
        chores.abort();
        keys.abort();
        standing.abort();
        watcher.stop().await;
        drop(held);
        served
    }
}

/// Which days are worked: by the file of the configuration, else by the one that comes with the program.
///
/// # Errors
/// When the file cannot be read, or lines of it are wrong; the first ten are told.
pub fn calendar(config: &Config) -> Result<Arc<Calendar>, StartError> {
    const TOLD: usize = 10;
    let Some(path) = &config.calendar_file else { return Ok(Calendar::embedded()) };
    let refused = |why: String| StartError::Refused(format!("calendar_file {}: {why}", path.display()));
    let file = fs::read(path).map_err(|error| refused(error.to_string()))?;
    Calendar::parse(&file).map(Arc::new).map_err(|faults| {
        let told = faults.iter().take(TOLD).map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let more = faults.len().saturating_sub(TOLD);
        refused(if more > 0 { format!("{told}; and {more} more") } else { told })
    })
}

/// The keys of tokens: the JWKS file of the configuration, else a key of the data folder's own outside production.
pub fn keyring(config: &Config, clock: Clock) -> Result<Keyring, StartError> {
    let fault = |fault: KeyFault| StartError::Keys(fault.to_string());
    let keep = TimeDelta::hours(config.jwt.keep_hours.into());
    match (&config.jwt.keys, config.env) {
        (Some(path), _) => Keyring::open(path, clock, keep).map_err(fault),
        (None, Env::Production) => Err(StartError::Keys(
            "jwt.keys (TONGXIN_JWT_KEYS) must name a JWKS file: in production tokens come from an issuer of your own"
                .into(),
        )),
        (None, Env::Development | Env::Demo) => {
            Keyring::open_or_create(config.data_dir.join("signing-key.json"), clock, keep).map_err(fault)
        }
    }
}

/// What tokens must say in this environment.
pub fn token_rules(config: &Config) -> TokenRules {
    let rules = TokenRules::new(&config.jwt.issuer, &config.jwt.audience);
    if config.env == Env::Demo { rules.for_demo() } else { rules }
}
