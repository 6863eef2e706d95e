//! Tokens from issue to refusal, by a clock that the tests move.

mod claims;
mod forgery;
mod rotation;

use std::{fs, path::PathBuf, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta};
use jsonwebtoken::crypto;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    issuer::Issuer,
    keyring::Keyring,
    token::{Rules, Verifier},
};
use crate::{clock::Clock, error::Code};

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
        let rules = Rules::new("https://tongxin.example", "tongxin");
        let issuer = Issuer::new(keyring.clone(), rules.clone(), clock.clone());
        let verifier = Verifier::new(keyring.clone(), rules, clock.clone());
        Self { clock, keyring, issuer, verifier, folder }
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
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(header), encode(claims));
        let ring = self.keyring.current();
        let key = ring.find(kid).unwrap();
        let signature = crypto::sign(message.as_bytes(), key.signing.as_ref().unwrap(), key.algorithm).unwrap();
        format!("{message}.{signature}")
    }

    /// The message of the refusal; `valid` when there is none.
    fn said(&self, token: &str) -> String {
        match self.verifier.verify(token) {
            Ok(_) => "valid".to_owned(),
            Err(refusal) => {
                assert_eq!(refusal.code, Code::Unauthenticated);
                assert!(refusal.facts.is_empty(), "nothing more is said");
                refusal.message.en
            }
        }
    }
}

const INVALID: &str = "The token is not valid";
const EXPIRED: &str = "The token has expired; obtain a new one";

fn header() -> Value {
    json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "ed"})
}

fn claims() -> Value {
    json!({"iss": "https://tongxin.example", "aud": "tongxin", "sub": "resident", "jti": "j1",
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
    let verified = s.verifier.verify(&token).unwrap();
    assert_eq!((verified.subject.as_str(), verified.expires_at.timestamp()), ("resident", NOW + 3600));
    assert!(Arc::ptr_eq(&verified, &s.verifier.verify(&token).unwrap()), "remembered");
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
    let ids = [0, 1].map(|_| s.verifier.verify(&issue(TimeDelta::hours(24)).unwrap()).unwrap().jti.clone());
    assert_ne!(ids[0], ids[1]);
    assert!(issue(TimeDelta::seconds(86_401)).is_err() && issue(TimeDelta::zero()).is_err());
    let demo = Rules::new("https://tongxin.example", "tongxin").for_demo();
    assert!(Issuer::new(s.keyring.clone(), demo, s.clock.clone()).issue("resident", TimeDelta::days(30)).is_ok());
}
