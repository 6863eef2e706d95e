//! Where the keys of an issuer come from.

use std::sync::Arc;

use tokio::sync::watch;

use super::{
    kept::Kept,
    keyring::{Keyring, LOOK_EVERY},
    keys::{KeyFault, Ring},
    published::Published,
};

/// A file, or a URL.
#[derive(Clone)]
pub enum Source {
    File(Arc<Keyring>),
    Url(Arc<Published>),
}

/// Nobody can say just now whether a key is one of the issuer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unread {
    /// Seconds after which to ask again.
    pub retry_after: u32,
}

impl Source {
    fn kept(&self) -> &Kept {
        match self {
            Self::File(keyring) => keyring.kept(),
            Self::Url(published) => published.kept(),
        }
    }

    /// The keys in force now.
    pub(super) fn current(&self) -> Arc<Ring> {
        match self {
            Self::File(keyring) => keyring.current(),
            Self::Url(published) => published.kept().ring(),
        }
    }

    /// The keys to look the named one up in.
    pub(super) async fn looked_for(&self, kid: &str) -> Result<Arc<Ring>, Unread> {
        let (ring, unread, retry_after) = match self {
            Self::File(keyring) => (keyring.current(), false, u32::try_from(LOOK_EVERY.as_secs()).unwrap_or(1)),
            Self::Url(published) => (published.looked_for(kid).await, published.is_unread(), published.again_in()),
        };
        if ring.find(kid).is_none() && (unread || self.kept().may_say_more()) {
            return Err(Unread { retry_after });
        }
        Ok(ring)
    }

    /// How many keys are in force now.
    pub fn count(&self) -> usize {
        self.current().count()
    }

    /// The file or URL.
    pub fn name(&self) -> &str {
        self.kept().source()
    }

    /// Why it could not be read when it was last tried.
    pub fn fault(&self) -> Option<KeyFault> {
        self.kept().fault()
    }

    /// Reads a URL now; a file is read whenever it changes.
    pub async fn read(&self) {
        if let Self::Url(published) = self {
            published.read().await;
        }
    }

    /// Changes with the keys.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.kept().changes()
    }

    /// Looks again and again, so that a change is noticed though nobody asks.
    pub(super) async fn keep_up(self) {
        match self {
            Self::File(keyring) => keyring.keep_up().await,
            Self::Url(published) => published.keep_up().await,
        }
    }
}
