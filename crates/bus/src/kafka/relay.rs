//! Copies the log to Kafka, in order, at least once.
//!
//! Partition n of the log goes to partition n of the topic of each event. What is already there is read from
//! the topics themselves: the last record of each tells its position, so a crash between a record and its
//! checkpoint publishes nothing twice, and a topic that has lost records gets them again. The checkpoint says
//! from where in the log nothing is missing on any topic, so that a start does not read the whole log. Topics by
//! type have a checkpoint of their own: switched on for a log that is there, they are filled from its beginning, and
//! where they were when they were switched off for a while.
//!
//! A partition is published by whoever has its lease. The checkpoint moves only together with a look at the lease's
//! token, so an owner that was paused and wakes cannot move it. Kafka knows no tokens: what such an owner had under
//! way may come late, behind what its successor published. Each record says its position, so consumers drop it.

use std::sync::Arc;
use std::time::Duration;

use krafka::Compression;
use krafka::producer::{Acks, DeliveryHandle, Producer};
use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::time::Clock;
use taskfold_log::Log;
use taskfold_spans::Recorder;
use taskfold_sql::crash;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::cluster::{Cluster, KafkaError};
use super::ends::{Ends, topics};
use super::record::{Format, event_type, record};
use super::status::{Progress, RelayStatus};
use crate::ledger::{Ledger, LedgerError};
use crate::retry::Retry;
use crate::sharing::{Sharing, Tenure};
use crate::source::LogSource;
use crate::status::Failure;
use crate::told;

/// Records from the end backwards in which the last row is looked for: those that came twice stand behind it, at
/// most what an owner that lost the partition had under way.
const END_REACH: i64 = 1_000;
/// How often a running relay looks whether the topics still have what it gave them.
const RECHECK: Duration = Duration::from_mins(1);
/// How often a running relay notes how far it is.
const NOTE: Duration = Duration::from_secs(1);

/// How it tries again.
const RETRY: Retry = Retry {
    first: Duration::from_millis(100),
    longest: Duration::from_secs(10),
    poison_attempts: 0,
};

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
    /// How long a partition stays with a process that does not renew its lease.
    pub lease: Duration,
}

/// The relay of all partitions that fall to this process.
pub struct Relay {
    shared: Arc<Shared>,
    ledger: Ledger,
}

struct Shared {
    log: Log,
    cluster: Cluster,
    ledger: Ledger,
    clock: Arc<dyn Clock>,
    options: RelayOptions,
    spans: Recorder,
    /// The topics that rows go to.
    topics: Vec<&'static str>,
    progress: watch::Sender<Vec<Progress>>,
}

/// What the ledger says of a partition.
struct Noted {
    /// Up to here nothing is missing on any topic of those that everything goes to.
    checkpoint: u64,
    /// The same of the topics by type.
    by_type: u64,
    /// What the topics had then.
    ends: Ends,
}

/// One partition, as long as it is ours.
struct Line {
    shared: Arc<Shared>,
    tenure: Tenure,
    partition: u32,
}

impl Relay {
    /// From this log to this cluster; `ledger` says which partitions are ours, `spans` is told of what is published.
    pub fn new(
        log: Log,
        cluster: Cluster,
        ledger: Ledger,
        clock: Arc<dyn Clock>,
        options: RelayOptions,
        spans: Recorder,
    ) -> Self {
        let partitions = log.partitions() as usize;
        let shared = Arc::new(Shared {
            log,
            cluster,
            ledger: ledger.clone(),
            clock,
            topics: topics(options.per_type),
            options,
            spans,
            progress: watch::Sender::new(vec![Progress::default(); partitions]),
        });
        Self { shared, ledger }
    }

    /// Tells how it is doing.
    pub fn status(&self) -> RelayStatus {
        RelayStatus {
            log: self.shared.log.clone(),
            progress: self.shared.progress.subscribe(),
        }
    }

    /// Works until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        let sharing = Sharing::new(self.ledger, NAME, self.shared.log.partitions());
        let sharing = sharing.with_ttl(self.shared.options.lease);
        let work = |tenure: Tenure| {
            let partition = tenure.partition();
            let shared = Arc::clone(&self.shared);
            Line {
                shared,
                tenure,
                partition,
            }
            .run()
        };
        sharing.run(work, shutdown).await;
    }
}

