//! What a process is started with.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use taskfold_bus::kafka::{Cluster, RelayOptions};
use taskfold_contracts::ids::{IdSource, SystemIds};
use taskfold_contracts::time::{Clock, SystemClock};
use taskfold_log::PostgresOptions;
use taskfold_spans::Recorder;
use taskfold_sql::Server;
use taskfold_views::ServerOptions;

use super::roles::{self, Around, Lack, Role};
use crate::internal::Address;
use crate::redis::Redis;
use crate::{command, gateway};

/// Messages of other processes that are worked on at once; more are turned away.
const AT_ONCE: usize = 1_024;

/// What a process is started with.
#[derive(Clone)]
pub struct Options {
    /// What it is.
    pub roles: BTreeSet<Role>,
    /// A directory of its own, which must exist: snapshots are here, and what [`Store::Files`] says.
    pub data_dir: PathBuf,
    /// Where log, accounts and views are.
    pub store: Store,
    /// Other processes.
    pub wire: Wire,
    /// Now.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Arc<dyn IdSource>,
    /// How the gateway behaves.
    pub gateway: gateway::Options,
    /// How the log behaves.
    pub log: taskfold_log::Options,
    /// Accounts, sessions and tokens.
    pub identity: taskfold_identity::Options,
    /// Folded workspaces that are kept.
    pub cache: command::CacheLimits,
    /// What processes share: answers, counted requests, revocations. All goes on without it.
    pub redis: Option<Redis>,
    /// Where the processor role publishes the log; nowhere when there is none.
    pub kafka: Option<Kafka>,
    /// Views that are older than this are not fit to be read: the process is not ready then.
    pub views_lag: Duration,
    /// How long a retry finds the answer of the first try by its `Idempotency-Key`; a day at least.
    pub keys_live: Duration,
    /// Who is told of the work of requests, and of what they set off.
    pub spans: Recorder,
}

/// Where log, accounts and views are.
#[derive(Debug, Clone)]
pub enum Store {
    /// In files of the data directory, for one process.
    Files,
    /// On PostgreSQL, for any number of processes.
    Servers(Box<Servers>),
}

/// Databases, prepared already.
#[derive(Debug, Clone)]
pub struct Servers {
    /// The log's.
    pub log: PostgresOptions,
    /// That of the accounts.
    pub identity: Server,
    /// That of what processors tell each other about their work.
    pub bus: Server,
    /// That of the views.
    pub views: ViewsServer,
}

/// Where views are on PostgreSQL, and how a process uses them.
#[derive(Debug, Clone)]
pub struct ViewsServer {
    /// The database.
    pub server: Server,
    /// How many connections, and where reads go.
    pub options: ServerOptions,
}

/// Kafka, as the processor role uses it.
#[derive(Clone)]
pub struct Kafka {
    /// Where it is.
    pub cluster: Cluster,
    /// How the log is published there.
    pub relay: RelayOptions,
    /// Whether the views are brought their events from there, rather than from the log.
    pub consumes: bool,
}

/// How a process and others talk to each other.
#[derive(Debug, Clone)]
pub struct Wire {
    /// Whether it takes messages of other processes.
    pub listens: bool,
    /// Where commands go when the command role is elsewhere. A workspace has one of them that it goes to first.
    pub command: Vec<Address>,
    /// Where reads go when the query role is elsewhere, likewise.
    pub query: Vec<Address>,
    /// Directory of the keys that sign and check messages.
    pub keys: Option<PathBuf>,
    /// Messages that are worked on at once; more are turned away.
    pub at_once: usize,
}

impl Default for Wire {
    fn default() -> Self {
        Self {
            listens: false,
            command: Vec::new(),
            query: Vec::new(),
            keys: None,
            at_once: AT_ONCE,
        }
    }
}

impl Options {
    /// All roles in one process, with everything in files of a directory.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            roles: BTreeSet::from(Role::ALL),
            data_dir: data_dir.into(),
            store: Store::Files,
            wire: Wire::default(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            gateway: gateway::Options::default(),
            log: taskfold_log::Options::default(),
            identity: taskfold_identity::Options::default(),
            cache: command::CacheLimits::default(),
            redis: None,
            kafka: None,
            views_lag: Duration::from_secs(30),
            keys_live: Duration::from_hours(7 * 24),
            spans: Recorder::default(),
        }
    }

    /// Whether the process has a role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether it needs no other process.
    pub(super) fn is_whole(&self) -> bool {
        let mut needed = Role::ALL.into_iter();
        needed.all(|role| role == Role::Notifier || self.has(role))
    }

    /// Whether everything that the roles need is there.
    ///
    /// # Errors
    /// The first thing that is missing.
    pub fn check(&self) -> Result<(), Lack> {
        let around = Around {
            command: !self.wire.command.is_empty(),
            query: !self.wire.query.is_empty(),
            listens: self.wire.listens,
            shared_views: matches!(self.store, Store::Servers(_)),
            keys: self.wire.keys.is_some(),
        };
        roles::check(&self.roles, around)
    }
}
