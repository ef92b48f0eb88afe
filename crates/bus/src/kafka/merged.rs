//! One partition of the log, read back from its topics in the log's own order.
//!
//! Each position of a partition is on exactly one topic, so the topics together hold all of them: what comes
//! is kept until the next position is there. A topic that runs ahead is paused. What does not come in time
//! (Kafka is away, or no longer keeps it) is read from the log itself, so that a consumer never stands still
//! because of the bus.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use krafka::consumer::{AutoOffsetReset, Consumer, ConsumerRecord};
use taskfold_contracts::envelope::{Hash, Recorded, chain, hex};
use taskfold_contracts::events::{EventType, Topic};
use taskfold_contracts::kafka;
use taskfold_log::Log;
use tokio::time::Instant;

use super::cluster::{Cluster, KafkaError, number_of, offset_at};
use super::whose::Claimed;

/// Rows that wait for one before them, at most: beyond that, topics that run ahead are paused.
const WAITING: usize = 20_000;
/// How long the next row may take to come from Kafka when the log has it.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long one look takes at most.
const LOOK: Duration = Duration::from_millis(500);

/// One partition, read from its topics.
pub(crate) struct Merged {
    log: Log,
    cluster: Cluster,
    partition: u32,
    reading: Option<Reading>,
}

/// A reader that has found its place.
struct Reading {
    reader: Consumer,
    /// Everything after this comes from the reader or is waiting.
    after: u64,
    /// The hash of the row at `after`: what follows must go on with the log's chain.
    hash: Hash,
    waiting: BTreeMap<u64, Arc<Recorded>>,
    paused: Vec<Topic>,
}

impl Merged {
    pub(crate) fn new(log: &Log, cluster: Cluster, partition: u32) -> Self {
        Self {
            log: log.clone(),
            cluster,
            partition,
            reading: None,
        }
    }

