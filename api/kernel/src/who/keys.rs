//! The keys that sign and verify tokens, read from a JWK or a JWK set (RFC 7517).

mod der;
mod jwk;

use std::fmt;

use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    jwk::{Jwk as PublicJwk, ThumbprintHash},
};
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
#[derive(Debug, Default)]
pub struct Ring(Vec<Key>);

impl Ring {
    /// Reads a JWK set, or a single JWK. Keys that cannot be used are passed over, as RFC 7517 has it, and returned as faults:
    /// those of another use, kind or strength, those that are broken, and those whose `kid` an earlier one has.
    ///
    /// # Errors
    /// When the text is neither a set nor a key.
    pub fn parse(text: &[u8]) -> Result<(Self, Vec<KeyFault>), KeyFault> {
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
            None if document.get("kty").is_some() => vec![document],
            None => return Err(KeyFault(say!("不是 JWK 集，也不是 JWK", "not a JWK set and not a JWK"))),
        };
        let (mut keys, mut faults): (Vec<Key>, _) = (Vec::with_capacity(listed.len()), Vec::new());
        for (at, value) in listed.into_iter().enumerate() {
            match jwk::read(value) {
                Ok(key) if keys.iter().any(|known| known.id == key.id) => {
                    let (nth, kid) = (at + 1, key.id);
                    let message = say!(
                        "第 {nth} 个密钥：kid {kid:?} 与前面的密钥重复",
                        "key {nth}: an earlier key has the kid {kid:?}"
                    );
                    faults.push(KeyFault(message));
                }
                Ok(key) => keys.push(key),
                Err((kid, Message { zh, en })) => {
                    let nth = at + 1;
                    let kid = kid.map(|kid| format!(" ({kid:?})")).unwrap_or_default();
                    faults.push(KeyFault(say!("第 {nth} 个密钥{kid}：{zh}", "key {nth}{kid}: {en}")));
                }
            }
        }
        Ok((Self(keys), faults))
    }

    /// Takes out keys whose private part is there too: where everybody reads the set, it is no secret. Returned as faults.
    pub(super) fn without_secrets(self) -> (Self, Vec<KeyFault>) {
        let (open, closed): (Vec<_>, Vec<_>) = self.0.into_iter().partition(|key| key.signing.is_none());
        let fault = |Key { id, .. }| {
            KeyFault(say!(
                "密钥 {id:?}：公布了私钥或共享密钥，人人可用它签发",
                "key {id:?}: its private part or shared secret is published, so that anybody can sign with it"
            ))
        };
        (Self(open), closed.into_iter().map(fault).collect())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub fn find(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id)
    }

    /// Whether a key has a private part.
    pub fn can_sign(&self) -> bool {
        self.signer().is_some()
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
    generate_pair().0
}

/// The same, and beside it the set that holds its public part alone: for whoever is to believe what it signs.
pub fn generate_pair() -> (Vec<u8>, Vec<u8>) {
    let seed: [u8; 32] = rand::random();
    let signing = EncodingKey::from_ed_der(&der::pkcs8_ed25519(&seed));
    let public = PublicJwk::from_encoding_key(&signing, Algorithm::EdDSA).expect("any 32 bytes are an Ed25519 key");
    let id = public.thumbprint(ThumbprintHash::SHA256).expect("an Ed25519 key has a thumbprint");
    let mut open = serde_json::to_value(&public).expect("a JWK is JSON");
    (open["kid"], open["use"]) = (json!(id), json!("sig"));
    let mut whole = open.clone();
    whole["d"] = json!(jwk::encode(&seed));
    (text_of(&whole), text_of(&json!({ "keys": [open] })))
}

fn text_of(document: &Value) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(document).expect("a JWK is JSON");
    text.push(b'\n');
    text
}

#[cfg(test)]
mod tests;
