//! Events of the log that cannot be read any more: their bytes are not those that were stored.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use taskfold_log::{ReadError, Unreadable};

use super::Problem;

/// Places that were told to the log of this process. Each workspace stops at its first one, so that they are few.
static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
/// Places that are kept; later ones are told each time.
const KEPT: usize = 1_000;

impl From<Unreadable> for Problem {
    fn from(error: Unreadable) -> Self {
        at(&error.position().to_string(), &error)
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match &error {
            ReadError::Damaged { place, .. } => at(place, &error),
            ReadError::Storage(_) => Self::internal(&error),
        }
    }
}

fn at(place: &str, error: &dyn std::fmt::Display) -> Problem {
    let detail = format!(
        "the event at {place} of the log cannot be read, and what this workspace is depends on it; whoever runs the \
         server sees the damage with `taskfold log verify` and what waits for it with `taskfold deadletters list`, and \
         puts a good copy of the log in place with `taskfold restore-backup`"
    );
    if is_new(place) {
        tracing::error!(position = %place, %error, "an event cannot be read; its workspace stops there");
    }
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "event_unreadable",
        detail,
    )
}

/// Whether a place was not told yet.
fn is_new(place: &str) -> bool {
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let new = !told.contains(place);
    if new && told.len() < KEPT {
        told.insert(place.to_owned());
    }
    new
}

#[cfg(test)]
mod tests {
    use super::is_new;

    #[test]
    fn a_place_is_told_once() {
        assert_eq!(["0:7", "0:8", "0:7"].map(is_new), [true, true, false]);
    }
}