    /// Up to `limit` rows that follow `after` without a gap; waits until there are some. Never empty.
    pub(crate) async fn next(
        &mut self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, KafkaError> {
        let mut silent = Instant::now();
        loop {
            let rows = match self.published(after, limit).await {
                Ok(rows) => rows,
                Err(error) => {
                    tracing::warn!(partition = self.partition, %error, "the topics cannot be read; the log is");
                    self.reading = None;
                    // Away from the log as well means that it is tried again by the caller.
                    let rows = self.logged(after, limit).await?;
                    if rows.is_empty() {
                        return Err(error);
                    }
                    rows
                }
            };
            if !rows.is_empty() {
                return Ok(rows);
            }
            if silent.elapsed() > PATIENCE {
                silent = Instant::now();
                let rows = self.logged(after, limit).await?;
                if let Some(first) = rows.first() {
                    let (partition, position) = (self.partition, first.header.position.number);
                    tracing::warn!(
                        partition,
                        position,
                        "not on its topic in time; read from the log"
                    );
                    self.reading = None;
                    return Ok(rows);
                }
            }
        }
    }

    async fn logged(&self, after: u64, limit: usize) -> Result<Vec<Arc<Recorded>>, KafkaError> {
        let rows = self.log.read_partition(self.partition, after, limit).await;
        rows.map_err(|error| KafkaError::Log(error.to_string()))
    }

    /// What the topics have; empty when nothing came within one look.
    async fn published(
        &mut self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, KafkaError> {
        let partition = number_of(self.partition);
        let going_on = self.reading.take().and_then(|reading| reading.from(after));
        let mut reading = match going_on {
            Some(reading) => reading,
            None => self.placed(after, partition).await?,
        };
        let mut rows = reading.following(limit);
        if rows.is_empty() {
            reading.balance(after, partition).await;
            for record in reading.reader.poll(LOOK).await? {
                match row(&record) {
                    Ok(row) if row.header.position.number > after => {
                        reading
                            .waiting
                            .insert(row.header.position.number, Arc::new(row));
                    }
                    Ok(_) => {}
                    // Somebody else's, or damaged: what is missing then is read from the log.
                    Err(error) => tracing::warn!(%error, "passed over"),
                }
            }
            rows = reading.following(limit);
            if let (true, Some(row)) = (rows.is_empty(), reading.waiting.get(&(after + 1))) {
                return Err(self.not_of_the_chain(row).await);
            }
        }
        self.reading = Some(reading);
        Ok(rows)
    }

    /// What is wrong with the next row, which does not follow the one before it.
    async fn not_of_the_chain(&self, row: &Recorded) -> KafkaError {
        let topic = topic_of(row).unwrap_or(Topic::Task).as_str();
        let (event, hash) = (row.header.event_id.to_string(), hex(&row.hash));
        let position = row.header.position;
        let claimed = Claimed {
            topic,
            position,
            event: &event,
            hash: &hash,
        };
        let damaged = || KafkaError::Topic {
            topic: topic.to_owned(),
            reason: format!("has the row at {position} damaged"),
        };
        claimed.is_of(&self.log).await.err().unwrap_or_else(damaged)
    }

    /// A reader at the first record behind `after`, on each topic. Times lead there: a record has that of its
    /// row, and rows of a partition never go back in time.
    async fn placed(&self, after: u64, partition: i32) -> Result<Reading, KafkaError> {
        let reader = self.cluster.kafka().await?.consumer_without_group();
        let reader = reader
            .auto_offset_reset(AutoOffsetReset::Earliest)
            .fetch_max_wait(Duration::from_millis(100))
            .max_poll_records(5_000)
            .build()
            .await?;
        let mut ends = Vec::with_capacity(Topic::ALL.len());
        for topic in Topic::ALL {
            let name = topic.as_str();
            reader.assign(name, vec![partition]).await?;
            // Before the log is asked: what it has not then is published behind this.
            ends.push((name, reader.fetch_watermarks(name, partition).await?.1));
        }
        let rows = self.logged(after.saturating_sub(1), 2).await?;
        let at = |number: u64| rows.iter().find(|row| row.header.position.number == number);
        let hash = at(after).map_or(Hash::default(), |row| row.hash);
        let next = at(after + 1);
        for (name, end) in ends {
            let offset = match next {
                None => end,
                Some(row) => {
                    let time = row.header.recorded_at;
                    offset_at(&reader, name, partition, time)
                        .await?
                        .unwrap_or(end)
                }
            };
            reader.seek(name, partition, offset).await?;
        }
        Ok(Reading {
            reader,
            after,
            hash,
            waiting: BTreeMap::new(),
            paused: Vec::new(),
        })
    }
}

impl Reading {
    /// Lets go of what took effect; none when what follows did not come from here.
    fn from(mut self, after: u64) -> Option<Self> {
        if after != self.after {
            self.hash = self.waiting.get(&after)?.hash;
            self.waiting = self.waiting.split_off(&after.saturating_add(1));
            self.after = after;
        }
        Some(self)
    }

    /// The rows behind `after`, as far as there is no gap and each goes on with the chain.
    fn following(&self, limit: usize) -> Vec<Arc<Recorded>> {
        let (mut rows, mut before) = (Vec::new(), self.hash);
        for ((number, row), wanted) in self.waiting.iter().zip(self.after + 1..).take(limit) {
            if *number != wanted || chain(&before, &row.header, &row.payload) != row.hash {
                break;
            }
            before = row.hash;
            rows.push(Arc::clone(row));
        }
        rows
    }

    /// Pauses the topics that ran ahead when too much waits, and lets them go on when it is less.
    async fn balance(&mut self, after: u64, partition: i32) {
        if self.waiting.len() < WAITING {
            for topic in std::mem::take(&mut self.paused) {
                self.reader.resume(topic.as_str(), &[partition]).await;
            }
            return;
        }
        let missing = after + 1;
        for topic in Topic::ALL {
            let ahead = self
                .waiting
                .values()
                .any(|row| row.header.position.number > missing && topic_of(row) == Some(topic));
            if ahead && !self.paused.contains(&topic) {
                self.paused.push(topic);
                self.reader.pause(topic.as_str(), &[partition]).await;
            }
        }
    }
}

fn topic_of(row: &Recorded) -> Option<Topic> {
    EventType::parse(&row.header.event_type).map(EventType::topic)
}

fn row(record: &ConsumerRecord) -> Result<Recorded, KafkaError> {
    let header = |name: &str| record.header(name).flatten().map(|value| &value[..]);
    let value = record.value.as_deref().unwrap_or_default();
    kafka::row(header, value).map_err(|reason| KafkaError::Record {
        topic: record.topic.to_string(),
        partition: record.partition,
        offset: record.offset,
        reason: reason.to_string(),
    })
}
