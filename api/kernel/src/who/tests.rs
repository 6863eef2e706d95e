//! Tokens from issue to refusal, by a clock that the tests move.

mod claims;
mod forgery;
mod issuers;
mod published;
mod rotation;

use std::{fs, path::PathBuf, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta};
use futures_util::FutureExt as _;
use jsonwebtoken::crypto;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    issuer::Issuer,
    keyring::Keyring,
    source::Source,
    subject::Subject,
    token::{Rules, Trusted, Verified, Verifier},
};
use crate::{
    clock::Clock,
    error::{Code, Result},
};

const KEYS: &str = include_str!("testdata/keys.json");
const NOW: i64 = 1_790_000_000;
/// Hours for which keys stay in force without their file.
const KEPT: i64 = 24;

struct Setting {
    clock: Clock,
    keyring: Arc<Keyring>,
    issuer: Issuer,
    verifier: Verifier,
    folder: TempDir,
}

impl Setting {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        fs::write(&path, KEYS).unwrap();
        let clock = Clock::manual(DateTime::from_timestamp(NOW, 0).unwrap());
        let keyring = Arc::new(Keyring::open(path, clock.clone(), TimeDelta::hours(KEPT)).unwrap());
        let rules = Rules::new(ISSUER, "tongxin");
        let issuer = Issuer::new(keyring.clone(), rules.clone(), clock.clone());
        let verifier = verifier(&keyring, rules, &clock);
        Self { clock, keyring, issuer, verifier, folder }
    }

    /// The same under other rules.
    fn under(rules: Rules) -> Self {
        let setting = Self::new();
        Self { verifier: verifier(&setting.keyring, rules, &setting.clock), ..setting }
    }

    /// What the verifier says; keys from a file are there at once.
    fn verify(&self, token: &str) -> Result<Arc<Verified>> {
        self.verifier.verify(token).now_or_never().expect("nothing to wait for")
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("keys.json")
    }

    /// Writes other keys and lets the ring look.
    fn change_keys(&self, text: &str) {
        let draft = self.folder.path().join("draft");
        fs::write(&draft, text).unwrap();
        fs::rename(draft, self.path()).unwrap();
        self.clock.advance(TimeDelta::seconds(2));
    }

    /// A token signed by the named key, of any header and claims.
    fn sign(&self, kid: &str, header: &Value, claims: &Value) -> String {
        signed(&self.keyring, kid, header, claims)
    }

    /// The message of the refusal; `valid` when there is none.
    fn said(&self, token: &str) -> String {
        match self.verify(token) {
            Ok(_) => "valid".to_owned(),
            Err(refusal) => {
                assert_eq!(refusal.code, Code::Unauthenticated);
                assert!(refusal.facts.is_empty(), "nothing more is said");
                refusal.message.en
            }
        }
    }
}

fn verifier(keyring: &Arc<Keyring>, rules: Rules, clock: &Clock) -> Verifier {
    Verifier::new(vec![Trusted { rules, keys: Source::File(keyring.clone()) }], clock.clone())
}

/// The token, of any header and claims, signed by a key.
fn signed(keyring: &Keyring, kid: &str, header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    let ring = keyring.current();
    let key = ring.find(kid).unwrap();
    let signature = crypto::sign(message.as_bytes(), key.signing.as_ref().unwrap(), key.algorithm).unwrap();
    format!("{message}.{signature}")
}

const ISSUER: &str = "https://tongxin.example";
const INVALID: &str = "The token is not valid";
const EXPIRED: &str = "The token has expired; obtain a new one";

fn header() -> Value {
    json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "ed"})
}

fn claims() -> Value {
    json!({"iss": ISSUER, "aud": "tongxin", "sub": "resident", "jti": "j1",
        "iat": NOW, "nbf": NOW, "exp": NOW + 3600})
}

fn with(mut value: Value, changes: &Value) -> Value {
    for (name, change) in changes.as_object().unwrap() {
        match change {
            Value::Null => drop(value.as_object_mut().unwrap().remove(name)),
            change => value[name] = change.clone(),
        }
    }
    value
}

#[test]
fn an_issued_token_is_believed_until_it_expires() {
    let s = Setting::new();
    let token = s.issuer.issue("resident", TimeDelta::hours(1)).unwrap();
    let verified = s.verify(&token).unwrap();
    assert_eq!((&verified.subject, verified.expires_at.timestamp()), (&Subject::id("resident"), NOW + 3600));
    assert!(Arc::ptr_eq(&verified, &s.verify(&token).unwrap()), "remembered");
    s.clock.advance(TimeDelta::seconds(3604));
    assert_eq!(s.said(&token), "valid");
    s.clock.advance(TimeDelta::seconds(1));
    assert_eq!(s.said(&token), EXPIRED);
    s.clock.advance(TimeDelta::days(-1));
    assert_eq!(s.said(&token), INVALID, "also when the clock went back before its beginning");
}

#[test]
fn each_token_has_an_id_of_its_own_and_a_bounded_life() {
    let s = Setting::new();
    let issue = |ttl| s.issuer.issue("resident", ttl);
    let ids = [0, 1].map(|_| s.verify(&issue(TimeDelta::hours(24)).unwrap()).unwrap().jti.clone());
    assert_ne!(ids[0], ids[1]);
    assert!(issue(TimeDelta::seconds(86_401)).is_err() && issue(TimeDelta::zero()).is_err());
    let demo = Rules::new(ISSUER, "tongxin").for_demo();
    assert!(Issuer::new(s.keyring.clone(), demo, s.clock.clone()).issue("resident", TimeDelta::days(30)).is_ok());
}
