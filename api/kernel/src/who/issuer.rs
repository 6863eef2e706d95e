//! Gives tokens: in demo and development by the key of the service, on the command line by one that the operator holds.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::Header;
use serde::Serialize;

use super::{keyring::Keyring, keys::Ring, token::Rules};
use crate::{
    clock::Clock,
    error::{Refusal, Result},
    say,
};

/// Signs with the first key of the ring that has a private part.
pub struct Issuer {
    keyring: Arc<Keyring>,
    rules: Rules,
    clock: Clock,
}

/// What a token shall say, beside when and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Saying<'a> {
    pub issuer: &'a str,
    pub audience: &'a str,
    pub subject: &'a str,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    jti: uuid::Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl Issuer {
    pub fn new(keyring: Arc<Keyring>, rules: Rules, clock: Clock) -> Self {
        Self { keyring, rules, clock }
    }

    /// A token for `subject`, valid from now for `ttl`, which the rules must allow.
    pub fn issue(&self, subject: &str, ttl: TimeDelta) -> Result<String> {
        if ttl < TimeDelta::seconds(1) || ttl > self.rules.longest {
            let longest = self.rules.longest.num_seconds();
            let message = say!("有效期应为 1 至 {longest} 秒", "must be 1 to {longest} seconds");
            return Err(Refusal::invalid("ttl", "OUT_OF_RANGE", message));
        }
        let saying = Saying { issuer: &self.rules.issuer, audience: &self.rules.audience, subject };
        sign(&self.keyring.current(), saying, self.clock.now(), ttl)
    }
}

/// A token of the profile of RFC 9068, signed with the first key that has a private part, valid from `now` for `ttl`.
///
/// # Errors
/// `INTERNAL` where no key can sign.
pub fn sign(ring: &Ring, saying: Saying<'_>, now: DateTime<Utc>, ttl: TimeDelta) -> Result<String> {
    let (key, signing) = ring.signer().ok_or_else(|| Refusal::internal("no token key has a private part"))?;
    let header = Header { typ: Some("at+jwt".to_owned()), kid: Some(key.id.clone()), ..Header::new(key.algorithm) };
    let now = now.timestamp();
    let claims = Claims {
        iss: saying.issuer,
        aud: saying.audience,
        sub: saying.subject,
        jti: uuid::Builder::from_random_bytes(rand::random()).into_uuid(),
        iat: now,
        nbf: now,
        exp: now + ttl.num_seconds(),
    };
    jsonwebtoken::encode(&header, &claims, signing).map_err(Refusal::internal)
}
