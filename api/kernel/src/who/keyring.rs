//! The keys as they are in their file now: a change of the file takes effect without a restart.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use secrecy::ExposeSecret as _;
use tokio::sync::watch;

use super::{
    kept::Kept,
    keys::{self, KeyFault, Ring},
};
use crate::{clock::Clock, error::Message, say, secret_file};

/// How long a change of the file may go unnoticed.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Keys from a file that is looked at again every two seconds.
pub struct Keyring {
    path: PathBuf,
    clock: Clock,
    kept: Kept,
    /// What the file was like when it was last read.
    read: Mutex<Option<Stamp>>,
    looked_at: AtomicI64,
}

/// A file as far as its directory entry tells: another content shows as another stamp.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let file = fs::metadata(path).ok()?;
        let modified = (file.mtime(), file.mtime_nsec());
        Some(Self { device: file.dev(), inode: file.ino(), size: file.size(), modified })
    }
}

impl Keyring {
    /// Reads a JWK set, which stays in force for `keep` when the file cannot be read any more.
    ///
    /// # Errors
    /// When there is no such file, or it holds no JWK set. A set without a usable key is one all the same.
    pub fn open(path: impl Into<PathBuf>, clock: Clock, keep: TimeDelta) -> Result<Self, KeyFault> {
        let path = path.into();
        let read = Mutex::new(Stamp::of(&path));
        let kept = Kept::new(path.display().to_string(), clock.clone(), keep, load(&path)?);
        let looked_at = AtomicI64::new(clock.now().timestamp_millis());
        Ok(Self { path, clock, kept, read, looked_at })
    }

    /// For demo and development: as [`Keyring::open`], but a missing file is made, with a new Ed25519 key.
    ///
    /// # Errors
    /// As [`Keyring::open`], and where no key of the file can sign.
    pub fn open_or_create(path: impl Into<PathBuf>, clock: Clock, keep: TimeDelta) -> Result<Self, KeyFault> {
        let path = path.into();
        secret_file::read_or_create(&path, keys::generate).map_err(|error| unreadable(&path, &error))?;
        let keyring = Self::open(path, clock, keep)?;
        if keyring.current().signer().is_none() {
            let path = keyring.path.display();
            return Err(KeyFault(say!("{path} 中没有可用于签名的密钥", "no key in {path} can sign")));
        }
        Ok(keyring)
    }

    /// The keys valid now.
    pub fn current(&self) -> Arc<Ring> {
        let (now, last) = (self.clock.now().timestamp_millis(), self.looked_at.load(Ordering::Relaxed));
        // A clock set back must not stop the looking.
        let due = u128::from((now - last).unsigned_abs()) >= LOOK_EVERY.as_millis();
        if due && self.looked_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.look();
        }
        self.kept.ring()
    }

    pub(super) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Changes with the keys.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.kept.changes()
    }

    /// Looks at the file again and again, so that a change is noticed though nobody asks.
    pub async fn keep_up(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        loop {
            ticks.tick().await;
            self.current();
        }
    }

    fn look(&self) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken before reading: a write in between shows as another stamp next time.
        let stamp = Stamp::of(&self.path);
        if self.kept.fault().is_some() || *read != stamp {
            match load(&self.path) {
                Ok(ring) => {
                    *read = stamp;
                    self.kept.put(ring);
                }
                Err(fault) => self.kept.do_without(fault),
            }
        }
        self.kept.tell();
    }
}

/// Reads the set; what in it cannot be used is named in the log.
fn load(path: &Path) -> Result<Ring, KeyFault> {
    let text = secret_file::read_unlooked(path).map_err(|error| unreadable(path, &error))?;
    let (ring, unusable) = Ring::parse(text.expose_secret()).map_err(|KeyFault(Message { zh, en })| {
        let path = path.display();
        KeyFault(say!("{path}：{zh}", "{path}: {en}"))
    })?;
    if ring.signer().is_some() {
        secret_file::complain_if_open(path);
    }
    complain_of(&path.display().to_string(), &ring, &unusable);
    Ok(ring)
}

/// Names in the log what cannot be used of a set.
pub(super) fn complain_of(source: &str, ring: &Ring, unusable: &[KeyFault]) {
    for fault in unusable {
        tracing::warn!(source, %fault, "a token key is passed over");
    }
    if ring.count() == 0 {
        tracing::warn!(source, "there is no usable token key: no token is accepted");
    }
}

fn unreadable(path: &Path, error: &io::Error) -> KeyFault {
    let path = path.display();
    KeyFault(say!("无法读取密钥文件 {path}：{error}", "cannot read the keys in {path}: {error}"))
}
