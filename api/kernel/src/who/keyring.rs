//! The keys as they are in their file now: a change of the file takes effect without a restart.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret as _;
use tokio::sync::watch;

use super::keys::{self, KeyFault, Ring};
use crate::{clock::Clock, error::Message, say, secret_file, telemetry};

/// How long a change of the file may go unnoticed.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Keys from a file that is looked at again every two seconds. The newest set that could be read is the truth: a key that is
/// not in it is out at once.
pub struct Keyring {
    path: PathBuf,
    clock: Clock,
    /// How long the last set stays in force while its file cannot be read.
    keep: TimeDelta,
    ring: RwLock<Arc<Ring>>,
    source: Mutex<Source>,
    looked_at: AtomicI64,
    changed: watch::Sender<()>,
}

/// What the file was like when it was last looked at.
struct Source {
    /// As it was last read.
    read: Option<Stamp>,
    /// Since when it cannot be read, and why.
    fault: Option<(DateTime<Utc>, KeyFault)>,
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
    /// Reads a JWK set (`TONGXIN_JWT_KEYS`), which stays in force for `keep` when the file cannot be read any more.
    ///
    /// # Errors
    /// When there is no such file, or it holds no JWK set. A set without a usable key is one all the same.
    pub fn open(path: impl Into<PathBuf>, clock: Clock, keep: TimeDelta) -> Result<Self, KeyFault> {
        let path = path.into();
        let read = Stamp::of(&path);
        let ring = load(&path)?;
        let looked_at = AtomicI64::new(clock.now().timestamp_millis());
        let source = Mutex::new(Source { read, fault: None });
        let changed = watch::Sender::new(());
        Ok(Self { path, clock, keep, ring: RwLock::new(Arc::new(ring)), source, looked_at, changed })
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
        self.ring()
    }

    /// Changes with the keys.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
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
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken before reading: a write in between shows as another stamp next time.
        let stamp = Stamp::of(&self.path);
        if source.fault.is_some() || source.read != stamp {
            let path = self.path.display();
            match load(&self.path) {
                Ok(ring) => {
                    tracing::info!(%path, keys = %ring, "token keys changed");
                    *source = Source { read: stamp, fault: None };
                    self.put(ring);
                }
                Err(fault) => self.do_without(&mut source, fault),
            }
        }
        let since = source.fault.as_ref().map_or(TimeDelta::zero(), |(since, _)| self.clock.now() - *since);
        telemetry::token_keys(self.ring().count(), since.num_seconds());
    }

    /// The file cannot be read: the last set stays for a while, then there is none.
    fn do_without(&self, source: &mut Source, fault: KeyFault) {
        let (path, now, keep_hours) = (self.path.display(), self.clock.now(), self.keep.num_hours());
        let since = source.fault.as_ref().map_or(now, |(since, _)| *since);
        if source.fault.as_ref().is_none_or(|(_, known)| *known != fault) {
            tracing::error!(%path, %fault, %since, keep_hours, "token keys cannot be read; the last ones stay for jwt.keep_hours");
        }
        source.fault = Some((since, fault));
        if now - since >= self.keep && self.ring().count() > 0 {
            tracing::error!(%path, %since, keep_hours, "token keys could not be read for too long: no token is accepted any more");
            self.put(Ring::default());
        }
    }

    fn ring(&self) -> Arc<Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, ring: Ring) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        self.changed.send_replace(());
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
    for fault in unusable {
        tracing::warn!(path = %path.display(), %fault, "a token key is passed over");
    }
    if ring.count() == 0 {
        tracing::warn!(path = %path.display(), "there is no usable token key: no token is accepted");
    }
    Ok(ring)
}

fn unreadable(path: &Path, error: &io::Error) -> KeyFault {
    let path = path.display();
    KeyFault(say!("无法读取密钥文件 {path}：{error}", "cannot read the keys in {path}: {error}"))
}
