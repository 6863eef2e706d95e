//! How many files this process may hold open at once; connections are files too.

use rlimit::Resource;

/// What holds where the system does not say.
const USUAL: u64 = 1024;

/// Raises the limit as far as the system lets this process, and returns what it is now.
pub fn raise() -> u64 {
    rlimit::increase_nofile_limit(u64::MAX)
        .inspect_err(|error| tracing::warn!(%error, "the limit on open files cannot be raised"))
        .or_else(|_| Resource::NOFILE.get_soft())
        .unwrap_or(USUAL)
}
