//! Every setting, with its default.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use taskfold_roles::process::Role;

use super::bus::{Bus, Kafka, Registry};
use super::several::one_or_more;
use super::telemetry::Telemetry;

/// See [`Serve::idempotency_days`].
const IDEMPOTENCY_DAYS: NonZeroU32 = NonZeroU32::new(7).unwrap();
/// See [`Serve::views_lag_seconds`].
const VIEWS_LAG_SECONDS: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// Partitions of a log on PostgreSQL, unless it was made with another number.
const PARTITIONS: NonZeroU32 = NonZeroU32::new(16).unwrap();
/// Connections of a process that append to one database of the log.
const LANES: NonZeroU32 = NonZeroU32::new(4).unwrap();

/// The effective configuration.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Directory of the database, the lock and the state of the command line.
    pub data: PathBuf,
    /// Server that the command line talks to; none is the local one.
    pub server: Option<String>,
    /// Workspace that commands work in; none is the personal one.
    pub workspace: Option<String>,
    /// API token for `server`.
    pub token: Option<Secret>,
    /// File that holds the API token for `server`.
    pub token_file: Option<PathBuf>,
    /// When output is coloured.
    pub color: ColorWhen,
    /// Where log, accounts and views are.
    pub store: Store,
    /// What processes share beside the stores.
    pub redis: Redis,
    /// What brings events to the views.
    pub bus: Bus,
    /// Where events are published.
    pub kafka: Kafka,
    /// Where their schemas are.
    pub registry: Registry,
    /// `taskfold serve`.
    pub serve: Serve,
    /// Where roles are that this process does not have.
    pub upstream: Upstream,
    /// What processes say to each other.
    pub internal: Internal,
    /// How often one person may ask.
    pub rate_limit: RateLimit,
    /// Logs of the process (not the event log).
    pub log: ProcessLog,
    /// Traces.
    pub telemetry: Telemetry,
    /// Where the process ends as `kill -9` would, for the crash harness.
    #[cfg(feature = "crash-points")]
    #[serde(default)]
    pub crash: Crash,
}

/// Settings of the crash harness.
#[cfg(feature = "crash-points")]
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Crash {
    /// `<point>:<nth>`, such as `log.before_commit:3`.
    pub at: Option<String>,
    /// A bug that the harness must find.
    pub plant: Option<String>,
}

/// Settings of the rate limit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimit {
    /// Whether there is a limit.
    pub enabled: bool,
    /// Requests a second of one person or one address.
    pub per_second: u32,
    /// Requests that may come at once.
    pub burst: u32,
}

/// Settings of the stores.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Store {
    /// In files of `data`, or on PostgreSQL.
    pub kind: StoreKind,
    /// Addresses of the log's databases, in the order in which the log was made; the first holds accounts and views.
    #[serde(deserialize_with = "one_or_more")]
    pub urls: Vec<Secret>,
    /// File that holds `urls`, one a line.
    pub urls_file: Option<PathBuf>,
    /// Address of the database of the accounts, when it is another one.
    pub identity_url: Option<Secret>,
    /// File that holds `identity_url`.
    pub identity_url_file: Option<PathBuf>,
    /// Address of the database of the views, when it is another one.
    pub views_url: Option<Secret>,
    /// File that holds `views_url`.
    pub views_url_file: Option<PathBuf>,
    /// Address of a replica of that database, which queries read.
    pub replica_url: Option<Secret>,
    /// File that holds `replica_url`.
    pub replica_url_file: Option<PathBuf>,
    /// Partitions of the log on PostgreSQL, fixed when it is made.
    pub partitions: NonZeroU32,
    /// Connections of a process that append to each database.
    pub lanes: NonZeroU32,
}

/// Where log, accounts and views are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoreKind {
    /// In files of the data directory.
    Sqlite,
    /// On servers.
    Postgres,
}

