//! How far each topic of a partition is.

use std::collections::BTreeMap;
use std::time::Duration;

use krafka::consumer::{AutoOffsetReset, Consumer, ConsumerRecord};
use taskfold_contracts::events::{EventType, Topic};
use taskfold_contracts::kafka;
use taskfold_log::Log;
use tokio::time::Instant;

use super::cluster::{Cluster, KafkaError, number_of};
use super::whose::Claimed;

/// How long the end of a topic may keep silent when it is read.
const PATIENCE: Duration = Duration::from_secs(10);

/// The names of the topics to which rows go.
pub(super) fn topics(per_type: bool) -> Vec<&'static str> {
    let types = EventType::ALL.iter().filter(|_| per_type);
    let topics = Topic::ALL.into_iter().map(Topic::as_str);
    topics.chain(types.map(|one| one.as_str())).collect()
}

/// What the topics of a partition have: the last position on each, by name.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Ends(BTreeMap<&'static str, u64>);

impl Ends {
    /// Reads them from the topics, whose last rows must be those of `log`. The last row is looked for among so many records from the end backwards: those
    /// that came twice stand behind it. 0 on a topic that never had a record; where time has taken all records away, it
    /// is what the topic is `known` to have had.
    pub(super) async fn read(
        (log, cluster): (&Log, &Cluster),
        partition: u32,
        known: &Self,
        topics: &[&'static str],
        reach: i64,
    ) -> Result<Self, KafkaError> {
        let partition = number_of(partition);
        let reader = cluster.kafka().await?.consumer_without_group();
        let reader = reader.auto_offset_reset(AutoOffsetReset::Earliest).build();
        let reader = reader.await?;
        let (mut ends, mut missing) = (Self::default(), BTreeMap::new());
        for &topic in topics {
            let there = extent(&reader, topic, partition).await;
            let (low, high) = there.map_err(|error| KafkaError::Topic {
                topic: topic.to_owned(),
                reason: format!("cannot be read: {error}"),
            })?;
            if high > low {
                let from = low.max(high - reach);
                reader.seek(topic, partition, from).await?;
                missing.insert(topic, high);
            } else {
                ends.put(topic, if high == 0 { 0 } else { known.of(topic) });
            }
        }
        let last = ends.read_from(&reader, missing).await?;
        reader.close().await?;
        for record in last.values() {
            if let Some(claimed) = claimed(record) {
                claimed.is_of(log).await?;
            }
        }
        Ok(ends)
    }

    /// Reads each of the topics up to an offset; the records of their last rows.
    async fn read_from(
        &mut self,
        reader: &Consumer,
        mut missing: BTreeMap<&'static str, i64>,
    ) -> Result<BTreeMap<&'static str, ConsumerRecord>, KafkaError> {
        let mut last = BTreeMap::new();
        let mut until = Instant::now() + PATIENCE;
        while let Some(one) = missing.keys().next() {
            if Instant::now() > until {
                let reason = "its last records cannot be read".to_owned();
                let topic = (*one).to_owned();
                return Err(KafkaError::Topic { topic, reason });
            }
            for record in reader.poll(Duration::from_millis(500)).await? {
                until = Instant::now() + PATIENCE;
                let waiting = missing.get_key_value(&*record.topic);
                let Some((&topic, &high)) = waiting else {
                    continue;
                };
                if record.offset + 1 >= high {
                    missing.remove(topic);
                }
                let number = claimed(&record).map_or(0, |claimed| claimed.position.number);
                // A record that came twice stands behind later ones.
                if number > self.of(topic) {
                    self.put(topic, number);
                    last.insert(topic, record);
                }
            }
        }
        Ok(last)
    }

    /// The last position on a topic; 0 when it is empty.
    pub(super) fn of(&self, topic: &str) -> u64 {
        self.0.get(topic).copied().unwrap_or(0)
    }

    pub(super) fn put(&mut self, topic: &'static str, number: u64) {
        self.0.insert(topic, number);
    }

    /// The first topic that has less than it should.
    pub(super) fn short_of(&self, wanted: &Self) -> Option<&'static str> {
        let mut all = wanted.0.iter();
        let short = all.find(|(topic, number)| self.of(topic) < **number);
        short.map(|(topic, _)| *topic)
    }

    /// From where the log has to be read: nothing up to there is missing anywhere. `noted` are the ends that
    /// were seen when the checkpoint was written.
    pub(super) fn start(&self, checkpoint: u64, noted: &Self) -> u64 {
        let lost = self.0.iter();
        let lost = lost.filter(|(topic, number)| **number < noted.of(topic));
        let lost = lost.map(|(_, number)| *number).min();
        lost.map_or(checkpoint, |lost| lost.min(checkpoint))
    }
}

impl FromIterator<(&'static str, u64)> for Ends {
    fn from_iter<I: IntoIterator<Item = (&'static str, u64)>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

/// The first offset of a topic, and the one behind the last.
async fn extent(
    reader: &Consumer,
    topic: &str,
    partition: i32,
) -> Result<(i64, i64), krafka::KrafkaError> {
    reader.assign(topic, vec![partition]).await?;
    reader.fetch_watermarks(topic, partition).await
}

/// The row that a record was made of; none when it was made of none.
fn claimed(record: &ConsumerRecord) -> Option<Claimed<'_>> {
    Some(Claimed {
        topic: &record.topic,
        position: record.header_str(kafka::POSITION)?.parse().ok()?,
        event: record.header_str(kafka::EVENT)?,
        hash: record.header_str(kafka::HASH)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(task: u64, user: u64) -> Ends {
        Ends(BTreeMap::from([
            ("task-events", task),
            ("user-events", user),
        ]))
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
        // Of a topic that is not published to any more nothing is missed.
        assert_eq!(Ends::default().start(100, &ends(100, 3)), 100);
    }
}
