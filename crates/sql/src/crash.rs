//! Crash points: named places at which a test ends the process as `kill -9` would, or makes a commit fail.
//! Without the feature `crash-points` all of this is nothing.
//!
//! Points: `log.before_begin`, `log.before_commit`, `log.after_commit`, `log.before_answer`,
//! `log.before_checkpoint`, `log.after_checkpoint`, `log.after_piece` (of a copy into another store),
//! `views.before_apply`, `views.before_commit`, `views.after_apply`, `relay.before_send`, `relay.after_send`,
//! `relay.before_note`, `reminders.before_trigger`, `reminders.after_trigger`. Faults: `log.commit_refused` (the commit fails and nothing is stored),
//! `log.commit_unclear` (the commit fails although all is stored), `log.fence_refused`
//! (the inspection after a failed commit fails too).
//!
//! Bugs, which the harnesses of crashes and faults plant to see themselves find them: `log.commit_forgotten` (an acknowledged
//! batch is rolled back), `log.key_forgotten` (an idempotency key is not stored), `views.read_early` (a read
//! does not wait for the position that it was given), `live.event_skipped` (a live socket leaves an event
//! out), `views.event_doubled` (what was applied before is applied again when it comes again), `views.mark_apart` (the
//! watermark moves in a transaction of its own, after the effect), `bus.lease_unfenced` (who lost a partition
//! may still say how far it is).

#[cfg(feature = "crash-points")]
mod armed {
    use std::collections::BTreeMap;
    use std::sync::{Mutex, PoisonError};

    static ARMED: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());
    /// How often each bug shows, and how often its place was passed.
    static PLANTED: Mutex<BTreeMap<String, (u64, u64)>> = Mutex::new(BTreeMap::new());

    pub(super) fn plant(name: &str, every: u64) {
        let mut planted = PLANTED.lock().unwrap_or_else(PoisonError::into_inner);
        planted.insert(name.to_owned(), (every.max(1), 0));
    }

    pub(super) fn shows(name: &str) -> bool {
        let mut planted = PLANTED.lock().unwrap_or_else(PoisonError::into_inner);
        planted.get_mut(name).is_some_and(|(every, passed)| {
            *passed += 1;
            passed.is_multiple_of(*every)
        })
    }

    pub(super) fn arm(name: &str, nth: u64) {
        let mut armed = ARMED.lock().unwrap_or_else(PoisonError::into_inner);
        armed.insert(name.to_owned(), nth.max(1));
    }

    pub(super) fn due(name: &str) -> bool {
        let mut armed = ARMED.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(left) = armed.get_mut(name) else {
            return false;
        };
        *left -= 1;
        if *left > 0 {
            return false;
        }
        armed.remove(name);
        true
    }
}

/// The `nth` time (from 1) that `name` is reached, it fires: a point aborts the process, a fault fails.
#[cfg(feature = "crash-points")]
pub fn arm(name: &str, nth: u64) {
    armed::arm(name, nth);
}

/// A crash point: aborts the process, without any clean-up, when it is due.
#[cfg(feature = "crash-points")]
pub fn hit(name: &str) {
    if armed::due(name) {
        std::process::abort();
    }
}

/// A crash point; nothing without the feature `crash-points`.
#[cfg(not(feature = "crash-points"))]
#[inline]
pub fn hit(_name: &str) {}

/// A fault: true when it is due.
#[cfg(feature = "crash-points")]
pub fn fault(name: &str) -> bool {
    armed::due(name)
}

/// A fault; never due without the feature `crash-points`.
#[cfg(not(feature = "crash-points"))]
#[inline]
pub fn fault(_name: &str) -> bool {
    false
}

/// Plants a bug: it shows every `every`th time that its place is passed.
#[cfg(feature = "crash-points")]
pub fn plant(name: &str, every: u64) {
    armed::plant(name, every);
}

/// The place of a bug: true when it is planted and shows.
#[cfg(feature = "crash-points")]
pub fn bug(name: &str) -> bool {
    armed::shows(name)
}

/// The place of a bug; there is none without the feature `crash-points`.
#[cfg(not(feature = "crash-points"))]
#[inline]
pub fn bug(_name: &str) -> bool {
    false
}
