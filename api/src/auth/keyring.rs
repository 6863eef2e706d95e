//! The keys as they are in their file now: a change of the file takes effect without a restart.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::TimeDelta;
use secrecy::ExposeSecret as _;

use super::keys::{self, KeyFault, Ring};
use crate::{clock::Clock, error::Message, say, secret_file};

/// How long a change of the file may go unnoticed.
const LOOK_EVERY: TimeDelta = TimeDelta::seconds(2);

/// Keys from a file that is looked at again every two seconds.
pub struct Keyring {
    path: PathBuf,
    clock: Clock,
    ring: RwLock<Arc<Ring>>,
    /// What the file looked like when it was last read, good or bad: one fault is logged once.
    seen: Mutex<Option<Stamp>>,
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
    /// Reads a JWK set (`TONGXIN_JWT_KEYS`).
    pub fn open(path: impl Into<PathBuf>, clock: Clock) -> Result<Self, KeyFault> {
        let path = path.into();
        let seen = Stamp::of(&path);
        let ring = load(&path)?;
        let looked_at = AtomicI64::new(clock.now().timestamp_millis());
        Ok(Self { path, clock, ring: RwLock::new(Arc::new(ring)), seen: Mutex::new(seen), looked_at })
    }

    /// For demo and development: as [`Keyring::open`], but a missing file is made, with a new Ed25519 key.
    pub fn open_or_create(path: impl Into<PathBuf>, clock: Clock) -> Result<Self, KeyFault> {
        let path = path.into();
        secret_file::read_or_create(&path, keys::generate).map_err(|error| unreadable(&path, &error))?;
        Self::open(path, clock)
    }

    /// The keys valid now.
    pub fn current(&self) -> Arc<Ring> {
        let (now, last) = (self.clock.now().timestamp_millis(), self.looked_at.load(Ordering::Relaxed));
        // A clock set back must not stop the looking.
        let due = (now - last).abs() >= LOOK_EVERY.num_milliseconds();
        if due && self.looked_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.look();
        }
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn look(&self) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken before reading: a write in between shows as another stamp next time.
        let stamp = Stamp::of(&self.path);
        if *seen == stamp {
            return;
        }
        *seen = stamp;
        let path = self.path.display();
        match load(&self.path) {
            Ok(ring) => {
                tracing::info!(%path, keys = %ring, "token keys changed");
                *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
            }
            Err(fault) => tracing::error!(%path, %fault, "token keys cannot be read; the old ones stay"),
        }
    }
}

fn load(path: &Path) -> Result<Ring, KeyFault> {
    let text = secret_file::read(path).map_err(|error| unreadable(path, &error))?;
    Ring::parse(text.expose_secret()).map_err(|KeyFault(Message { zh, en })| {
        let path = path.display();
        KeyFault(say!("{path}：{zh}", "{path}: {en}"))
    })
}

fn unreadable(path: &Path, error: &io::Error) -> KeyFault {
    let path = path.display();
    KeyFault(say!("无法读取密钥文件 {path}：{error}", "cannot read the keys in {path}: {error}"))
}
