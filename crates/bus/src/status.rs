//! How a consumer is doing.

use std::sync::Arc;
use std::time::Duration;

use taskfold_contracts::time::{Clock, Timestamp};
use taskfold_log::{Log, ReadError};
use tokio::sync::watch;

/// How a consumer is doing in one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The partition.
    pub partition: u32,
    /// The last position applied or buried.
    pub position: u64,
    /// The log's last position.
    pub head: u64,
    /// Events that wait.
    pub lag_events: u64,
    /// Age of the oldest event that waits; zero when none does.
    pub lag: Duration,
    /// Events buried since the start.
    pub buried: u64,
    /// The failure that it is in now; none when the last try went well.
    pub failing: Option<Failure>,
    /// The newest failure since the start, also when it is over.
    pub last_error: Option<Failure>,
}

/// A try that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// When.
    pub at: Timestamp,
    /// What was wrong, without content.
    pub error: String,
    /// Failures in a row, this one included.
    pub failures: u32,
}

/// What the consumer itself knows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    pub(crate) position: u64,
    /// Whether another consumer works on the partition.
    pub(crate) elsewhere: bool,
    /// When the oldest event was recorded that was read and not applied.
    pub(crate) waiting_since: Option<Timestamp>,
    pub(crate) buried: u64,
    pub(crate) failing: Option<Failure>,
    pub(crate) last_error: Option<Failure>,
}

/// Tells how far something is that consumers in other processes bring events to, by the watermarks that it
/// shows.
pub struct Observer {
    log: Log,
    clock: Arc<dyn Clock>,
    progress: watch::Sender<Vec<Progress>>,
}

impl Observer {
    /// Nothing is known before it is [told](Self::saw).
    pub fn new(log: Log, clock: Arc<dyn Clock>) -> Self {
        let partitions = usize::try_from(log.partitions()).unwrap_or(0);
        let progress = watch::Sender::new(vec![Progress::default(); partitions]);
        Self {
            log,
            clock,
            progress,
        }
    }

    /// Tells what it was told.
    pub fn status(&self) -> StatusHandle {
        StatusHandle {
            log: self.log.clone(),
            clock: Arc::clone(&self.clock),
            progress: self.progress.subscribe(),
        }
    }

    /// Takes note that the watermarks cannot be read, and why: until they are [told](Self::saw) again, what is known of
    /// them is old.
    pub fn lost_sight(&self, error: &str) {
        let at = self.clock.now();
        self.progress.send_modify(|all| {
            for own in all {
                let before = own.failing.take();
                own.failing = Some(Failure {
                    at,
                    error: error.to_owned(),
                    failures: before.map_or(0, |before| before.failures) + 1,
                });
            }
        });
    }

    /// Takes note of each partition's watermark, and finds out since when the next event waits.
    ///
    /// # Errors
    /// The log cannot be read: the partitions from there on are told as before.
    pub async fn saw(&self, watermark: impl Fn(u32) -> u64) -> Result<(), ReadError> {
        let before = self.progress.borrow().clone();
        for (partition, before) in (0..).zip(before) {
            let position = watermark(partition);
            let waits = self.log.head(partition).number > position;
            let waiting_since = match before.waiting_since {
                Some(since) if waits && before.position == position => Some(since),
                Some(_) | None if waits => {
                    let next = self.log.read_partition(partition, position, 1).await?;
                    next.first().map(|row| row.header.recorded_at)
                }
                Some(_) | None => None,
            };
            self.progress.send_modify(|all| {
                if let Some(own) = all.get_mut(partition as usize) {
                    (own.position, own.waiting_since) = (position, waiting_since);
                    own.failing = None;
                }
            });
        }
        Ok(())
    }
}

/// Tells how a consumer is doing; clones tell the same.
#[derive(Clone)]
pub struct StatusHandle {
    pub(crate) log: Log,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) progress: watch::Receiver<Vec<Progress>>,
}

impl StatusHandle {
    /// Now, for each partition that the consumer works on.
    pub fn now(&self) -> Vec<Status> {
        let now = self.clock.now();
        let progress = self.progress.borrow();
        (0..)
            .zip(progress.iter())
            .filter(|(_, own)| !own.elsewhere)
            .map(|(partition, own)| self.one(partition, own, now))
            .collect()
    }

    /// Returns when something has changed; `false` when the consumer is gone.
    pub async fn changed(&mut self) -> bool {
        self.progress.changed().await.is_ok()
    }

    /// Whether something has changed since [`StatusHandle::changed`] returned last.
    pub fn has_changed(&self) -> bool {
        self.progress.has_changed().unwrap_or(true)
    }

    fn one(&self, partition: u32, own: &Progress, now: Timestamp) -> Status {
        let head = self.log.head(partition).number;
        let waiting_since = own.waiting_since.filter(|_| head > own.position);
        let age = waiting_since.map(|since| now.as_millis() - since.as_millis());
        Status {
            partition,
            position: own.position,
            head,
            lag_events: head.saturating_sub(own.position),
            lag: Duration::from_millis(age.and_then(|age| u64::try_from(age).ok()).unwrap_or(0)),
            buried: own.buried,
            failing: own.failing.clone(),
            last_error: own.last_error.clone(),
        }
    }
}