impl StoreKind {
    /// Its name in the configuration.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// Settings of Redis.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redis {
    /// `redis://user:password@host:port/database`; nothing is shared when there is none.
    pub url: Option<Secret>,
    /// File that holds `url`.
    pub url_file: Option<PathBuf>,
}

/// Where other roles are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Upstream {
    /// `http://host:port` of processes with the role command.
    #[serde(deserialize_with = "one_or_more")]
    pub command: Vec<String>,
    /// `http://host:port` of processes with the role query.
    #[serde(deserialize_with = "one_or_more")]
    pub query: Vec<String>,
}

/// What processes say to each other.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Internal {
    /// Directory of the keys that sign (`*.key`) and check (`*.pub`) messages.
    pub keys: Option<PathBuf>,
}

/// Settings of `taskfold serve`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Serve {
    /// What the process is.
    pub roles: Vec<Role>,
    /// Address and port of the gateway; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address and port on which the roles command and query take messages of other processes.
    pub internal_listen: Option<SocketAddr>,
    /// Address and port on which health and metrics are told, beside the others.
    pub metrics_listen: Option<SocketAddr>,
    /// URL under which people reach the server, when a proxy stands before it.
    pub public_url: Option<String>,
    /// Origins such as `https://app.example.org` of which the pages may use the API, beside the server's own.
    #[serde(deserialize_with = "one_or_more")]
    pub web_origins: Vec<String>,
    /// Who may make an account. The first account can always be made.
    pub registration: Registration,
    /// Days for which a retry with the same `Idempotency-Key` gets the answer of the first try.
    pub idempotency_days: NonZeroU32,
    /// A process that reads views is not ready when they are older than so many seconds.
    pub views_lag_seconds: NonZeroU32,
}

/// Settings of the logs of the process.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProcessLog {
    /// Least level, or `tracing` directives such as `info,taskfold_log=debug`.
    pub level: String,
    /// JSON lines or text for people.
    pub format: LogFormat,
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Registration {
    /// Everybody who reaches the server.
    Open,
    /// Nobody after the first.
    Closed,
}

/// Shape of the logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    /// Human on a terminal, else JSON.
    Auto,
    /// One JSON object a line.
    Json,
    /// Text for people.
    Human,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A value that is never shown.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

/// What is shown in place of a secret.
pub(crate) const MASK: &str = "********";

impl Secret {
    /// Takes the text as it is.
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(MASK)
    }
}

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(MASK)
    }
}

impl Config {
    /// The defaults, with the platform's data directory.
    pub(crate) fn defaults(data: PathBuf) -> Self {
        Self {
            data,
            server: None,
            workspace: None,
            token: None,
            token_file: None,
            color: ColorWhen::Auto,
            store: Store {
                kind: StoreKind::Sqlite,
                urls: Vec::new(),
                urls_file: None,
                identity_url: None,
                identity_url_file: None,
                views_url: None,
                views_url_file: None,
                replica_url: None,
                replica_url_file: None,
                partitions: PARTITIONS,
                lanes: LANES,
            },
            redis: Redis::default(),
            bus: Bus::default(),
            kafka: Kafka::default(),
            registry: Registry::default(),
            upstream: Upstream::default(),
            internal: Internal::default(),
            serve: Serve {
                roles: Role::ALL.to_vec(),
                internal_listen: None,
                metrics_listen: None,
                listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 7400)),
                public_url: None,
                web_origins: Vec::new(),
                registration: Registration::Open,
                idempotency_days: IDEMPOTENCY_DAYS,
                views_lag_seconds: VIEWS_LAG_SECONDS,
            },
            rate_limit: RateLimit {
                enabled: true,
                per_second: 200,
                burst: 1_000,
            },
            log: ProcessLog {
                level: "info".to_owned(),
                format: LogFormat::Auto,
            },
            telemetry: Telemetry::default(),
            #[cfg(feature = "crash-points")]
            crash: Crash::default(),
        }
    }
}
