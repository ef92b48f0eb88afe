//! From the configuration to Kafka and its schema registry.

use std::time::Duration;

use taskfold_bus::kafka::{
    Cluster, ClusterOptions, Format, Mechanism, Registry, RelayOptions, Sasl, SchemaIds, Security,
    TopicOptions,
};
use taskfold_roles::process::Kafka;

use crate::config::{BusKind, Config, SaslMechanism, Secret, ValueFormat};
use crate::exit::Failure;

/// Rows that are under way to Kafka at once, for each partition.
const BATCH: usize = 500;
/// How long a row waits for others: less than anybody notices, and as much as a busy log needs.
const LINGER: Duration = Duration::from_millis(5);
/// How long a partition stays with a process that died.
const LEASE: Duration = Duration::from_secs(10);

/// Kafka as the processor role uses it; none when there is none.
///
/// # Errors
/// Settings contradict each other.
pub(crate) fn used(config: &Config) -> Result<Option<Kafka>, Failure> {
    let consumes = config.bus.kind == BusKind::Kafka;
    if config.kafka.brokers.is_empty() {
        if consumes {
            return Err(Failure::usage("bus.kind = \"kafka\" needs kafka.brokers"));
        }
        return Ok(None);
    }
    if consumes && config.kafka.format == ValueFormat::Json {
        let message = "bus.kind = \"kafka\" reads Avro, but kafka.format is \"json\"";
        return Err(Failure::usage(message));
    }
    let format = match config.kafka.format {
        ValueFormat::Json => Format::Json,
        ValueFormat::Avro => {
            let registry = registry(config)?.ok_or_else(|| {
                Failure::usage("kafka.format = \"avro\" needs registry.url")
                    .hint("or kafka.format = \"json\"")
            })?;
            Format::Avro(SchemaIds::new(registry))
        }
    };
    Ok(Some(Kafka {
        cluster: cluster(config)?,
        relay: RelayOptions {
            format,
            per_type: config.kafka.topics_per_type,
            batch: BATCH,
            linger: LINGER,
            lease: LEASE,
        },
        consumes,
    }))
}

/// The cluster, which is connected when it is first asked something.
///
/// # Errors
/// There is none, or it cannot be known how to sign in.
pub(crate) fn cluster(config: &Config) -> Result<Cluster, Failure> {
    let kafka = &config.kafka;
    if kafka.brokers.is_empty() {
        return Err(Failure::usage(
            "there is no Kafka: kafka.brokers is not set",
        ));
    }
    let needs = |one: &str, other: &str| Failure::usage(format!("`{one}` needs `{other}`"));
    let client_files = match (&kafka.certificate_file, &kafka.key_file) {
        (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
        (None, None) => None,
        (Some(_), None) => return Err(needs("kafka.certificate_file", "kafka.key_file")),
        (None, Some(_)) => return Err(needs("kafka.key_file", "kafka.certificate_file")),
    };
    if !kafka.tls && (kafka.ca_file.is_some() || client_files.is_some()) {
        return Err(Failure::usage(
            "certificates are of no use: kafka.tls is false",
        ));
    }
    let sasl = match (&kafka.username, &kafka.password) {
        (Some(username), Some(password)) => Some(Sasl {
            mechanism: match kafka.mechanism {
                SaslMechanism::Plain if !kafka.tls => {
                    let message =
                        "kafka.mechanism = \"plain\" shows the password: it needs kafka.tls";
                    return Err(Failure::usage(message));
                }
                SaslMechanism::Plain => Mechanism::Plain,
                SaslMechanism::ScramSha256 => Mechanism::ScramSha256,
                SaslMechanism::ScramSha512 => Mechanism::ScramSha512,
            },
            username: username.clone(),
            password: password.reveal().to_owned(),
        }),
        (None, None) => None,
        (Some(_), None) => return Err(needs("kafka.username", "kafka.password")),
        (None, Some(_)) => return Err(needs("kafka.password", "kafka.username")),
    };
    Ok(Cluster::new(ClusterOptions {
        brokers: kafka.brokers.join(","),
        security: Security {
            tls: kafka.tls,
            ca_file: kafka.ca_file.clone(),
            client_files,
            sasl,
        },
        client_id: "taskfold".to_owned(),
    }))
}

/// The topics as they are to be, for a log of so many partitions.
pub(crate) fn topics(config: &Config, partitions: u32) -> TopicOptions {
    let kafka = &config.kafka;
    TopicOptions {
        partitions,
        replication: kafka.replication,
        min_insync: kafka.min_insync,
        retention_days: kafka.retention_days.map(std::num::NonZeroU32::get),
        per_type: kafka.topics_per_type,
    }
}

/// The schema registry; none when there is none.
///
/// # Errors
/// It cannot be known how to sign in.
pub(crate) fn registry(config: &Config) -> Result<Option<Registry>, Failure> {
    let registry = &config.registry;
    let Some(url) = &registry.url else {
        return Ok(None);
    };
    let basic = match (&registry.username, &registry.password) {
        (Some(name), password) => {
            let password = password.as_ref().map(Secret::reveal).unwrap_or_default();
            Some((name.clone(), password.to_owned()))
        }
        (None, None) => None,
        (None, Some(_)) => {
            return Err(Failure::usage(
                "`registry.password` needs `registry.username`",
            ));
        }
    };
    let made = Registry::new(url.reveal(), basic);
    let made = made.map_err(|error| Failure::usage(format!("`registry.url`: {error}")));
    made.map(Some)
}
