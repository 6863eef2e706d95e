//! The configuration: defaults, then a TOML file, then the environment. Every key stands in `tongxin.example.toml`.

mod check;
mod environment;
mod error;
mod issuers;

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use figment::{
    Figment,
    providers::{Format as _, Serialized, Toml},
};
use serde::{Deserialize, Serialize};
use tongxin_kernel::{
    execute::Limits,
    rules::Rules,
    say,
    store::{Pool, Store, file_url},
    telemetry::LogFormat,
};
use tongxin_server::{RateLimit, ServerSettings};

pub use self::{
    error::ConfigError,
    issuers::{IssuerConfig, SubjectConfig},
};

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub env: Env,
    /// The address to listen on.
    pub listen: String,
    /// The address at which `/metrics` answers; the demo answers it beside the API.
    pub metrics_listen: String,
    /// Where the SQLite file and the signing key are kept.
    pub data_dir: PathBuf,
    /// PostgreSQL or SQLite; without it a SQLite file in the data folder.
    pub database_url: Option<Secret>,
    /// Without it the process speaks to no other.
    pub redis_url: Option<Secret>,
    /// Which days are worked; without it the calendar that comes with the program.
    pub calendar_file: Option<PathBuf>,
    pub pool: Pool,
    pub jwt: Jwt,
    /// Further issuers of tokens.
    pub issuers: Vec<IssuerConfig>,
    pub log: Log,
    pub server: ServerSettings,
    pub rate_limit: RateLimit,
    pub limits: Limits,
    pub rules: Rules,
}

/// What the service is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Env {
    Production,
    Development,
    Demo,
}

/// The tokens of an issuer of one's own, who knows people by their ids here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jwt {
    /// A JWKS file; demo and development make their own without it.
    pub keys: Option<PathBuf>,
    /// Hours for which the last set of keys stays in force when its file cannot be read any more; 0 keeps none.
    pub keep_hours: u32,
    pub issuer: String,
    pub audience: String,
}

/// The log on standard error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// A level, or a filter such as `info,tongxin=debug`.
    pub level: String,
    /// `auto` is JSON in production and text elsewhere.
    pub format: LogStyle,
}

/// How log lines are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogStyle {
    Auto,
    Text,
    Json,
}

/// An address that holds a password: never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            env: Env::Production,
            listen: "127.0.0.1:8080".into(),
            metrics_listen: "127.0.0.1:9464".into(),
            data_dir: "data".into(),
            database_url: None,
            redis_url: None,
            calendar_file: None,
            pool: Pool { max_connections: 32, min_connections: 1, acquire_secs: 5 },
            jwt: Jwt {
                keys: None,
                keep_hours: 24,
                issuer: "https://tongxin.example".into(),
                audience: "tongxin".into(),
            },
            issuers: Vec::new(),
            log: Log { level: "info".into(), format: LogStyle::Auto },
            server: ServerSettings::default(),
            rate_limit: RateLimit::default(),
            limits: Limits::default(),
            rules: Rules::default(),
        }
    }
}

impl Config {
    /// Reads the configuration of this process: `file`, else the one that `TONGXIN_CONFIG` names, and the environment.
    /// `base` is what holds where neither says anything.
    pub fn load(base: Self, file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::read(
            base,
            file,
            std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))),
        )
    }

    /// The same with the environment given.
    pub fn read(
        base: Self,
        file: Option<&Path>,
        vars: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let environment = environment::Environment::read(&base, vars)?;
        let file = file.map(Path::to_owned).or(environment.file);
        let mut sources = Figment::new();
        if let Some(file) = file {
            if !file.is_file() {
                let file = file.display();
                return Err(ConfigError::one(say!(
                    "配置文件 {file} 不存在",
                    "the configuration file {file} does not exist"
                )));
            }
            sources = sources.merge(Toml::file_exact(file));
        }
        for (key, variable, value) in environment.values {
            sources = sources.merge(environment::Variable { key, variable, value });
        }
        let figment = Figment::from(Serialized::defaults(&base.within(&sources))).merge(sources);
        let config: Self = figment.extract().map_err(ConfigError::from)?;
        match check::faults(&config) {
            faults if faults.is_empty() => Ok(config),
            faults => Err(ConfigError(faults)),
        }
    }

    /// What holds where nothing is said, as it is outside production: nobody waits there for a balancer to look elsewhere.
    fn within(mut self, sources: &Figment) -> Self {
        if sources.extract_inner("env").unwrap_or(self.env) != Env::Production {
            self.server.drain_secs = 0;
        }
        self
    }

    /// The database: `DATABASE_URL`, or the file in the data folder.
    pub fn store(&self) -> Store {
        let url = match &self.database_url {
            Some(url) => url.expose().to_owned(),
            None => file_url(&self.data_dir.join("tongxin.sqlite")),
        };
        let (threads, deadline_secs) = (self.server.threads(), self.limits.deadline_secs);
        Store { url, pool: self.pool.clone(), threads, deadline_secs }
    }

    /// Whether the start makes and migrates the database: outside production a file of its own.
    pub fn makes_its_database(&self) -> bool {
        self.database_url.is_none() && self.env != Env::Production
    }

    /// The address to listen on.
    pub fn address(&self) -> SocketAddr {
        self.listen.parse().unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 8080)))
    }

    /// Whether the issuer of `[jwt]` counts: where its keys are named, and wherever the service makes keys of its own.
    pub fn has_own_issuer(&self) -> bool {
        self.jwt.keys.is_some() || self.env != Env::Production
    }

    /// Whether strangers may read the schema, and errors may suggest names.
    pub fn open_schema(&self) -> bool {
        self.env != Env::Production
    }

    /// The rate limit in force: none in demo.
    pub fn rate_limit(&self) -> RateLimit {
        RateLimit { enabled: self.rate_limit.enabled && self.env != Env::Demo, ..self.rate_limit.clone() }
    }

    /// How log lines are written.
    pub fn log_format(&self) -> LogFormat {
        match (self.log.format, self.env) {
            (LogStyle::Json, _) | (LogStyle::Auto, Env::Production) => LogFormat::Json,
            _ => LogFormat::Text,
        }
    }
}

#[cfg(test)]
mod tests;
