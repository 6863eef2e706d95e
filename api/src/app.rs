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
    who::{
        Authority, Parts, fetch,
        issuer::Issuer,
        keyring::Keyring,
        keys::KeyFault,
        load_policy,
        published::Published,
        source::Source,
        token::{Rules as TokenRules, SubjectIs, Trusted, Verifier},
    },
};
use tongxin_policies::Table;
use tongxin_server::{Figures, Front, Gateway};

use crate::{
    config::{Config, Env, IssuerConfig, SubjectConfig},
    gatekeeper::Gatekeeper,
    schema,
};

/// A service ready to serve.
pub struct App {
    pub authority: Arc<Authority>,
    pub executor: Executor,
    /// The keys of the issuer of one's own, where there is one.
    keyring: Option<Arc<Keyring>>,
    verifier: Arc<Verifier>,
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
        let keyring = own_keys(&config, &clock)?;
        let verifier = Arc::new(Verifier::new(issuers(&config, keyring.clone(), &clock)?, clock.clone()));
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
        Ok(Self { authority, executor, keyring, verifier, policy_version, config })
    }

    /// Issues tokens for demo and development.
    ///
    /// # Errors
    /// Where no key can sign, as in production.
    pub fn issuer(&self) -> Result<Issuer, StartError> {
        let keyring = self.keyring.clone().ok_or_else(|| StartError::Keys(NO_KEYS.into()))?;
        Ok(Issuer::new(keyring, token_rules(&self.config), self.authority.clock().clone()))
    }

    fn gatekeeper(&self, bus: Bus, policy: watch::Receiver<PolicyState>) -> Arc<Gatekeeper> {
        let (authority, verifier, config) = (self.authority.clone(), self.verifier.clone(), self.config.clone());
        Arc::new(Gatekeeper { authority, verifier, bus, policy, config })
    }

    /// Serves until `stop` comes to its end.
    ///
    /// # Errors
    /// When the database cannot be watched, or those of the listener.
    pub async fn serve(
        self,
        listener: TcpListener,
        figures: impl Into<Figures>,
        front: Option<Front>,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        let bus = Bus::new();
        let redis_url = self.config.redis_url.as_ref().map(|url| url.expose().to_owned());
        let settings = Settings { redis_url, policy_version: self.policy_version };
        let watcher = Watcher::start(self.authority.clone(), bus.clone(), settings).await;
        let mut watcher = watcher?;
        let keys = tokio::spawn(self.verifier.clone().keep_up());
        let held = self.authority.hold_open().await?;
        self.authority.try_store().await;
        let standing = tokio::spawn(self.authority.clone().keep_standing());
        let chores = tokio::spawn(chores::keep_up(self.authority.clone()));
        let gatekeeper = self.gatekeeper(bus, watcher.policy());
        let gateway = Gateway {
            executor: self.executor,
            authenticate: gatekeeper.clone(),
            readiness: gatekeeper,
            figures: figures.into(),
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

/// What to do where nobody's tokens would be accepted.
const NO_KEYS: &str = "no issuer of tokens is configured: name the JWKS file of one of your own in jwt.keys (TONGXIN_JWT_KEYS), \
    or issuers in [[issuers]] (TONGXIN_ISSUERS); docs/issuers.md says how";

/// The keys of tokens of the service's own issuer: the JWKS file of the configuration, else a key of the data folder's own
/// outside production.
///
/// # Errors
/// In production, where no file is named; where the file cannot be read.
pub fn keyring(config: &Config, clock: Clock) -> Result<Keyring, StartError> {
    let keep = TimeDelta::hours(config.jwt.keep_hours.into());
    match (&config.jwt.keys, config.env) {
        (Some(path), _) => Keyring::open(path, clock, keep).map_err(refused),
        (None, Env::Production) => Err(StartError::Keys(NO_KEYS.into())),
        (None, Env::Development | Env::Demo) => {
            Keyring::open_or_create(config.data_dir.join("signing-key.json"), clock, keep).map_err(refused)
        }
    }
}

/// The same, where there is such an issuer.
pub fn own_keys(config: &Config, clock: &Clock) -> Result<Option<Arc<Keyring>>, StartError> {
    config.has_own_issuer().then(|| keyring(config, clock.clone()).map(Arc::new)).transpose()
}

/// Whose tokens are accepted: the issuer of one's own, then those that are listed. Nothing is fetched here.
///
/// # Errors
/// Where there are none, or a file of keys cannot be read.
pub fn issuers(config: &Config, own: Option<Arc<Keyring>>, clock: &Clock) -> Result<Vec<Trusted>, StartError> {
    let own = own.map(|keys| Trusted { rules: token_rules(config), keys: Source::File(keys) });
    let mut all = own.into_iter().collect::<Vec<_>>();
    for issuer in &config.issuers {
        all.push(trusted(issuer, config, clock)?);
    }
    if all.is_empty() { Err(StartError::Keys(NO_KEYS.into())) } else { Ok(all) }
}

fn trusted(issuer: &IssuerConfig, config: &Config, clock: &Clock) -> Result<Trusted, StartError> {
    let keep = TimeDelta::hours(issuer.keep_hours.into());
    let keys = if issuer.is_remote() {
        let url = fetch::address(&issuer.keys, config.env != Env::Production).map_err(refused)?;
        let fetch = fetch::over_network(url);
        Source::Url(Arc::new(Published::new(&*issuer.keys, fetch, clock.clone(), keep)))
    } else {
        Source::File(Arc::new(Keyring::open(&*issuer.keys, clock.clone(), keep).map_err(refused)?))
    };
    let rules = TokenRules {
        typ: issuer.typ.clone(),
        jti: issuer.jti,
        nbf: issuer.nbf,
        longest: TimeDelta::hours(issuer.longest_hours.into()),
        subject: match issuer.subject {
            SubjectConfig::PersonId => SubjectIs::Id,
            SubjectConfig::Linked => SubjectIs::Linked,
        },
        ..TokenRules::new(&issuer.iss, &issuer.aud)
    };
    Ok(Trusted { rules, keys })
}

fn refused(fault: KeyFault) -> StartError {
    StartError::Keys(fault.to_string())
}

/// What tokens must say in this environment.
pub fn token_rules(config: &Config) -> TokenRules {
    let rules = TokenRules::new(&config.jwt.issuer, &config.jwt.audience);
    if config.env == Env::Demo { rules.for_demo() } else { rules }
}
