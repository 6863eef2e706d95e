//! The keys that sign and verify tokens, read from a JWK or a JWK set (RFC 7517).

mod der;
mod jwk;

use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, jwk::Jwk as PublicJwk, jwk::ThumbprintHash};
use serde_json::{Value, json};

use crate::{error::Message, say};

/// Why a file of keys cannot be used. Names the key, never shows a part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeyFault(pub Message);

/// One key. It serves exactly one algorithm: a token that names another is refused.
#[derive(Debug)]
pub struct Key {
    pub id: String,
    pub algorithm: Algorithm,
    pub(super) verifying: DecodingKey,
    /// Only where the file holds the private part.
    pub(super) signing: Option<EncodingKey>,
}

/// All keys valid now, in the order of the file.
#[derive(Debug)]
pub struct Ring(Vec<Key>);

impl Ring {
    /// Reads a JWK set, or a single JWK. Every key must be usable: a mistake is better known at once.
    pub fn parse(text: &[u8]) -> Result<Self, KeyFault> {
        // The reader's own message may quote a value of the file, which may be a private part.
        let bad = |e: serde_json::Error| {
            let (line, column) = (e.line(), e.column());
            KeyFault(say!(
                "第 {line} 行第 {column} 列不是有效的 JWK",
                "not a valid JWK at line {line}, column {column}"
            ))
        };
        let document: Value = serde_json::from_slice(text).map_err(bad)?;
        let listed = match document.get("keys") {
            Some(Value::Array(keys)) => keys.clone(),
            Some(_) => return Err(KeyFault(say!("keys 应为数组", "`keys` must be an array"))),
            None => vec![document],
        };
        let mut keys: Vec<Key> = Vec::with_capacity(listed.len());
        for (at, value) in listed.into_iter().enumerate() {
            let key = jwk::read(value).map_err(|(kid, Message { zh, en })| {
                let nth = at + 1;
                let kid = kid.map(|kid| format!(" ({kid:?})")).unwrap_or_default();
                KeyFault(say!("第 {nth} 个密钥{kid}：{zh}", "key {nth}{kid}: {en}"))
            })?;
            if keys.iter().any(|k| k.id == key.id) {
                let kid = key.id;
                return Err(KeyFault(say!("kid {kid:?} 重复", "two keys have the kid {kid:?}")));
            }
            keys.push(key);
        }
        if keys.is_empty() {
            return Err(KeyFault(say!("没有任何密钥", "there is no key")));
        }
        Ok(Self(keys))
    }

    pub fn find(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id)
    }

    /// The first key with a private part: put a new one first to rotate.
    pub(super) fn signer(&self) -> Option<(&Key, &EncodingKey)> {
        self.0.iter().find_map(|key| Some((key, key.signing.as_ref()?)))
    }
}

/// The ids of the keys, for the log.
impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.0.iter().enumerate() {
            write!(f, "{}{} {:?}", if at == 0 { "" } else { ", " }, key.id, key.algorithm)?;
        }
        Ok(())
    }
}

/// A new Ed25519 key as a JWK with its private part; its id is its thumbprint (RFC 7638).
pub fn generate() -> Vec<u8> {
    let seed: [u8; 32] = rand::random();
    let signing = EncodingKey::from_ed_der(&der::pkcs8_ed25519(&seed));
    let public = PublicJwk::from_encoding_key(&signing, Algorithm::EdDSA).expect("any 32 bytes are an Ed25519 key");
    let id = public.thumbprint(ThumbprintHash::SHA256).expect("an Ed25519 key has a thumbprint");
    let mut whole = serde_json::to_value(&public).expect("a JWK is JSON");
    let parts = [("kid", json!(id)), ("use", json!("sig")), ("d", json!(jwk::encode(&seed)))];
    for (name, value) in parts {
        whole[name] = value;
    }
    let mut text = serde_json::to_vec_pretty(&whole).expect("a JWK is JSON");
    text.push(b'\n');
    text
}

#[cfg(test)]
mod tests;
