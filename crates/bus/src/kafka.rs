//! Apache Kafka: the topics that the world outside reads, the relay that fills them, and the consumers'
//! way of reading them as the log's own order.

mod cluster;
pub(crate) mod merged;
mod relay;
mod schemas;
mod topics;

pub use cluster::{Cluster, ClusterOptions, KafkaError, Security};
pub use relay::{Format, Relay, RelayOptions};
pub use schemas::{Registry, RegistryError, SchemaIds, Stand};
pub use topics::{Difference, TopicOptions, apply, dead_letters, plan};
