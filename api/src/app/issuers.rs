//! Whose tokens are accepted, and by which keys.

use std::{path::PathBuf, sync::Arc};

use chrono::TimeDelta;
use tongxin_kernel::{
    clock::Clock,
    say,
    who::{
        fetch,
        keyring::Keyring,
        keys::KeyFault,
        published::Published,
        source::Source,
        token::{Rules as TokenRules, SubjectIs, Trusted},
    },
};

use super::StartError;
use crate::config::{Config, Env, IssuerConfig, SubjectConfig};

/// What to do where nobody's tokens would be accepted.
pub(super) fn no_keys() -> StartError {
    StartError::Told(say!(
        "没有配置任何令牌签发者：在 jwt.keys（TONGXIN_JWT_KEYS）中指明自有签发者的 JWKS 文件，或在 [[issuers]]（TONGXIN_ISSUERS）中列出签发者；做法见 docs/issuers.zh-CN.md",
        "no issuer of tokens is configured: name the JWKS file of one of your own in jwt.keys (TONGXIN_JWT_KEYS), \
         or issuers in [[issuers]] (TONGXIN_ISSUERS); docs/issuers.md says how"
    ))
}

/// The keys of tokens of the service's own issuer: the JWKS file of the configuration, else a key of the data folder's own
/// outside production.
///
/// # Errors
/// In production, where no file is named; where the file cannot be read.
pub fn keyring(config: &Config, clock: Clock) -> Result<Keyring, StartError> {
    let keep = TimeDelta::hours(config.jwt.keep_hours.into());
    match (&config.jwt.keys, config.env) {
        (Some(path), _) => Keyring::open(path, clock, keep).map_err(refused),
        (None, Env::Production) => Err(no_keys()),
        (None, Env::Development | Env::Demo) => {
            Keyring::open_or_create(signing_key(config), clock, keep).map_err(refused)
        }
    }
}

/// The file of the key that demo and development make for themselves.
pub fn signing_key(config: &Config) -> PathBuf {
    config.data_dir.join("signing-key.json")
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
    let own = own.map(|keys| trusted_own(config, keys));
    let mut all = own.into_iter().collect::<Vec<_>>();
    for issuer in &config.issuers {
        all.push(trusted(issuer, config, clock)?);
    }
    must_be_some(config)?;
    Ok(all)
}

/// Refuses where nobody's tokens would be accepted.
///
/// # Errors
/// In production, where no issuer is named.
pub fn must_be_some(config: &Config) -> Result<(), StartError> {
    if config.has_own_issuer() || !config.issuers.is_empty() { Ok(()) } else { Err(no_keys()) }
}

/// The issuer of one's own.
pub fn trusted_own(config: &Config, keys: Arc<Keyring>) -> Trusted {
    Trusted { rules: token_rules(config), keys: Source::File(keys) }
}

/// An issuer that is listed.
///
/// # Errors
/// Where its file of keys cannot be read.
pub fn trusted(issuer: &IssuerConfig, config: &Config, clock: &Clock) -> Result<Trusted, StartError> {
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

fn refused(KeyFault(message): KeyFault) -> StartError {
    StartError::Told(message)
}

/// What tokens must say in this environment.
pub fn token_rules(config: &Config) -> TokenRules {
    let rules = TokenRules::new(&config.jwt.issuer, &config.jwt.audience);
    if config.env == Env::Demo { rules.for_demo() } else { rules }
}
