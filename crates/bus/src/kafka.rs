//! Apache Kafka: the topics that the world outside reads, the relay that fills them, and the consumers'
//! way of reading them as the log's own order.

mod cluster;
mod ends;
mod letters;
pub(crate) mod merged;
mod record;
mod relay;
mod replay;
mod schemas;
mod status;
mod topics;
mod whose;

pub use cluster::{Cluster, ClusterOptions, KafkaError, Mechanism, Sasl, Security};
pub use letters::{Letters, Postman};
pub use record::Format;
pub use relay::{NAME as RELAY, Relay, RelayOptions};
pub use replay::{Place, replay};
pub use schemas::{Registry, RegistryError, SchemaIds, Stand};
pub use status::{RelayCounts, RelayState, RelayStatus};
pub use topics::{Difference, TopicOptions, apply, dead_letters, plan, remove};
