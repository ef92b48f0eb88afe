//! Settings of the bus between processes: Kafka and its schema registry.

use std::num::NonZeroU32;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::settings::Secret;
use super::several::one_or_more;

/// What brings events to consumers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bus {
    /// What the views of this process tail.
    pub kind: BusKind,
}

/// What the views of a process tail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BusKind {
    /// The log itself.
    #[default]
    Log,
    /// The topics; the log where they do not answer.
    Kafka,
}

/// Settings of Kafka.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kafka {
    /// `host:port` of some brokers; nothing is published when there is none.
    #[serde(deserialize_with = "one_or_more")]
    pub brokers: Vec<String>,
    /// How values are written.
    pub format: ValueFormat,
    /// Whether each event also goes to a topic named after its type.
    pub topics_per_type: bool,
    /// Copies of each partition of a topic.
    pub replication: u16,
    /// Copies that must have a record before it counts as published.
    pub min_insync: u16,
    /// Days for which topics keep records; for ever when there is none.
    pub retention_days: Option<NonZeroU32>,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// PEM file of the authority that signs the brokers' certificates; the system's when there is none.
    pub ca_file: Option<PathBuf>,
    /// PEM file of our certificate, where brokers ask for one.
    pub certificate_file: Option<PathBuf>,
    /// PEM file of its key.
    pub key_file: Option<PathBuf>,
    /// How the password is shown.
    pub mechanism: SaslMechanism,
    /// The name that we sign in with, where brokers ask for one.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// File that holds `password`.
    pub password_file: Option<PathBuf>,
}

impl Default for Kafka {
    fn default() -> Self {
        Self {
            brokers: Vec::new(),
            format: ValueFormat::Avro,
            topics_per_type: false,
            replication: 3,
            min_insync: 2,
            retention_days: None,
            tls: false,
            ca_file: None,
            certificate_file: None,
            key_file: None,
            mechanism: SaslMechanism::ScramSha512,
            username: None,
            password: None,
            password_file: None,
        }
    }
}

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ValueFormat {
    /// Avro, with the schema's id in the registry.
    Avro,
    /// A `CloudEvent` as JSON.
    Json,
}

/// How a password is shown to brokers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SaslMechanism {
    /// As it is.
    Plain,
    /// Proven, by SCRAM-SHA-256.
    #[serde(rename = "scram-sha-256")]
    ScramSha256,
    /// Proven, by SCRAM-SHA-512.
    #[serde(rename = "scram-sha-512")]
    ScramSha512,
}

/// Settings of the schema registry.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Registry {
    /// `http://host:port` of its Confluent API.
    pub url: Option<Secret>,
    /// File that holds `url`.
    pub url_file: Option<PathBuf>,
    /// The name that we sign in with, where it asks for one.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// File that holds `password`.
    pub password_file: Option<PathBuf>,
}
