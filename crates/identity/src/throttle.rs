//! Sign-ins that fail again and again have to wait, per account and address. Memory is bounded. Processes that
//! share their failures follow the same curve.

use std::time::Duration;

use moka::sync::Cache;
use taskfold_contracts::time::Timestamp;

/// Pairs of account and address that are remembered.
const CAPACITY: u64 = 50_000;
/// How long a failed sign-in counts.
pub const FAILURES_COUNT_FOR: Duration = Duration::from_mins(15);
const LONGEST_WAIT: Duration = Duration::from_mins(5);

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

pub(crate) struct Throttle {
    failures: Cache<(String, String), Failures>,
    free: u32,
}

impl Throttle {
    pub(crate) fn new(free: u32) -> Self {
        Self {
            failures: Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_live(FAILURES_COUNT_FOR)
                .build(),
            free,
        }
    }

    /// How long somebody has to wait after so many failures; none when there were too few.
    pub(crate) fn after(&self, failures: u32) -> Option<Duration> {
        let beyond = failures.checked_sub(self.free)?;
        Some(Duration::from_secs(1 << beyond.min(16)).min(LONGEST_WAIT))
    }

    /// How long this pair has to wait; none when it may try.
    pub(crate) fn wait(&self, account: &str, address: &str, now: Timestamp) -> Option<Duration> {
        let failures = self
            .failures
            .get(&(account.to_owned(), address.to_owned()))?;
        let wait = self.after(failures.count)?;
        let passed = now
            .as_millis()
            .saturating_sub(failures.last.as_millis())
            .max(0);
        wait.checked_sub(Duration::from_millis(passed.unsigned_abs()))
            .filter(|left| !left.is_zero())
    }

    pub(crate) fn failed(&self, account: &str, address: &str, now: Timestamp) {
        let key = (account.to_owned(), address.to_owned());
        self.failures.entry(key).and_upsert_with(|old| Failures {
            count: old.map_or(1, |old| old.into_value().count.saturating_add(1)),
            last: now,
        });
    }

    pub(crate) fn succeeded(&self, account: &str, address: &str) {
        self.failures
            .invalidate(&(account.to_owned(), address.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end_with_success() {
        let throttle = Throttle::new(2);
        let now = Timestamp::from_millis(1_000_000);
        throttle.failed("a", "1.2.3.4", now);
        assert_eq!(throttle.wait("a", "1.2.3.4", now), None);
        throttle.failed("a", "1.2.3.4", now);
        assert_eq!(
            throttle.wait("a", "1.2.3.4", now),
            Some(Duration::from_secs(1))
        );
        throttle.failed("a", "1.2.3.4", now);
        assert_eq!(
            throttle.wait("a", "1.2.3.4", now),
            Some(Duration::from_secs(2))
        );
        assert_eq!(throttle.wait("a", "5.6.7.8", now), None);
        let later = Timestamp::from_millis(now.as_millis() + 2_000);
        assert_eq!(throttle.wait("a", "1.2.3.4", later), None);
        throttle.succeeded("a", "1.2.3.4");
        assert_eq!(throttle.wait("a", "1.2.3.4", now), None);
    }
}
