//! The service put together: database, policies, keys, executor and the tasks that run beside it.

mod error;
mod issuers;

use std::{fs, net::TcpListener, path::PathBuf, sync::Arc};

use sea_orm::DatabaseConnection;
use tokio::sync::watch;
use tongxin_capabilities::chores;
use tongxin_kernel::{
    calendar::Calendar,
    clock::Clock,
    events::{Bus, PolicyState, Settings, Watcher},
    execute::{Executor, Options},
    privacy::SealingKeys,
    say, secret_file,
    who::{Authority, Parts, issuer::Issuer, keyring::Keyring, load_policy, token::Verifier},
};
use tongxin_policies::Table;
use tongxin_server::{Figures, Front, Gateway};

pub use self::{
    error::StartError,
    issuers::{issuers, keyring, must_be_some, own_keys, signing_key, token_rules, trusted, trusted_own},
};
use crate::{config::Config, gatekeeper::Gatekeeper, schema};

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
        let sealing = sealing_keys(&config)?;
        let writes_within = config.store().writes_within();
        let (rules, calendar) = (config.rules.clone(), calendar(&config)?);
        let parts = Parts { db, policy, clock, rules, calendar, writes_within, sealing };
        let authority = Authority::new(parts);
        let executor = executor(&config, &authority.policy())?;
        Ok(Self { authority, executor, keyring, verifier, policy_version, config })
    }

    /// Issues tokens for demo and development.
    ///
    /// # Errors
    /// Where no key can sign, as in production.
    pub fn issuer(&self) -> Result<Issuer, StartError> {
        let keyring = self.keyring.clone().ok_or_else(issuers::no_keys)?;
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

/// What answers operations, by policies that know all of it.
///
/// # Errors
/// Where the schema cannot be made, or the policies do not fit it: those of another build, as a rule.
pub fn executor(config: &Config, policy: &Table) -> Result<Executor, StartError> {
    let options =
        Options { limits: config.limits.clone(), suggestions: config.open_schema(), scalars: schema::scalars() };
    let executor = Executor::new(schema::build, options).map_err(|refusal| StartError::Schema(refusal.to_string()))?;
    schema::check_needs(&executor.sdl(), policy).map_err(StartError::Schema)?;
    schema::check_lines(policy)?;
    Ok(executor)
}

/// The file of the keys that seal personal data.
pub fn sealing_file(config: &Config) -> PathBuf {
    config.data_dir.join("sealing-keys.json")
}

/// The keys that seal personal data; a missing file is made.
///
/// # Errors
/// When the file cannot be read or made, or holds no such keys.
pub fn sealing_keys(config: &Config) -> Result<SealingKeys, StartError> {
    SealingKeys::open_or_create(&sealing_file(config)).map_err(StartError::Told)
}

/// Which days are worked: by the file of the configuration, else by the one that comes with the program.
///
/// # Errors
/// When the file cannot be read, or lines of it are wrong; the first ten are told.
pub fn calendar(config: &Config) -> Result<Arc<Calendar>, StartError> {
    const TOLD: usize = 10;
    let Some(path) = &config.calendar_file else { return Ok(Calendar::embedded()) };
    let path_shown = path.display();
    let refused =
        |why: String| StartError::Told(say!("calendar_file {path_shown}：{why}", "calendar_file {path_shown}: {why}"));
    let file = fs::read(path).map_err(|error| refused(error.to_string()))?;
    Calendar::parse(&file).map(Arc::new).map_err(|faults| {
        let told = faults.iter().take(TOLD).map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let more = faults.len().saturating_sub(TOLD);
        refused(if more > 0 { format!("{told}; and {more} more") } else { told })
    })
}