impl Line {
    /// Works until the tenure ends.
    async fn run(self) {
        self.own(|own| own.held = true);
        let mut failures = 0;
        while !self.tenure.is_over() {
            let Err(error) = self.publish(&mut failures).await else {
                break;
            };
            failures += 1;
            let partition = self.partition;
            tracing::warn!(partition, failures, %error, "the relay to Kafka failed and tries again");
            self.failed(&error, failures).await;
            if let KafkaError::Ledger(LedgerError::Fenced { .. }) = error {
                break;
            }
            let pause = tokio::time::sleep(RETRY.wait(failures));
            self.tenure.stop().run_until_cancelled(pause).await;
        }
        self.own(|own| {
            own.held = false;
            own.failing = None;
        });
    }

    /// Publishes until the tenure ends, or until something fails.
    async fn publish(&self, failures: &mut u32) -> Result<(), KafkaError> {
        let known = self.noted().await?;
        self.own(|own| own.position = own.position.max(known.checkpoint));
        let mut ends = self.ends(&known.ends, END_REACH).await?;
        let mut at = self.start(&ends, &known);
        let producer = self.producer().await?;
        let mut source = LogSource::new(&self.shared.log, self.partition);
        let (mut checked, mut noted) = (Instant::now(), Instant::now());
        self.own(|own| own.position = at);
        let mut well = false;
        while !self.tenure.is_over() {
            if !well && at >= self.shared.log.head(self.partition).number {
                well = self.is_well(failures).await?;
            }
            let rows = tokio::select! {
                biased;
                () = self.tenure.stop().cancelled() => break,
                rows = source.next(at, self.shared.options.batch) => rows,
            };
            let rows = rows.map_err(|error| KafkaError::Log(error.to_string()))?;
            if checked.elapsed() > RECHECK {
                checked = Instant::now();
                self.check(&ends).await?;
            }
            // Waiting may have taken long, as when the process was paused.
            if self.tenure.is_over() {
                break;
            }
            let sent = self.send(&producer, &rows, &mut ends).await?;
            if let Some(last) = rows.last() {
                at = last.header.position.number;
            }
            let had = |(topic, number): &&(&str, u64)| *number <= known.ends.of(topic);
            let again = sent.iter().filter(had).count() as u64;
            self.own(|own| {
                own.position = at;
                own.republished += again;
            });
            if !well {
                well = self.is_well(failures).await?;
            }
            if noted.elapsed() > NOTE {
                noted = Instant::now();
                self.note(at, &ends).await?;
            }
        }
        self.note(at, &ends).await?;
        producer.close().await?;
        Ok(())
    }

    /// The topics take what they are given: what was wrong is over.
    async fn is_well(&self, failures: &mut u32) -> Result<bool, KafkaError> {
        *failures = 0;
        self.own(|own| own.failing = None);
        let (ledger, lease) = (&self.shared.ledger, self.tenure.lease);
        ledger.note_trouble(NAME, lease, None).await?;
        Ok(true)
    }

    async fn failed(&self, error: &KafkaError, failures: u32) {
        let failure = Failure {
            at: self.shared.clock.now(),
            error: error.to_string(),
            failures,
        };
        self.own(|own| {
            own.errors += 1;
            own.failing = Some(failure.clone());
            own.last_error = Some(failure);
        });
        let (ledger, lease) = (&self.shared.ledger, self.tenure.lease);
        let text = error.to_string();
        if let Err(error) = ledger.note_trouble(NAME, lease, Some(text)).await {
            tracing::debug!(%error, "the trouble of the relay cannot be noted");
        }
    }

    fn own(&self, change: impl FnOnce(&mut Progress)) {
        self.shared.progress.send_modify(|all| {
            if let Some(own) = all.get_mut(self.partition as usize) {
                change(own);
            }
        });
    }

    async fn producer(&self) -> Result<Producer, KafkaError> {
        let producer = self
            .shared
            .cluster
            .kafka()
            .await?
            .producer()
            .acks(Acks::All)
            .idempotent(true)
            .compression(Compression::Lz4)
            .batch_size(128 << 10)
            .linger(self.shared.options.linger)
            .delivery_timeout(Duration::from_secs(30))
            .buffer_memory(32 << 20)
            .build()
            .await?;
        Ok(producer)
    }

