//! Whether events come so fast that it pays to let them gather.

use std::time::{Duration, Instant};

/// Events within the window from which on they come fast: more than people make by hand.
const FAST: usize = 16;

/// How fast events come.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    since: Option<Instant>,
    events: usize,
}

impl Pace {
    /// Whether the events that came just now are many, with those of the last `window`. Never without a window.
    pub(crate) fn is_fast(&mut self, came: usize, window: Duration, now: Instant) -> bool {
        if self.since.is_none_or(|since| now - since > window) {
            self.since = Some(now);
            self.events = 0;
        }
        self.events += came;
        !window.is_zero() && self.events >= FAST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_single_events_are_as_fast_as_one_large_batch() {
        let window = Duration::from_millis(50);
        let start = Instant::now();
        assert!(Pace::default().is_fast(FAST, window, start));
        let at = |pace: &mut Pace, ms| pace.is_fast(1, window, start + Duration::from_millis(ms));
        let mut quick = Pace::default();
        assert!((0..15).all(|ms| !at(&mut quick, ms)));
        assert!(at(&mut quick, 15));
        let mut slow = Pace::default();
        assert!((0..100).all(|step| !at(&mut slow, step * 4)));
        assert!(!Pace::default().is_fast(1_000, Duration::ZERO, start));
    }
}
