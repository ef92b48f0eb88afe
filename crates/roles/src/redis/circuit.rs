//! Leaves what does not answer alone for a while.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long.
const PAUSE: Duration = Duration::from_secs(1);

/// Open after a failure; then, once a pause, one command tries.
#[derive(Debug)]
pub(super) struct Circuit {
    began: Instant,
    /// Nanoseconds since the beginning before which nothing is tried; 0 while all is well.
    retry_at: AtomicU64,
    /// Since the last success.
    failures: AtomicU32,
}

impl Circuit {
    pub(super) fn new() -> Self {
        Self {
            began: Instant::now(),
            retry_at: AtomicU64::new(0),
            failures: AtomicU32::new(0),
        }
    }

    /// Whether a command may be sent now.
    pub(super) fn admits(&self) -> bool {
        self.admits_at(self.began.elapsed())
    }

    /// Notes a success; true when it is the first after failures.
    pub(super) fn worked(&self) -> bool {
        // Read first: a write on each command would travel between the processors.
        if self.retry_at.load(Ordering::Relaxed) == 0 {
            return false;
        }
        self.failures.store(0, Ordering::Relaxed);
        self.retry_at.swap(0, Ordering::Relaxed) != 0
    }

    /// Notes a failure; how many there were since the last success.
    pub(super) fn failed(&self) -> u32 {
        self.failed_at(self.began.elapsed())
    }

    fn admits_at(&self, now: Duration) -> bool {
        let retry_at = self.retry_at.load(Ordering::Relaxed);
        if retry_at == 0 {
            return true;
        }
        // Whoever moves the time is the one that tries; the others wait for what comes of it.
        nanos(now) >= retry_at
            && self
                .retry_at
                .compare_exchange(
                    retry_at,
                    nanos(now + PAUSE),
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                )
                .is_ok()
    }

    fn failed_at(&self, now: Duration) -> u32 {
        self.retry_at.store(nanos(now + PAUSE), Ordering::Relaxed);
        self.failures.fetch_add(1, Ordering::Relaxed) + 1
    }
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_command_a_pause_tries_what_has_failed() {
        let circuit = Circuit::new();
        let at = Duration::from_millis;
        assert!(circuit.admits_at(at(0)) && circuit.admits_at(at(0)));
        assert!(!circuit.worked());
        assert_eq!(
            (circuit.failed_at(at(10)), circuit.failed_at(at(10))),
            (1, 2)
        );
        assert!(!circuit.admits_at(at(1_009)));
        assert!(circuit.admits_at(at(1_010)));
        assert!(!circuit.admits_at(at(1_010)), "one is trying");
        assert_eq!(circuit.failed_at(at(1_060)), 3);
        assert!(!circuit.admits_at(at(2_059)));
        assert!(circuit.admits_at(at(2_060)));
        assert!(circuit.worked());
        assert!(circuit.admits_at(at(2_060)) && circuit.admits_at(at(2_060)));
        assert_eq!(circuit.failed_at(at(2_060)), 1);
    }
}
