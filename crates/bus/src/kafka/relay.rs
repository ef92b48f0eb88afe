//! Copies the log to Kafka, in order, at least once.
//!
//! Partition n of the log goes to partition n of the topic of each event. What is already there is read from
//! the topics themselves: the last record of each tells its position, so a crash between a record and its
//! checkpoint publishes nothing twice, and a topic that has lost records gets them again. The checkpoint says
//! from where in the log nothing is missing on any topic, so that a start does not read the whole log.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use krafka::consumer::AutoOffsetReset;
use krafka::producer::{Acks, DeliveryHandle, Producer};
use krafka::{Compression, Record};
use taskfold_contracts::cloudevent::{self, CloudEvent};
use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::events::{EventType, Topic};
use taskfold_contracts::kafka;
use taskfold_contracts::position::Position;
use taskfold_log::Log;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::cluster::{Cluster, KafkaError, number_of};
use super::schemas::{RegistryError, SchemaIds};
use crate::retry::Retry;
use crate::source::LogSource;

/// How long the end of a topic may take to be read.
const END_PATIENCE: Duration = Duration::from_secs(10);
/// Records from the end backwards in which the last row is looked for.
const END_REACH: i64 = 50;
/// How often a running relay looks whether the topics still have what it gave them.
const RECHECK: Duration = Duration::from_mins(1);
/// How often a running relay notes how far it is.
const NOTE: Duration = Duration::from_secs(1);

/// How values are written.
#[derive(Clone)]
pub enum Format {
    /// The log's Avro bytes in Confluent's frame, with schemas from this registry.
    Avro(SchemaIds),
    /// A structured `CloudEvent` as JSON.
    Json,
}

/// How a relay works.
#[derive(Clone)]
pub struct RelayOptions {
    /// How values are written.
    pub format: Format,
    /// Whether each event also goes to a topic named after its type.
    pub per_type: bool,
    /// Rows that are under way at once.
    pub batch: usize,
    /// How long a row may wait for others to go with it.
    pub linger: Duration,
}

/// The relay of one partition.
pub struct Relay {
    log: Log,
    cluster: Cluster,
    partition: u32,
    options: RelayOptions,
}

/// What the topics of a partition have.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Ends(BTreeMap<Topic, u64>);

impl Ends {
    /// The last position on a topic; 0 when it is empty.
    fn of(&self, topic: Topic) -> u64 {
        self.0.get(&topic).copied().unwrap_or(0)
    }

    /// From where the log has to be read: nothing up to there is missing anywhere. `noted` are the ends that
    /// were seen when the checkpoint was written.
    pub(super) fn start(&self, checkpoint: u64, noted: &Self) -> u64 {
        let lost = Topic::ALL
            .into_iter()
            .filter(|topic| self.of(*topic) < noted.of(*topic))
            .map(|topic| self.of(topic));
        lost.min().map_or(checkpoint, |lost| lost.min(checkpoint))
    }
}

impl Relay {
    /// Of one partition of the log.
    pub fn new(log: Log, cluster: Cluster, partition: u32, options: RelayOptions) -> Self {
        Self {
            log,
            cluster,
            partition,
            options,
        }
    }

    /// Works until `shutdown`, which is also how a lease that was lost ends it.
    pub async fn run(self, shutdown: CancellationToken) {
        let retry = Retry::default();
        let mut failures = 0;
        while !shutdown.is_cancelled() {
            let worked = self.publish(&shutdown, &mut failures).await;
            let Err(error) = worked else { return };
            failures += 1;
            let partition = self.partition;
            tracing::warn!(partition, failures, %error, "the relay to Kafka failed and tries again");
            let pause = retry.wait(failures);
            shutdown
                .run_until_cancelled(tokio::time::sleep(pause))
                .await;
        }
    }

