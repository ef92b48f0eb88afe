//! Dead letters for the world outside. The truth about them is with the consumer that gave them up; this tells
//! others as well as it can.

use std::sync::Arc;
use std::time::Duration;

use krafka::producer::{Acks, Producer};
use taskfold_contracts::envelope::Recorded;
use taskfold_log::Log;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::cluster::{Cluster, KafkaError};
use super::record::{Format, letter};
use crate::retry::Retry;

/// Letters that wait to be published; more are only with the consumer.
const WAITING: usize = 1_000;

/// An event that a consumer gave up.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) row: Arc<Recorded>,
    pub(super) consumer: String,
    pub(super) error: String,
    pub(super) attempts: u32,
}

/// Where a consumer puts what it gave up. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Letters(mpsc::Sender<Letter>);

/// Publishes what is put there, on the dead letters of each topic.
pub struct Postman {
    log: Log,
    cluster: Cluster,
    format: Format,
    letters: mpsc::Receiver<Letter>,
}

impl Letters {
    /// A place for letters, and who publishes them.
    pub fn new(log: Log, cluster: Cluster, format: Format) -> (Self, Postman) {
        let (sender, letters) = mpsc::channel(WAITING);
        let postman = Postman {
            log,
            cluster,
            format,
            letters,
        };
        (Self(sender), postman)
    }

    /// Never waits.
    pub(crate) fn put(&self, row: &Arc<Recorded>, consumer: &str, error: &str, attempts: u32) {
        let letter = Letter {
            row: Arc::clone(row),
            consumer: consumer.to_owned(),
            error: error.to_owned(),
            attempts,
        };
        if self.0.try_send(letter).is_err() {
            let position = row.header.position;
            tracing::warn!(%position, "a dead letter is not published: too many wait");
        }
    }
}

impl Postman {
    /// Works until `shutdown`. A letter is tried again until it is published.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let mut producer = None;
        while let Some(Some(next)) = shutdown.run_until_cancelled(self.letters.recv()).await {
            let mut failures = 0;
            while let Err(error) = self.publish(&mut producer, &next).await {
                failures += 1;
                producer = None;
                let position = next.row.header.position;
                tracing::warn!(%position, %error, failures, "a dead letter is not published yet");
                let pause = tokio::time::sleep(Retry::default().wait(failures));
                if shutdown.run_until_cancelled(pause).await.is_none() {
                    return;
                }
            }
        }
    }

    async fn publish(
        &self,
        producer: &mut Option<Producer>,
        next: &Letter,
    ) -> Result<(), KafkaError> {
        let producer = match producer {
            Some(producer) => producer,
            None => producer.insert(self.producer().await?),
        };
        let record = letter(&self.log, &self.format, next);
        drop(producer.enqueue(record).await?.await?);
        Ok(())
    }

    async fn producer(&self) -> Result<Producer, KafkaError> {
        let producer = self.cluster.kafka().await?.producer();
        let producer = producer.acks(Acks::All).delivery_timeout(DELIVERY);
        Ok(producer.build().await?)
    }
}

/// How long one letter may be under way.
const DELIVERY: Duration = Duration::from_secs(20);
