//! Access tokens: signed JWTs, by default of the profile `at+jwt` (RFC 9068), of one or several issuers, checked by a clock that
//! is passed in.

mod claims;
mod examine;
mod fault;
mod rules;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

use self::{
    examine::{Notes, Refused},
    fault::tell,
};
pub use self::{
    fault::Fault,
    rules::{Rules, SubjectIs},
};
use super::{keys::Ring, source::Source, subject::Subject};
use crate::{
    clock::Clock,
    error::{Message, Result},
    say,
    telemetry::Allowance,
};

/// Longer tokens are refused unread.
const LONGEST_TOKEN: usize = 4096;
/// How far clocks may lie apart.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(5);
/// Verifying a signature costs 45 to 300 µs; finding a verified token again takes a hash and a look-up.
const CACHED: u64 = 10_000;

/// An issuer whose tokens are taken: what they must say, and by which keys they are signed.
#[derive(Clone)]
pub struct Trusted {
    pub rules: Rules,
    pub keys: Source,
}

/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whose token it is.
    pub subject: Subject,
    /// The id of this token.
    pub jti: Option<String>,
    pub issued_at: DateTime<Utc>,
    pub not_before: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

impl Verified {
    /// Whether the token has expired; a few seconds are granted for clocks that differ.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at + LEEWAY
    }

    fn check_times(&self, now: DateTime<Utc>) -> Result<(), Fault> {
        if self.is_expired(now) {
            return Err(Fault::Expired(self.expires_at));
        }
        let begins = self.not_before.max(self.issued_at);
        if begins > now + LEEWAY {
            return Err(Fault::Invalid(say!(
                "尚未生效：iat 或 nbf 为 {begins}，现在是 {now}",
                "not valid yet: iat or nbf is {begins}, and it is {now}"
            )));
        }
        Ok(())
    }
}

/// Checks tokens, and remembers those that passed until they expire or the keys change.
pub struct Verifier {
    issuers: Vec<Trusted>,
    clock: Clock,
    passed: Cache<[u8; 32], Passed>,
    changed: watch::Sender<()>,
    lines: Allowance,
}

#[derive(Clone)]
struct Passed {
    /// Whose it is, by the place among the issuers.
    issuer: usize,
    /// The keys under which it passed: under others it must pass again.
    ring: Arc<Ring>,
    token: Arc<Verified>,
}

/// What came of looking at a token step by step.
pub struct Explained {
    /// What was found to be right, in order.
    pub right: Vec<Message>,
    /// What the token says, or the first thing that is wrong.
    pub outcome: Result<Arc<Verified>, Fault>,
}

impl Verifier {
    pub fn new(issuers: Vec<Trusted>, clock: Clock) -> Self {
        let (passed, changed) = (Cache::new(CACHED), watch::Sender::new(()));
        Self { issuers, clock, passed, changed, lines: Allowance::default() }
    }

    /// Changes with the keys, after which a token may be believed no longer.
    pub fn key_changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Keeps the keys of all issuers as they are at their sources, and tells of their changes. Without it keys from a URL are
    /// never fetched.
    pub async fn keep_up(self: Arc<Self>) {
        let changed = &self.changed;
        let each = self.issuers.iter().map(|issuer| {
            let mut changes = issuer.keys.changes();
            let told = async move {
                while changes.changed().await.is_ok() {
                    changed.send_replace(());
                }
            };
            futures_util::future::join(issuer.keys.clone().keep_up(), told)
        });
        join_all(each).await;
    }

    /// What the token says, if it is to be believed now. Only a token whose key is not known waits, for a fetch of its issuer's.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`; `UNAVAILABLE` while nobody can say whether its key is one of the issuer's. Why stands in the log.
    pub async fn verify(&self, token: &str) -> Result<Arc<Verified>> {
        let digest = Sha256::digest(token).into();
        if let Some(passed) = self.passed.get(&digest)
            && let issuer = &self.issuers[passed.issuer]
            && Arc::ptr_eq(&passed.ring, &issuer.keys.current())
        {
            return match passed.token.check_times(self.clock.now()) {
                Ok(()) => Ok(passed.token),
                Err(fault) => {
                    self.passed.invalidate(&digest);
                    Err(self.refused(Refused { issuer: Some(passed.issuer), fault }))
                }
            };
        }
        let passed = self.examine(token, &mut Notes::none()).await.map_err(|refused| self.refused(refused))?;
        self.passed.insert(digest, passed.clone());
        Ok(passed.token)
    }

    /// The same step by step, for whoever wants to know why.
    pub async fn explain(&self, token: &str) -> Explained {
        let mut notes = Notes::taken();
        let outcome = self.examine(token, &mut notes).await;
        Explained {
            right: notes.all(),
            outcome: outcome.map(|passed| passed.token).map_err(|Refused { fault, .. }| fault),
        }
    }

    fn refused(&self, Refused { issuer, fault }: Refused) -> crate::error::Refusal {
        tell(&self.lines, issuer.map(|issuer| &*self.issuers[issuer].rules.issuer), &fault);
        fault.into()
    }
}

/// What the token said, beside the actor it led to; a subscription ends with it.
#[derive(Debug, Clone, Default)]
pub struct TokenInfo {
    /// Whom it names; none for strangers.
    pub subject: Option<Subject>,
    pub expires_at: Option<DateTime<Utc>>,
}
