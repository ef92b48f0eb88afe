//! Sets consumers of others back, so that they are given events once more.

use std::collections::BTreeMap;
use std::time::Duration;

use krafka::admin::AlterConsumerGroupOffsetsOptions;
use krafka::consumer::TopicPartition;
use taskfold_contracts::events::Topic;
use taskfold_contracts::time::Timestamp;

use super::cluster::{Cluster, KafkaError, number_of, offset_at};

/// Where a consumer group goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The topic.
    pub topic: &'static str,
    /// Its partition.
    pub partition: u32,
    /// The offset of the next record that the group is given.
    pub offset: i64,
}

/// How long Kafka may take to change a group.
const PATIENCE: Duration = Duration::from_secs(20);

/// Has a consumer group go on, in each of these partitions, with the first record of that time or later; where there
/// is none, with what comes. The group must have stopped. Nothing changes for other partitions.
pub async fn replay(
    cluster: &Cluster,
    group: &str,
    from: &BTreeMap<u32, Timestamp>,
) -> Result<Vec<Place>, KafkaError> {
    let kafka = cluster.kafka().await?;
    let reader = kafka.consumer_without_group().build().await?;
    let mut places = Vec::new();
    for topic in Topic::ALL {
        let topic = topic.as_str();
        let partitions: Vec<i32> = from.keys().map(|partition| number_of(*partition)).collect();
        reader.assign(topic, partitions).await?;
        for (partition, time) in from {
            let number = number_of(*partition);
            let offset = match offset_at(&reader, topic, number, *time).await? {
                Some(offset) => offset,
                None => reader.fetch_watermarks(topic, number).await?.1,
            };
            places.push(Place {
                topic,
                partition: *partition,
                offset,
            });
        }
    }
    reader.close().await?;
    let admin = kafka.admin();
    let offsets = places.iter().map(|place| {
        let there = TopicPartition::new(place.topic, number_of(place.partition));
        (there, place.offset)
    });
    let options = AlterConsumerGroupOffsetsOptions::default().timeout(PATIENCE);
    let changed = admin.alter_consumer_group_offsets(group, offsets, options);
    for (_, changed) in changed.await? {
        changed?;
    }
    admin.close().await?;
    Ok(places)
}
