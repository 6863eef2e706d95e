//! Counts operations per caller, by the leaky bucket of `governor`.

use std::num::NonZeroU32;

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use super::settings::RateLimit;
use crate::{
    error::{Code, Refusal},
    say,
};

/// Counts operations; without a limiter everything passes.
pub(super) struct Rate(Option<DefaultKeyedRateLimiter<String>>);

impl Rate {
    pub fn new(settings: &RateLimit) -> Self {
        let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(at_least_one(settings.per_minute)).allow_burst(at_least_one(settings.burst));
        Self(settings.enabled.then(|| RateLimiter::keyed(quota)))
    }

    /// Counts one operation of a caller.
    pub fn check(&self, key: &str) -> Result<(), Refusal> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check_key(&key.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now()).as_secs_f64().ceil().max(1.0) as u64;
            let message = say!("请求过于频繁，请 {wait} 秒后重试", "Too many requests; try again in {wait} s");
            Refusal::new(Code::RateLimited, message).with("retryAfter", wait)
        })
    }

    /// Forgets callers who have not asked for a while.
    pub fn forget_idle(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Rate, RateLimit};

    #[test]
    fn counts_each_caller_alone() {
        let rate = Rate::new(&RateLimit { enabled: true, per_minute: 1, burst: 2 });
        assert!(rate.check("a").is_ok() && rate.check("a").is_ok());
        let refused = rate.check("a").unwrap_err();
        let wait = refused.facts["retryAfter"].as_u64().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert!(rate.check("b").is_ok());
        let off = Rate::new(&RateLimit { enabled: false, per_minute: 1, burst: 1 });
        assert!((0..100).all(|_| off.check("a").is_ok()));
    }
}
