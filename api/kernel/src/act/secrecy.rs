//! The retry key of an act as it is kept. Of an act that nothing may trace to a person the key stands alone: hashed, and the
//! answer sealed by it, so that only whoever holds the key finds or reads it.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce, aead::Aead as _};
use sha2::{Digest as _, Sha256};
use tongxin_entity::audit_entry::Secrecy;

use crate::{
    error::{Refusal, Result},
    execute::Idempotency,
    say,
};

/// Who acted where nothing may say who.
pub(super) const NOBODY: &str = "anonymous";

/// 128 random bits are 22 characters at least, as text.
const SHORTEST_KEY: usize = 22;

/// A retry key as it is kept.
pub(super) struct Kept<'a> {
    pub actor: &'a str,
    pub key: Cow<'a, str>,
    pub body_hash: Cow<'a, str>,
    /// By which the answer is sealed.
    seal: Option<[u8; 32]>,
}

impl<'a> Kept<'a> {
    /// # Errors
    /// `INVALID_INPUT` for a key that could be guessed, where nothing else guards what is kept under it.
    pub fn of(secrecy: Secrecy, actor: &'a str, Idempotency { key, body_hash }: &'a Idempotency) -> Result<Self> {
        if secrecy != Secrecy::WithoutPerson {
            return Ok(Self { actor, key: key.into(), body_hash: body_hash.into(), seal: None });
        }
        if key.len() < SHORTEST_KEY {
            let message = say!(
                "此事项不记名，Idempotency-Key 须为至少 128 位随机数（{SHORTEST_KEY} 个字符以上）",
                "this act is kept under nobody's name: its Idempotency-Key must be at least 128 random bits, {SHORTEST_KEY} characters or more"
            );
            return Err(Refusal::invalid("Idempotency-Key", "TOO_SHORT", message));
        }
        let hash = |part: &str| Sha256::new().chain_update(part).chain_update([0]).chain_update(key).finalize();
        Ok(Self {
            actor: NOBODY,
            key: hex::encode(hash("key")).into(),
            // What was chosen is guessed easily where there is little to choose among: hashed with the key.
            body_hash: hex::encode(hash(body_hash)).into(),
            seal: Some(hash("answer").into()),
        })
    }

    pub fn is_sealed(&self) -> bool {
        self.seal.is_some()
    }

    /// The answer as it is kept.
    ///
    /// # Errors
    /// None that can come about.
    pub fn seal(&self, answer: &str) -> Result<String> {
        let Some(cipher) = self.cipher() else { return Ok(answer.to_owned()) };
        // A key seals one answer in its life.
        let sealed = cipher.encrypt(&XNonce::default(), answer.as_bytes());
        sealed.map(|sealed| STANDARD_NO_PAD.encode(sealed)).map_err(|_| Refusal::internal("an answer was not sealed"))
    }

    /// The answer as it was given.
    ///
    /// # Errors
    /// `INTERNAL` where it is not as it was kept.
    pub fn open(&self, kept: String) -> Result<String> {
        let Some(cipher) = self.cipher() else { return Ok(kept) };
        let opened =
            STANDARD_NO_PAD.decode(kept).ok().and_then(|sealed| cipher.decrypt(&XNonce::default(), &*sealed).ok());
        let opened = opened.and_then(|text| String::from_utf8(text).ok());
        opened.ok_or_else(|| Refusal::internal("a kept answer does not open"))
    }

    fn cipher(&self) -> Option<XChaCha20Poly1305> {
        self.seal.map(|seal| XChaCha20Poly1305::new(&Key::from(seal)))
    }
}
