//! Topics as the log needs them: what is missing or differs, and making it so.

use std::time::Duration;

use krafka::admin::{
    ConfigOp, ConfigResource, CreateTopicsOptions, DeleteTopicsOptions, DescribeConfigsOptions,
    DescribeTopicsOptions, IncrementalAlterConfigsOptions, ListTopicsOptions, NewTopic,
};
use krafka::error::{ErrorCode, KrafkaError};
use taskfold_contracts::events::{EventType, Topic};

use tokio::time::Instant;

use super::cluster::{Cluster, KafkaError};

/// How long topics may take to be as they were told.
const CHANGE: Duration = Duration::from_mins(1);
/// Between two looks at them.
const LOOK: Duration = Duration::from_millis(100);

/// What topics are to be.
#[derive(Debug, Clone)]
pub struct TopicOptions {
    /// Partitions: as many as the log has, as partition n of the log goes to partition n of a topic.
    pub partitions: u32,
    /// Copies of each partition.
    pub replication: u16,
    /// Copies that must have a record before it is acknowledged.
    pub min_insync: u16,
    /// Days for which records are kept; for ever when there is none. The log keeps all anyway.
    pub retention_days: Option<u32>,
    /// Whether each event also goes to a topic named after its type.
    pub per_type: bool,
}

/// Something that [`apply`] would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The topic is not there.
    Create {
        /// Its name.
        topic: String,
        /// Its partitions.
        partitions: u32,
        /// Copies of each.
        replication: u16,
    },
    /// A setting of it is another one.
    Set {
        /// Of which topic.
        topic: String,
        /// The setting's name.
        name: &'static str,
        /// What it is now.
        from: Option<String>,
        /// What it is to be.
        to: String,
    },
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Create {
                topic,
                partitions,
                replication,
            } => write!(
                f,
                "create {topic} with {partitions} partitions, {replication} copies of each"
            ),
            Self::Set {
                topic,
                name,
                from,
                to,
            } => {
                let from = from.as_deref().unwrap_or("nothing");
                write!(f, "set {name} of {topic} from {from} to {to}")
            }
        }
    }
}

/// The topic of records that consumers could not apply.
pub fn dead_letters(topic: Topic) -> String {
    format!("{}.dlq", topic.as_str())
}

/// The names of all topics.
fn names(options: &TopicOptions) -> Vec<String> {
    let mut names: Vec<String> = Topic::ALL
        .into_iter()
        .flat_map(|topic| [topic.as_str().to_owned(), dead_letters(topic)])
        .collect();
    if options.per_type {
        names.extend(EventType::ALL.iter().map(|event| event.as_str().to_owned()));
    }
    names
}

/// The settings of every topic.
fn settings(options: &TopicOptions) -> Vec<(&'static str, String)> {
    let retention = match options.retention_days {
        Some(days) => (i64::from(days) * 24 * 60 * 60 * 1_000).to_string(),
        None => "-1".to_owned(),
    };
    vec![
        ("cleanup.policy", "delete".to_owned()),
        ("retention.ms", retention),
        ("min.insync.replicas", options.min_insync.to_string()),
        // The time of a record is that of its event, by which readers find their place again.
        ("message.timestamp.type", "CreateTime".to_owned()),
        ("unclean.leader.election.enable", "false".to_owned()),
    ]
}

/// What is missing or differs. Changes nothing. Topics with another number of partitions are an error:
/// mending that would take events out of order.
pub async fn plan(
    cluster: &Cluster,
    options: &TopicOptions,
) -> Result<Vec<Difference>, KafkaError> {
    let admin = cluster.kafka().await?.admin();
    let names = names(options);
    let described = admin.describe_topics(&names, DescribeTopicsOptions::default());
    let mut described = described.await?;
    let mut differences = Vec::new();
    let mut there = Vec::new();
    for topic in names {
        match described.remove(&topic) {
            None
            | Some(Err(KrafkaError::Broker {
                code: ErrorCode::UnknownTopicOrPartition,
                ..
            })) => differences.push(created(topic, options)),
            Some(Err(error)) => return Err(error.into()),
            Some(Ok(found)) => {
                let partitions = found.partitions.len();
                if u32::try_from(partitions) != Ok(options.partitions) {
                    let wanted = options.partitions;
                    let reason = format!("has {partitions} partitions, the log has {wanted}");
                    return Err(KafkaError::Topic { topic, reason });
                }
                there.push(topic);
            }
        }
    }
    let resources = there
        .iter()
        .map(|topic| ConfigResource::topic(topic.as_str()));
    let configs = admin.describe_configs(resources, DescribeConfigsOptions::default());
    let configs = configs.await?;
    for topic in there {
        let Some(found) = configs.get(&ConfigResource::topic(topic.as_str())) else {
            continue;
        };
        let found = found
            .as_ref()
            .map_err(|error| KafkaError::from(error.clone()))?;
        for (name, to) in settings(options) {
            let entry = found.iter().find(|entry| entry.name == name);
            let from = entry.and_then(|entry| entry.value.clone());
            if from.as_deref() != Some(to.as_str()) {
                let topic = topic.clone();
                differences.push(Difference::Set {
                    topic,
                    name,
                    from,
                    to,
                });
            }
        }
    }
    admin.close().await?;
    Ok(differences)
}

