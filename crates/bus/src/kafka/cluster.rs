//! The connection to a cluster, and how it is secured.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use krafka::Kafka;
use krafka::auth::{AuthConfig, TlsConfig};
use krafka::consumer::Consumer;
use taskfold_contracts::position::Position;
use taskfold_contracts::time::Timestamp;
use tokio::sync::OnceCell;

/// How brokers know us, and we them.
#[derive(Debug, Clone, Default)]
pub struct Security {
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// Certificates of the authority that signs the brokers', as PEM; the public ones when there is none.
    pub ca_file: Option<PathBuf>,
    /// Our own certificate and its key, as PEM, when brokers want one.
    pub client_files: Option<(PathBuf, PathBuf)>,
    /// Who we are, when brokers want to know.
    pub sasl: Option<Sasl>,
}

/// A name and its password.
#[derive(Clone)]
pub struct Sasl {
    /// How they are shown to brokers.
    pub mechanism: Mechanism,
    /// The name.
    pub username: String,
    /// The password.
    pub password: String,
}

impl std::fmt::Debug for Sasl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sasl")
            .field("mechanism", &self.mechanism)
            .finish_non_exhaustive()
    }
}

/// How a password is shown to brokers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// As it is: with TLS only.
    Plain,
    /// Proven, by SCRAM-SHA-256.
    ScramSha256,
    /// Proven, by SCRAM-SHA-512.
    ScramSha512,
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
    /// A topic has what another log has put there, or this one before it was restored.
    #[error(
        "topic {topic} is another log's: at {position} it has the event {there}, this log has {here}. Give each log a \
         Kafka of its own; after a restore make the topics anew (taskfold kafka remove, then taskfold kafka apply)"
    )]
    Foreign {
        /// Which.
        topic: String,
        /// Where they differ.
        position: Position,
        /// The event of the other log.
        there: String,
        /// What this log has there.
        here: String,
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
    /// Who publishes what cannot be told.
    #[error(transparent)]
    Ledger(#[from] crate::ledger::LedgerError),
    /// The schema of an event is not in the registry.
    #[error(transparent)]
    Registry(#[from] super::schemas::RegistryError),
}

/// A cluster. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    options: ClusterOptions,
    kafka: OnceCell<Kafka>,
}

impl Cluster {
    /// One that is connected when it is first needed.
    pub fn new(options: ClusterOptions) -> Self {
        let kafka = OnceCell::new();
        Self(Arc::new(Inner { options, kafka }))
    }

    /// The connection. Some broker must answer when it is made; afterwards brokers may come and go.
    pub(super) async fn kafka(&self) -> Result<&Kafka, KafkaError> {
        let Inner { options, kafka } = &*self.0;
        kafka.get_or_try_init(|| connect(options)).await
    }
}

async fn connect(options: &ClusterOptions) -> Result<Kafka, KafkaError> {
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
    Ok(kafka)
}

fn security(security: &Security) -> AuthConfig {
    let plain = match &security.sasl {
        None => AuthConfig::plaintext(),
        Some(Sasl {
            mechanism,
            username,
            password,
        }) => match mechanism {
            Mechanism::Plain => AuthConfig::sasl_plain(username, password),
            Mechanism::ScramSha256 => AuthConfig::sasl_scram_sha256(username, password),
            Mechanism::ScramSha512 => AuthConfig::sasl_scram_sha512(username, password),
        },
    };
    if !security.tls {
        return plain;
    }
    let text = |path: &PathBuf| path.to_string_lossy().into_owned();
    let mut tls = TlsConfig::new();
    if let Some(file) = &security.ca_file {
        tls = tls.with_ca_cert(text(file));
    }
    if let Some((certificate, key)) = &security.client_files {
        tls = tls.with_client_cert(text(certificate), text(key));
    }
    plain.with_tls(tls)
}

/// A partition of the log as Kafka counts them.
pub(super) fn number_of(partition: u32) -> i32 {
    i32::try_from(partition).unwrap_or(i32::MAX)
}

/// The first record of this time or later; none when there is none.
pub(super) async fn offset_at(
    reader: &Consumer,
    topic: &str,
    partition: i32,
    time: Timestamp,
) -> Result<Option<i64>, KafkaError> {
    let place = [(topic, partition)];
    let found = reader.offsets_for_times(&place, time.as_millis()).await;
    match found.into_values().next() {
        Some(Ok(offset)) => Ok(Some(offset).filter(|offset| *offset >= 0)),
        None => Ok(None),
        Some(Err(error)) => Err(error.into()),
    }
}
