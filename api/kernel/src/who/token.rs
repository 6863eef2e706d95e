//! Access tokens: signed JWTs of the profile `at+jwt` (RFC 9068), checked by a clock that is passed in.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Header, Validation};
use moka::sync::Cache;
use serde::Deserialize;
use serde_json::Number;
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

use super::{
    keyring::Keyring,
    keys::{Key, Ring},
};
use crate::{
    clock::Clock,
    error::{Refusal, Result},
    say,
};

/// Longer tokens are refused unread.
const LONGEST_TOKEN: usize = 4096;
const LONGEST_ID: usize = 200;
const LEEWAY: TimeDelta = TimeDelta::seconds(5);
/// Verifying a signature costs 45 to 300 µs; finding a verified token again takes a hash and a look-up.
const CACHED: u64 = 10_000;

/// Whose tokens are taken, for whom, and how long they may live.
#[derive(Debug, Clone)]
pub struct Rules {
    pub issuer: String,
    pub audience: String,
    /// The most that `exp` may be after `iat`.
    pub longest: TimeDelta,
}

impl Rules {
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self { issuer: issuer.into(), audience: audience.into(), longest: TimeDelta::hours(24) }
    }

    /// For the demo, whose tokens are pasted into sample requests: they live for up to 30 days.
    #[must_use]
    pub fn for_demo(self) -> Self {
        Self { longest: TimeDelta::days(30), ..self }
    }
}

/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whose token it is: the account, or the client application.
    pub subject: String,
    /// The id of this token.
    pub jti: String,
    pub issued_at: DateTime<Utc>,
    pub not_before: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

impl Verified {
    /// Whether the token has expired; a few seconds are granted for clocks that differ.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at + LEEWAY
    }
}

/// Checks tokens, and remembers those that passed until they expire or the keys change.
pub struct Verifier {
    keyring: Arc<Keyring>,
    rules: Rules,
    clock: Clock,
    passed: Cache<[u8; 32], Passed>,
}

#[derive(Clone)]
struct Passed {
    /// The keys under which it passed: under others it must pass again.
    ring: Arc<Ring>,
    token: Arc<Verified>,
}

/// All claims are required, each in its type; `aud` may be a list, and the library reads it.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    jti: String,
    exp: Number,
    nbf: Number,
    iat: Number,
}

/// Why a token is refused. The reason is for the log: the caller learns only whether it has expired.
enum Fault {
    Expired,
    Invalid(&'static str),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Expired => {
                Self::unauthenticated(say!("令牌已过期，请重新取得", "The token has expired; obtain a new one"))
            }
            Fault::Invalid(reason) => {
                tracing::debug!(reason, "token refused");
                Self::unauthenticated(say!("令牌无效", "The token is not valid"))
            }
        }
    }
}

impl Verifier {
    pub fn new(keyring: Arc<Keyring>, rules: Rules, clock: Clock) -> Self {
        Self { keyring, rules, clock, passed: Cache::new(CACHED) }
    }

    /// Changes with the keys, after which a token may be believed no longer.
    pub fn key_changes(&self) -> watch::Receiver<()> {
        self.keyring.changes()
    }

    /// What the token says, if it is to be believed now.
    pub fn verify(&self, token: &str) -> Result<Arc<Verified>> {
        if token.len() > LONGEST_TOKEN {
            return Err(Fault::Invalid("too long").into());
        }
        let ring = self.keyring.current();
        let digest = Sha256::digest(token).into();
        if let Some(passed) = self.passed.get(&digest)
            && Arc::ptr_eq(&passed.ring, &ring)
        {
            self.check_times(&passed.token).inspect_err(|_| self.passed.invalidate(&digest))?;
            return Ok(passed.token);
        }
        let token = Arc::new(self.verify_anew(token, &ring)?);
        self.passed.insert(digest, Passed { ring, token: token.clone() });
        Ok(token)
    }

    fn verify_anew(&self, token: &str, ring: &Ring) -> Result<Verified, Fault> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Fault::Invalid("header"))?;
        let key = self.key(&header, ring)?;
        let mut checks = Validation::new(key.algorithm);
        checks.set_required_spec_claims(&["aud"]);
        checks.set_audience(&[&self.rules.audience]);
        // The library knows only the machine's clock.
        (checks.validate_exp, checks.validate_nbf) = (false, false);
        let claims = jsonwebtoken::decode::<Claims>(token, &key.verifying, &checks)
            .map_err(|_| Fault::Invalid("signature, audience or claims"))?
            .claims;
        // The library would take a list of issuers, too.
        if claims.iss != self.rules.issuer {
            return Err(Fault::Invalid("issuer"));
        }
        let verified = claims.read().ok_or(Fault::Invalid("value of a claim"))?;
        if verified.expires_at <= verified.issued_at || verified.expires_at - verified.issued_at > self.rules.longest {
            return Err(Fault::Invalid("lifetime"));
        }
        self.check_times(&verified)?;
        Ok(verified)
    }

    fn key<'r>(&self, header: &Header, ring: &'r Ring) -> Result<&'r Key, Fault> {
        let typ = header.typ.as_deref().unwrap_or_default().to_ascii_lowercase();
        if typ.strip_prefix("application/").unwrap_or(&typ) != "at+jwt" {
            return Err(Fault::Invalid("typ"));
        }
        // RFC 7515: what must be understood and is not makes the token invalid.
        if header.crit.is_some() || header.enc.is_some() || header.zip.is_some() {
            return Err(Fault::Invalid("crit, enc or zip"));
        }
        let key = header.kid.as_deref().and_then(|id| ring.find(id)).ok_or(Fault::Invalid("kid"))?;
        if header.alg == key.algorithm { Ok(key) } else { Err(Fault::Invalid("alg")) }
    }

    fn check_times(&self, token: &Verified) -> Result<(), Fault> {
        let now = self.clock.now();
        if token.is_expired(now) {
            return Err(Fault::Expired);
        }
        if token.not_before > now + LEEWAY || token.issued_at > now + LEEWAY {
            return Err(Fault::Invalid("not valid yet"));
        }
        Ok(())
    }
}

impl Claims {
    fn read(self) -> Option<Verified> {
        let is_id = |id: &str| !id.is_empty() && id.len() <= LONGEST_ID && !id.chars().any(char::is_control);
        (is_id(&self.sub) && is_id(&self.jti)).then_some(())?;
        Some(Verified {
            issued_at: instant(&self.iat)?,
            not_before: instant(&self.nbf)?,
            expires_at: instant(&self.exp)?,
            subject: self.sub,
            jti: self.jti,
        })
    }
}

/// A `NumericDate`: seconds since 1970, perhaps with a fraction, at most up to the year 9999.
fn instant(seconds: &Number) -> Option<DateTime<Utc>> {
    let seconds = seconds.as_f64().filter(|s| (0.0..253_402_300_800.0).contains(s))?;
    DateTime::from_timestamp_millis((seconds * 1000.0) as i64)
}

/// What the token said, beside the actor it led to; a subscription ends with it.
#[derive(Debug, Clone, Default)]
pub struct TokenInfo {
    /// The person or application; none for strangers.
    pub subject: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
}