fn created(topic: String, options: &TopicOptions) -> Difference {
    Difference::Create {
        topic,
        partitions: options.partitions,
        replication: options.replication,
    }
}

/// Makes topics as they are to be; what it did. Doing it again does nothing.
pub async fn apply(
    cluster: &Cluster,
    options: &TopicOptions,
) -> Result<Vec<Difference>, KafkaError> {
    let differences = plan(cluster, options).await?;
    let admin = cluster.kafka().await?.admin();
    let mut new = Vec::new();
    let mut changes = Vec::new();
    for difference in &differences {
        match difference {
            Difference::Create {
                topic,
                partitions,
                replication,
            } => {
                let partitions = i32::try_from(*partitions).unwrap_or(i32::MAX);
                let replication = i16::try_from(*replication).unwrap_or(i16::MAX);
                let topic = NewTopic::new(topic, partitions, replication)?;
                let settings = settings(options).into_iter();
                new.push(
                    settings.fold(topic, |topic, (name, value)| topic.with_config(name, value)),
                );
            }
            Difference::Set {
                topic, name, to, ..
            } => changes.push((
                ConfigResource::topic(topic.as_str()),
                vec![ConfigOp::set(*name, to)],
            )),
        }
    }
    let made = admin
        .create_topics(new, CreateTopicsOptions::default())
        .await?;
    for (_, made) in made {
        match made {
            // Another process was faster.
            Err(KrafkaError::Broker {
                code: ErrorCode::TopicAlreadyExists,
                ..
            })
            | Ok(()) => {}
            Err(error) => return Err(error.into()),
        }
    }
    for change in changes {
        let options = IncrementalAlterConfigsOptions::default();
        let changed = admin.incremental_alter_configs([change], options).await?;
        for (_, changed) in changed {
            changed?;
        }
    }
    admin.close().await?;
    settle(cluster, options).await?;
    Ok(differences)
}

/// Brokers are told of a change a moment after it was made: waits until the one that is asked knows it.
async fn settle(cluster: &Cluster, options: &TopicOptions) -> Result<(), KafkaError> {
    let until = Instant::now() + CHANGE;
    loop {
        let left = plan(cluster, options).await?;
        let Some(one) = left.first() else {
            return Ok(());
        };
        if Instant::now() > until {
            let (Difference::Create { topic, .. } | Difference::Set { topic, .. }) = one;
            let (topic, reason) = (topic.clone(), "is not as it was made".to_owned());
            return Err(KafkaError::Topic { topic, reason });
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Deletes the topics, whatever is on them, and waits until they are gone; their names. The relay publishes the
/// whole log anew on those that are made afterwards.
pub async fn remove(cluster: &Cluster, options: &TopicOptions) -> Result<Vec<String>, KafkaError> {
    let admin = cluster.kafka().await?.admin();
    let wanted = names(options);
    let mut removed: Option<Vec<String>> = None;
    let until = Instant::now() + CHANGE;
    loop {
        let mut there = admin.list_topics(ListTopicsOptions::default()).await?;
        there.retain(|name| wanted.contains(name));
        let removed = removed.get_or_insert_with(|| there.clone());
        let Some(one) = there.first() else {
            removed.sort();
            let removed = std::mem::take(removed);
            admin.close().await?;
            return Ok(removed);
        };
        if Instant::now() > until {
            let (topic, reason) = (one.clone(), "is not deleted".to_owned());
            return Err(KafkaError::Topic { topic, reason });
        }
        let deleted = admin.delete_topics(there, DeleteTopicsOptions::default());
        for (_, deleted) in deleted.await? {
            match deleted {
                // It goes already, or will be tried again.
                Err(KrafkaError::Broker { .. }) | Ok(()) => {}
                Err(error) => return Err(error.into()),
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}