    /// Publishes until `shutdown`, or until something fails.
    async fn publish(
        &self,
        shutdown: &CancellationToken,
        failures: &mut u32,
    ) -> Result<(), KafkaError> {
        let noted = self.noted_ends().await?;
        let mut ends = self.ends(&noted).await?;
        let mut at = self.start(&ends, &noted).await?;
        let producer = self.producer().await?;
        let mut source = LogSource::new(&self.log, self.partition);
        let (mut checked, mut noted) = (Instant::now(), Instant::now());
        loop {
            let rows = tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                rows = source.next(at, self.options.batch) => rows,
            };
            let rows = rows.map_err(|error| KafkaError::Log(error.to_string()))?;
            if checked.elapsed() > RECHECK {
                checked = Instant::now();
                self.check(&ends).await?;
            }
            self.send(&producer, &rows, &mut ends).await?;
            if let Some(last) = rows.last() {
                at = last.header.position.number;
            }
            *failures = 0;
            if noted.elapsed() > NOTE {
                noted = Instant::now();
                self.note(at, &ends).await?;
            }
        }
        self.note(at, &ends).await?;
        producer.close().await?;
        Ok(())
    }

    async fn producer(&self) -> Result<Producer, KafkaError> {
        let producer = self
            .cluster
            .kafka
            .producer()
            .acks(Acks::All)
            .idempotent(true)
            .compression(Compression::Lz4)
            .batch_size(128 << 10)
            .linger(self.options.linger)
            .delivery_timeout(Duration::from_secs(30))
            .buffer_memory(32 << 20)
            .build()
            .await?;
        Ok(producer)
    }

    /// Sends what the topics do not have, and waits for all acknowledgements.
    async fn send(
        &self,
        producer: &Producer,
        rows: &[Arc<Recorded>],
        ends: &mut Ends,
    ) -> Result<(), KafkaError> {
        let mut sent: Vec<DeliveryHandle> = Vec::with_capacity(rows.len());
        let mut reached = ends.clone();
        for row in rows {
            let event_type = event_type(row)?;
            let (topic, number) = (event_type.topic(), row.header.position.number);
            if number <= ends.of(topic) {
                continue;
            }
            reached.0.insert(topic, number);
            let record = self.record(row, event_type).await?;
            if self.options.per_type {
                let mut copy = record.clone();
                event_type.as_str().clone_into(&mut copy.topic);
                sent.push(producer.enqueue(copy).await?);
            }
            sent.push(producer.enqueue(record).await?);
        }
        for acknowledged in sent {
            // Where the record went is of no use: its headers say where it belongs.
            drop(acknowledged.await?);
        }
        *ends = reached;
        Ok(())
    }

    async fn record(&self, row: &Recorded, event_type: EventType) -> Result<Record, KafkaError> {
        let unreadable = |error: String| KafkaError::Log(error);
        let envelope = self.log.open_envelope(row);
        let envelope = envelope.map_err(|error| unreadable(error.to_string()))?;
        let (value, kind) = match &self.options.format {
            Format::Avro(ids) => {
                let id = ids.id(event_type, row.header.schema_version).await?;
                (kafka::frame(id, &row.payload), None)
            }
            Format::Json => {
                let json = serde_json::to_vec(&CloudEvent::of(&envelope));
                let json = json.map_err(|error| unreadable(error.to_string()))?;
                (json, Some(cloudevent::MEDIA_TYPE))
            }
        };
        let partition = number_of(self.partition);
        let record = Record::new(event_type.topic().as_str(), value)
            .partition(partition)
            .key(row.header.workspace_id.to_string())
            .timestamp(row.header.recorded_at.as_millis());
        let headers = kafka::headers(row, envelope.occurred_at);
        Ok(headers
            .into_iter()
            .fold(record, |record, (name, value)| match (name, kind) {
                ("content-type", Some(kind)) => record.header(name, kind),
                _ => record.header(name, value),
            }))
    }

    /// What the topics have, read from their last records. Where time has taken all records away, it is what
    /// they are `known` to have had.
    async fn ends(&self, known: &Ends) -> Result<Ends, KafkaError> {
        let mut ends = Ends::default();
        for topic in Topic::ALL {
            let number = self.end(topic).await?;
            ends.0.insert(topic, number.unwrap_or(known.of(topic)));
        }
        Ok(ends)
    }

    /// The position of the last row on a topic: 0 on a topic that never had one, none when all have expired.
    async fn end(&self, topic: Topic) -> Result<Option<u64>, KafkaError> {
        let name = topic.as_str();
        let partition = number_of(self.partition);
        let reader = self.cluster.kafka.consumer_without_group();
        let reader = reader.auto_offset_reset(AutoOffsetReset::Earliest).build();
        let reader = reader.await?;
        reader.assign(name, vec![partition]).await?;
        let (low, high) = reader.fetch_watermarks(name, partition).await?;
        let mut last = (high == 0).then_some(0);
        if high > low {
            reader
                .seek(name, partition, low.max(high - END_REACH))
                .await?;
            let until = Instant::now() + END_PATIENCE;
            let mut next = low.max(high - END_REACH);
            while next < high {
                if Instant::now() > until {
                    let reason = "its last records cannot be read".to_owned();
                    let topic = name.to_owned();
                    return Err(KafkaError::Topic { topic, reason });
                }
                for record in reader.poll(Duration::from_millis(500)).await? {
                    next = record.offset + 1;
                    let position = record.header_str(kafka::POSITION);
                    let position = position.and_then(|text| text.parse::<Position>().ok());
                    let number = position.map(|position| position.number);
                    // A record that came twice stands behind later ones.
                    last = last.max(number);
                }
            }
        }
        reader.close().await?;
        Ok(last)
    }

    /// What was noted that the topics have.
    async fn noted_ends(&self) -> Result<Ends, KafkaError> {
        let mut noted = Ends::default();
        for topic in Topic::ALL {
            let number = self.noted(&noted_end(topic)).await?;
            noted.0.insert(topic, number);
        }
        Ok(noted)
    }

    /// From where the log is read.
    async fn start(&self, ends: &Ends, noted: &Ends) -> Result<u64, KafkaError> {
        let checkpoint = self.noted(CHECKPOINT).await?;
        let start = ends.start(checkpoint, noted);
        let partition = self.partition;
        if start < checkpoint {
            tracing::error!(
                partition,
                start,
                checkpoint,
                "a topic has lost records; they are published again"
            );
        } else {
            tracing::info!(partition, start, "the relay to Kafka begins");
        }
        Ok(start)
    }

    /// Whether the topics still have what they were given.
    async fn check(&self, given: &Ends) -> Result<(), KafkaError> {
        let ends = self.ends(given).await?;
        for topic in Topic::ALL {
            let (there, given) = (ends.of(topic), given.of(topic));
            if there < given {
                return Err(KafkaError::Topic {
                    topic: topic.as_str().to_owned(),
                    reason: format!("ends at {there} although {given} was acknowledged"),
                });
            }
        }
        Ok(())
    }

    async fn noted(&self, consumer: &str) -> Result<u64, KafkaError> {
        let noted = self.log.watermark(consumer, self.partition).await;
        let noted = noted.map_err(|error| KafkaError::Log(error.to_string()))?;
        Ok(noted)
    }

    /// Notes how far it is: the checkpoint last, as nothing before it may be missing.
    async fn note(&self, at: u64, ends: &Ends) -> Result<(), KafkaError> {
        let ends = Topic::ALL.map(|topic| (noted_end(topic), ends.of(topic)));
        for (consumer, number) in ends.into_iter().chain([(CHECKPOINT.to_owned(), at)]) {
            let place = Position {
                partition: self.partition,
                number,
            };
            let noted = self.log.put_watermark(&consumer, place).await;
            noted.map_err(|error| KafkaError::Log(error.to_string()))?;
        }
        Ok(())
    }
}