    /// Sends what the topics do not have, and waits for all acknowledgements; what it sent where.
    async fn send(
        &self,
        producer: &Producer,
        rows: &[Arc<Recorded>],
        ends: &mut Ends,
    ) -> Result<Vec<(&'static str, u64)>, KafkaError> {
        let mut waiting: Vec<DeliveryHandle> = Vec::with_capacity(rows.len());
        let (mut reached, mut sent) = (ends.clone(), Vec::new());
        let began = std::time::Instant::now();
        let Shared { log, options, .. } = &*self.shared;
        for row in rows {
            let event_type = event_type(row)?;
            let by_type = Some(event_type.as_str()).filter(|_| options.per_type);
            let number = row.header.position.number;
            let topics = [Some(event_type.topic().as_str()), by_type];
            let wanted = topics.into_iter().flatten();
            let wanted: Vec<_> = wanted.filter(|topic| number > ends.of(topic)).collect();
            if wanted.is_empty() {
                continue;
            }
            let record = record(log, &options.format, row, event_type).await?;
            for topic in wanted {
                let mut record = record.clone();
                topic.clone_into(&mut record.topic);
                waiting.push(producer.enqueue(record).await?);
                reached.put(topic, number);
                sent.push((topic, number));
            }
        }
        crash::hit("relay.before_send");
        for acknowledged in waiting {
            // Where the record went is of no use: its headers say where it belongs.
            drop(acknowledged.await?);
        }
        crash::hit("relay.after_send");
        for row in rows {
            let (header, topic) = (&row.header, event_type(row)?.topic().as_str());
            if header.position.number > ends.of(topic) {
                told::published(&self.shared.spans, header, topic, began);
            }
        }
        *ends = reached;
        Ok(sent)
    }

    /// What the topics have.
    async fn ends(&self, known: &Ends, reach: i64) -> Result<Ends, KafkaError> {
        let Shared {
            log,
            cluster,
            topics,
            ..
        } = &*self.shared;
        Ends::read((log, cluster), self.partition, known, topics, reach).await
    }

    async fn noted(&self) -> Result<Noted, KafkaError> {
        let topics = &self.shared.topics;
        let mut names = vec![NAME.to_owned(), BY_TYPE.to_owned()];
        names.extend(topics.iter().map(|topic| noted_end(topic)));
        let noted = self.shared.ledger.noted(self.partition, names).await?;
        let mut noted = noted.into_iter();
        Ok(Noted {
            checkpoint: noted.next().unwrap_or(0),
            by_type: noted.next().unwrap_or(0),
            ends: topics.iter().copied().zip(noted).collect(),
        })
    }

    /// From where the log is read.
    fn start(&self, ends: &Ends, noted: &Noted) -> u64 {
        let (partition, checkpoint) = (self.partition, noted.checkpoint);
        let start = ends.start(checkpoint, &noted.ends);
        if start < checkpoint {
            tracing::error!(
                partition,
                start,
                checkpoint,
                "a topic has lost records; they are published again"
            );
        }
        if self.shared.options.per_type && noted.by_type < start {
            let from = noted.by_type;
            tracing::warn!(
                partition,
                from,
                "topics by type are filled with what they lack; what is new waits meanwhile"
            );
            return from;
        }
        tracing::info!(partition, start, "the relay to Kafka begins");
        start
    }

    /// Whether the topics still have what they were given.
    async fn check(&self, given: &Ends) -> Result<(), KafkaError> {
        if self.ends(given, 1).await?.short_of(given).is_none() {
            return Ok(());
        }
        let ends = self.ends(given, END_REACH).await?;
        let Some(topic) = ends.short_of(given) else {
            return Ok(());
        };
        let (there, given) = (ends.of(topic), given.of(topic));
        Err(KafkaError::Topic {
            topic: topic.to_owned(),
            reason: format!("ends at {there} although {given} was acknowledged"),
        })
    }

    /// Notes how far it is, unless the partition is somebody else's by now.
    async fn note(&self, at: u64, ends: &Ends) -> Result<(), KafkaError> {
        crash::hit("relay.before_note");
        let topics = self.shared.topics.iter();
        let ends = topics.map(|topic| (noted_end(topic), ends.of(topic)));
        let by_type = Some((BY_TYPE.to_owned(), at)).filter(|_| self.shared.options.per_type);
        let numbers = ends.chain([(NAME.to_owned(), at)]).chain(by_type).collect();
        let (ledger, lease) = (&self.shared.ledger, self.tenure.lease);
        Ok(ledger.note(NAME, lease, numbers).await?)
    }
}

/// Under which name the ledger knows this work, and how far it is.
pub const NAME: &str = "relay";
/// Under which name it knows how far the topics by type are.
const BY_TYPE: &str = "relay/by-type";

fn noted_end(topic: &str) -> String {
    format!("{NAME}/{topic}")
}
