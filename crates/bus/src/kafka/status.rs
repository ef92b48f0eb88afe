//! How the relay is doing.

use taskfold_log::Log;
use tokio::sync::watch;

use crate::status::Failure;

/// How the relay is doing in one partition that this process publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayState {
    /// The partition.
    pub partition: u32,
    /// The last position that is on the topics.
    pub position: u64,
    /// Events that wait.
    pub backlog: u64,
    /// Why its last try failed; none when it went well.
    pub failing: Option<Failure>,
}

/// What the relay has counted since the process began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RelayCounts {
    /// Tries that failed.
    pub errors: u64,
    /// Events that were published again, as a topic had lost them.
    pub republished: u64,
    /// The newest failure, also when it is over.
    pub last_error: Option<Failure>,
}

/// What the relay of one partition knows.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    pub(super) held: bool,
    pub(super) position: u64,
    pub(super) errors: u64,
    pub(super) republished: u64,
    pub(super) failing: Option<Failure>,
    pub(super) last_error: Option<Failure>,
}

/// Tells how a relay is doing; clones tell the same.
#[derive(Clone)]
pub struct RelayStatus {
    pub(super) log: Log,
    pub(super) progress: watch::Receiver<Vec<Progress>>,
}

impl std::fmt::Debug for RelayStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RelayStatus").finish_non_exhaustive()
    }
}

impl RelayStatus {
    /// Now, for each partition that this process publishes.
    pub fn now(&self) -> Vec<RelayState> {
        let progress = self.progress.borrow();
        let numbered = (0..).zip(progress.iter());
        let held = numbered.filter(|(_, own)| own.held);
        held.map(|(partition, own)| RelayState {
            partition,
            position: own.position,
            backlog: self.log.head(partition).number.saturating_sub(own.position),
            failing: own.failing.clone(),
        })
        .collect()
    }

    /// What was counted.
    pub fn counts(&self) -> RelayCounts {
        let progress = self.progress.borrow();
        let errors = progress.iter().filter_map(|own| own.last_error.clone());
        RelayCounts {
            errors: progress.iter().map(|own| own.errors).sum(),
            republished: progress.iter().map(|own| own.republished).sum(),
            last_error: errors.max_by_key(|failure| failure.at),
        }
    }

    /// Returns when something has changed; `false` when the relay is gone.
    pub async fn changed(&mut self) -> bool {
        self.progress.changed().await.is_ok()
    }
}