/// Under which name the log keeps how far the relay is.
const CHECKPOINT: &str = "kafka";

fn noted_end(topic: Topic) -> String {
    format!("{CHECKPOINT}/{}", topic.as_str())
}

fn event_type(row: &Recorded) -> Result<EventType, KafkaError> {
    let header = &row.header;
    EventType::parse(&header.event_type).ok_or_else(|| {
        KafkaError::from(RegistryError::Unknown {
            event_type: header.event_type.to_string(),
            version: header.schema_version,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(task: u64, user: u64) -> Ends {
        Ends(BTreeMap::from([(Topic::Task, task), (Topic::User, user)]))
    }

    #[test]
    fn it_begins_at_the_checkpoint_unless_a_topic_lost_something() {
        assert_eq!(ends(100, 3).start(100, &ends(100, 3)), 100);
        // More is there than was noted: the crash came in between.
        assert_eq!(ends(120, 3).start(100, &ends(100, 3)), 100);
        assert_eq!(ends(70, 3).start(100, &ends(100, 3)), 70);
        assert_eq!(ends(0, 0).start(100, &ends(100, 3)), 0);
        assert_eq!(ends(100, 0).start(100, &ends(100, 3)), 0);
        assert_eq!(Ends::default().start(0, &Ends::default()), 0);
    }
}
