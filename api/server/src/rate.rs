//! Counts operations per caller by what they cost, by the leaky bucket of `governor`.

use std::num::NonZeroU32;

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use tongxin_kernel::{
    error::{Code, Refusal},
    say,
};

use super::settings::RateLimit;

/// Counts operations; without a limiter everything passes.
pub(super) struct Rate {
    limiter: Option<DefaultKeyedRateLimiter<String>>,
    /// Units of cost that count as one operation.
    cost: u64,
    burst: u32,
}

impl Rate {
    pub fn new(settings: &RateLimit) -> Self {
        let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(at_least_one(settings.per_minute)).allow_burst(at_least_one(settings.burst));
        let limiter = settings.enabled.then(|| RateLimiter::keyed(quota));
        Self { limiter, cost: settings.cost.max(1), burst: settings.burst }
    }

    /// Counts one operation of a caller, as it comes.
    pub fn check(&self, key: &str) -> Result<(), Refusal> {
        self.count(key, 1)
    }

    /// Counts what an operation weighs beyond the one that it was counted as when it came. The dearest that there are
    /// take all that a caller may have at once, never more.
    pub fn charge(&self, key: &str, cost: u64) -> Result<(), Refusal> {
        let more = u32::try_from(cost.div_ceil(self.cost).saturating_sub(1)).unwrap_or(u32::MAX);
        self.count(key, more.min(self.burst.saturating_sub(1)))
    }

    fn count(&self, key: &str, operations: u32) -> Result<(), Refusal> {
        let (Some(limiter), Some(operations)) = (&self.limiter, NonZeroU32::new(operations)) else { return Ok(()) };
        // A weight above the burst would never pass; there is none.
        let Ok(counted) = limiter.check_key_n(&key.to_owned(), operations) else { return Ok(()) };
        counted.map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now()).as_secs_f64().ceil().max(1.0) as u64;
            let message = say!("请求过于频繁，请 {wait} 秒后重试", "Too many requests; try again in {wait} s");
            Refusal::new(Code::RateLimited, message).with("retryAfter", wait)
        })
    }

    /// Forgets callers who have not asked for a while.
    pub fn forget_idle(&self) {
        if let Some(limiter) = &self.limiter {
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
        let rate = Rate::new(&RateLimit { enabled: true, per_minute: 1, burst: 2, cost: 100 });
        assert!(rate.check("a").is_ok() && rate.check("a").is_ok());
        let refused = rate.check("a").unwrap_err();
        let wait = refused.facts["retryAfter"].as_u64().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert!(rate.check("b").is_ok());
        let off = Rate::new(&RateLimit { enabled: false, per_minute: 1, burst: 1, cost: 100 });
        assert!((0..100).all(|_| off.check("a").is_ok() && off.charge("a", 10_000).is_ok()));
    }

    #[test]
    fn an_operation_weighs_what_it_costs() {
        let rate = Rate::new(&RateLimit { enabled: true, per_minute: 60, burst: 20, cost: 100 });
        // One came in for 100 units and less, and the rest is charged: 1 + 0, 1 + 9, 1 + 7 and there is one left.
        for cost in [100, 1_000, 799] {
            assert!(rate.check("a").is_ok() && rate.charge("a", cost).is_ok(), "{cost}");
        }
        assert!(rate.check("a").is_ok());
        let wait = rate.charge("a", 1_100).unwrap_err().facts["retryAfter"].as_u64().unwrap();
        // A second for each operation that is missing.
        assert!((9..=10).contains(&wait), "{wait}");
        // What costs more than can ever be saved up passes for who has not asked for a while.
        assert!(rate.check("b").is_ok() && rate.charge("b", 1_000_000).is_ok());
        assert!(rate.check("b").is_err());
    }
}
