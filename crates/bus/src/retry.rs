//! How long to wait before trying again.

use std::time::Duration;

/// How a consumer tries again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// Wait after the first failure; doubles with each further one.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
    /// Tries that a poison event gets, the first one included. The storage's own failures are retried
    /// without end.
    pub poison_attempts: u32,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(100),
            longest: Duration::from_secs(30),
            poison_attempts: 3,
        }
    }
}

impl Retry {
    /// The wait after failure number `failures` (from 1): doubled each time, capped, and cut by up to half
    /// at random, so that many consumers do not come back in step.
    pub(crate) fn wait(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(30);
        let full = self.first.saturating_mul(1 << doublings).min(self.longest);
        full.mul_f64(rand::random_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let retry = Retry {
            longest: Duration::from_secs(1),
            ..Retry::default()
        };
        for (failures, full) in [
            (1, 100),
            (2, 200),
            (4, 800),
            (5, 1000),
            (4_000_000_000, 1000),
        ] {
            let wait = retry.wait(failures);
            let full = Duration::from_millis(full);
            assert!(
                wait <= full && wait >= full / 2,
                "failure {failures}: {wait:?}"
            );
        }
    }
}
