//! The embedded source: the log itself.

use std::sync::Arc;

use taskfold_contracts::envelope::Recorded;
use taskfold_log::{Log, ReadError};
use tokio::sync::watch;

/// One partition of a log, tailed.
pub(crate) struct LogSource {
    log: Log,
    partition: u32,
    head: watch::Receiver<u64>,
}

impl LogSource {
    pub(crate) fn new(log: &Log, partition: u32) -> Self {
        Self {
            log: log.clone(),
            partition,
            head: log.watch(partition),
        }
    }

    /// Up to `limit` rows after `after`; waits for the next commit when there are none. Never empty.
    pub(crate) async fn next(
        &mut self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        let waited = self
            .head
            .wait_for(|head| *head > after)
            .await
            .map(|head| *head);
        let head = waited.map_err(|_| ReadError::Storage("the log is gone".to_owned()))?;
        let rows = self
            .log
            .read_partition(self.partition, after, limit)
            .await?;
        match rows.first() {
            Some(first) if first.header.position.number == after + 1 => Ok(rows),
            Some(_) | None => Err(ReadError::Storage(format!(
                "position {}:{} is missing although the head is {head}",
                self.partition,
                after + 1
            ))),
        }
    }
}
