//! The connection to a cluster, and how it is secured.

use std::path::PathBuf;
use std::time::Duration;

use krafka::Kafka;
use krafka::auth::{AuthConfig, TlsConfig};

/// How brokers know us, and we them.
#[derive(Debug, Clone, Default)]
pub struct Security {
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// Certificates of the authority that signs the brokers', as PEM; the public ones when there is none.
    pub ca_file: Option<PathBuf>,
    /// Name and password for SASL SCRAM-SHA-512.
    pub scram: Option<(String, String)>,
}

/// Where a cluster is and how it is reached.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// Some of the brokers: `host:port`, separated by commas.
    pub brokers: String,
    /// How it is secured.
    pub security: Security,
    /// How this process names itself to the brokers.
    pub client_id: String,
}

/// What went wrong with Kafka.
#[derive(Debug, Clone, thiserror::Error)]
pub enum KafkaError {
    /// The cluster, or the way to it.
    #[error("Kafka: {0}")]
    Cluster(#[from] krafka::KrafkaError),
    /// A topic is not as the log needs it, in a way that cannot be mended without losing order.
    #[error("topic {topic} {reason}")]
    Topic {
        /// Which.
        topic: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A record on a topic of ours is not a row of the log.
    #[error("topic {topic}, partition {partition}, offset {offset}: {reason}")]
    Record {
        /// Where.
        topic: String,
        /// Where.
        partition: i32,
        /// Where.
        offset: i64,
        /// What is wrong with it.
        reason: String,
    },
    /// The log cannot be read or noted in.
    #[error("the log: {0}")]
    Log(String),
    /// The schema of an event is not in the registry.
    #[error(transparent)]
    Registry(#[from] super::schemas::RegistryError),
}

/// A cluster. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Cluster {
    pub(super) kafka: Kafka,
}

impl Cluster {
    /// Connects; some broker must answer.
    pub async fn connect(options: &ClusterOptions) -> Result<Self, KafkaError> {
        let kafka = Kafka::builder(&options.brokers)
            .client_id(&options.client_id)
            .security(security(&options.security))
            .request_timeout(Duration::from_secs(10))
            .connect_timeout(Duration::from_secs(5))
            .metadata_max_age(Duration::from_mins(1))
            .allow_auto_create_topics(false)
            .tcp_nodelay(true)
            .connect()
            .await?;
        Ok(Self { kafka })
    }
}

fn security(security: &Security) -> AuthConfig {
    let tls = security.tls.then(|| {
        let tls = TlsConfig::new();
        match &security.ca_file {
            Some(file) => tls.with_ca_cert(file.to_string_lossy().into_owned()),
            None => tls,
        }
    });
    match (&security.scram, tls) {
        (Some((name, password)), Some(tls)) => {
            AuthConfig::sasl_scram_sha512(name, password).with_tls(tls)
        }
        (Some((name, password)), None) => AuthConfig::sasl_scram_sha512(name, password),
        (None, Some(tls)) => AuthConfig::plaintext().with_tls(tls),
        (None, None) => AuthConfig::plaintext(),
    }
}

/// A partition of the log as Kafka counts them.
pub(super) fn number_of(partition: u32) -> i32 {
    i32::try_from(partition).unwrap_or(i32::MAX)
}
