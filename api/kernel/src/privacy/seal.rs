//! Encryption at rest: XChaCha20-Poly1305 under keys that rotate.

use std::{fmt, path::Path};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{Aead as _, Payload},
};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::{
    error::{Message, Refusal, Result},
    say, secret_file,
};

const NONCE: usize = 24;

/// A text as it is kept: `key id.base64url(nonce, ciphertext, tag)`. It opens only for the owner it was sealed for.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(String);

impl Sealed {
    /// As it was read from the database.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn key_id(&self) -> &str {
        self.0.split_once('.').map_or("", |(id, _)| id)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed(by {:?})", self.key_id())
    }
}

/// The keys that seal personal data. The first seals, all of them open: put a new one first to rotate.
#[derive(Debug)]
pub struct SealingKeys(Vec<SealingKey>);

struct SealingKey {
    id: String,
    secret: SecretBox<[u8; 32]>,
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

/// The file: a JWK set of 256-bit secrets, `{"keys": [{"kty": "oct", "kid": "…", "k": "…"}]}`.
#[derive(Deserialize)]
struct File {
    keys: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    kty: String,
    kid: String,
    k: String,
}

impl SealingKeys {
    pub fn open(path: &Path) -> Result<Self, Message> {
        let text = secret_file::read(path);
        Self::read(path, text)
    }

    /// For demo and development: a missing file is made, with a new key.
    pub fn open_or_create(path: &Path) -> Result<Self, Message> {
        let text = secret_file::read_or_create(path, generate);
        Self::read(path, text)
    }

    fn read(path: &Path, text: std::io::Result<secrecy::SecretSlice<u8>>) -> Result<Self, Message> {
        let path = path.display();
        let text =
            text.map_err(|e| say!("无法读取加密密钥文件 {path}：{e}", "cannot read the sealing keys in {path}: {e}"))?;
        Self::parse(text.expose_secret()).map_err(|Message { zh, en }| say!("{path}：{zh}", "{path}: {en}"))
    }

    fn parse(text: &[u8]) -> Result<Self, Message> {
        // The reader's own message may quote a secret.
        let file: File = serde_json::from_slice(text).map_err(|e| {
            let (line, column) = (e.line(), e.column());
            say!("第 {line} 行第 {column} 列不是有效的 JWK 集", "not a valid JWK set at line {line}, column {column}")
        })?;
        let mut keys: Vec<SealingKey> = Vec::with_capacity(file.keys.len());
        for Entry { kty, kid, k } in file.keys {
            let secret =
                URL_SAFE_NO_PAD.decode(k).ok().and_then(|bytes| Some(Box::new(<[u8; 32]>::try_from(bytes).ok()?)));
            let well_named = (1..=64).contains(&kid.len())
                && kid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            let Some(secret) = secret.filter(|_| kty == "oct" && well_named && keys.iter().all(|key| key.id != kid))
            else {
                return Err(say!(
                    "密钥 {kid:?} 应为 oct、32 字节，kid 由字母、数字、- 和 _ 组成且不重复",
                    "key {kid:?} must be an oct key of 32 bytes with a kid of its own, of letters, digits, - and _"
                ));
            };
            keys.push(SealingKey { id: kid, secret: SecretBox::new(secret) });
        }
        if keys.is_empty() { Err(say!("没有任何密钥", "there is no key")) } else { Ok(Self(keys)) }
    }

    /// Seals a text for one owner, under the first key and a nonce of its own.
    pub fn seal(&self, owner: &str, text: &str) -> Sealed {
        let key = &self.0[0];
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload { msg: text.as_bytes(), aad: owner.as_bytes() };
        let sealed = cipher(key).encrypt(&nonce.into(), payload).expect("a short text can be sealed");
        Sealed(format!("{}.{}", key.id, URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())))
    }

    /// Opens what was sealed for this owner. A failure is the service's own fault, and says nothing of the content.
    pub fn unseal(&self, owner: &str, sealed: &Sealed) -> Result<SecretString> {
        self.try_unseal(owner, sealed).ok_or_else(|| {
            let key = sealed.key_id();
            Refusal::internal(format!("personal data of {owner} does not open under key {key:?}"))
        })
    }

    fn try_unseal(&self, owner: &str, Sealed(text): &Sealed) -> Option<SecretString> {
        let (id, content) = text.split_once('.')?;
        let key = self.0.iter().find(|key| key.id == id)?;
        let content = URL_SAFE_NO_PAD.decode(content).ok()?;
        let (nonce, msg) = content.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let open = cipher(key).decrypt(&nonce.into(), Payload { msg, aad: owner.as_bytes() }).ok()?;
        Some(String::from_utf8(open).ok()?.into())
    }

    /// Whether what was sealed for this owner opens.
    pub fn opens(&self, owner: &str, sealed: &Sealed) -> bool {
        self.try_unseal(owner, sealed).is_some()
    }

    /// Whether it was sealed under an older key and should be sealed again.
    pub fn is_outdated(&self, sealed: &Sealed) -> bool {
        sealed.key_id() != self.0[0].id
    }
}

fn cipher(key: &SealingKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.secret.expose_secret().into())
}

fn generate() -> Vec<u8> {
    let id = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 6]>());
    let secret = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let file = json!({"keys": [{"kty": "oct", "kid": id, "alg": "XC20P", "k": secret}]});
    format!("{file:#}\n").into_bytes()
}

#[cfg(test)]
mod tests;
