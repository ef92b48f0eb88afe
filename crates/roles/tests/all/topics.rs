//! With `TASKFOLD_TEST_BUS=kafka`, the views of a deployment are brought their events by the topics of a real broker.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use taskfold_bus::kafka::{
    Cluster, ClusterOptions, Format, Registry, RelayOptions, SchemaIds, Security, TopicOptions,
    apply, remove,
};
use taskfold_roles::process::Kafka;
use tokio::sync::Mutex;

/// Topics belong to one log: they are this directory's, until they are made anew for another.
static OWNER: Mutex<Option<PathBuf>> = Mutex::const_new(None);
static IN_USE: AtomicBool = AtomicBool::new(false);

/// The right to use the topics, until it is dropped.
pub(crate) struct Taken(());

impl Drop for Taken {
    fn drop(&mut self) {
        IN_USE.store(false, Ordering::SeqCst);
    }
}

/// The broker for the log of a data directory, with topics that have nothing of others. None where somebody else has
/// the topics at this moment: then views are brought their events by the log.
pub(crate) async fn take(data: &Path, partitions: u32) -> Option<(Kafka, Taken)> {
    let given = taskfold_kit::Kafka::given().expect("a broker: scripts/with-kafka");
    if IN_USE.swap(true, Ordering::SeqCst) {
        return None;
    }
    let taken = Taken(());
    let cluster = Cluster::new(ClusterOptions {
        brokers: given.brokers,
        security: Security::default(),
        client_id: "taskfold-test".to_owned(),
    });
    let mut owner = OWNER.lock().await;
    if owner.as_deref() != Some(data) {
        let topics = TopicOptions {
            partitions,
            replication: 1,
            min_insync: 1,
            retention_days: None,
            per_type: false,
        };
        remove(&cluster, &topics).await.unwrap();
        apply(&cluster, &topics).await.unwrap();
        *owner = Some(data.to_owned());
    }
    let registry = Registry::new(&given.registry, None).unwrap();
    let relay = RelayOptions {
        format: Format::Avro(SchemaIds::new(registry)),
        per_type: false,
        batch: 500,
        linger: Duration::from_millis(1),
        lease: Duration::from_secs(3),
    };
    let kafka = Kafka {
        cluster,
        relay,
        consumes: true,
    };
    Some((kafka, taken))
}
