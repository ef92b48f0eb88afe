//! Where a consumer's events come from: the log itself, or the topics that the relay fills. Either gives the
//! rows of a partition in their order, without a gap.

use std::sync::Arc;

use taskfold_contracts::envelope::Recorded;
use taskfold_log::{Log, ReadError};
use tokio::sync::watch;

use crate::kafka::merged::Merged;
use crate::kafka::{Cluster, KafkaError};

/// What brings a consumer its events.
#[derive(Clone, Default)]
pub enum Bus {
    /// The log itself.
    #[default]
    Log,
    /// The topics on this cluster, in Avro.
    Kafka(Cluster),
}

impl std::fmt::Debug for Bus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Log => "Log",
            Self::Kafka(_) => "Kafka",
        })
    }
}

/// One partition, from wherever it comes.
pub(crate) enum Source {
    Log(LogSource),
    Kafka(Box<Merged>),
}

/// Why there are no rows.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error(transparent)]
    Log(#[from] ReadError),
    #[error(transparent)]
    Kafka(#[from] KafkaError),
}

impl Source {
    pub(crate) fn new(bus: &Bus, log: &Log, partition: u32) -> Self {
        match bus {
            Bus::Log => Self::Log(LogSource::new(log, partition)),
            Bus::Kafka(cluster) => {
                Self::Kafka(Box::new(Merged::new(log, cluster.clone(), partition)))
            }
        }
    }

    /// Up to `limit` rows after `after`; waits for some when there are none. Never empty.
    pub(crate) async fn next(
        &mut self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, SourceError> {
        Ok(match self {
            Self::Log(source) => source.next(after, limit).await?,
            Self::Kafka(source) => source.next(after, limit).await?,
        })
    }
}

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
