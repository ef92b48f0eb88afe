//! The roles of one process: all of them on files, as people run it for themselves, or some of them on
//! databases, with others elsewhere. A role does not know where the others are.

mod chores;
mod notifying;
mod options;
mod people;
mod roles;
mod stores;
mod views;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use taskfold_bus::kafka::{Letters, Relay};
use taskfold_bus::{Bus, StatusHandle};
use taskfold_contracts::time::Clock;
use taskfold_identity::{Account, Identity, NewToken};
use taskfold_log::{Log, WriteError};
use taskfold_views::Views;
use taskfold_views::as_of::{Limits, Snapshots};
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use options::{Kafka, Options, Servers, Store, ViewsServer, Wire};
pub use people::LocalError;
pub use roles::{Lack, Role, UnknownRole};
pub use stores::Stores;

use crate::command::{self, CommandRequest, CommandRole};
use crate::gateway::{self, Gateway};
use crate::health::{self, Health};
use crate::internal::client::Probe;
use crate::internal::{Address, Asked, KeyError, Signer, Verifier, guarded, noted};
use crate::metrics::Metrics;
use crate::processor::Feed;
use crate::query::{self, LiveViews, QueryRole};
use crate::revocations;
use crate::trace::Tracer;
use crate::upstream::Upstream;
use chores::{Forgetting, InternalKeys};
use people::People;

/// Why it did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The roles lack something.
    #[error(transparent)]
    Lack(#[from] Lack),
    /// The log cannot be opened.
    #[error(transparent)]
    Log(#[from] taskfold_log::OpenError),
    /// The accounts cannot be opened.
    #[error(transparent)]
    Identity(#[from] taskfold_identity::OpenError),
    /// The files were not opened to the end.
    #[error("opening the files was interrupted: {0}")]
    Interrupted(String),
    /// Who publishes what cannot be told.
    #[error(transparent)]
    Ledger(#[from] taskfold_bus::LedgerError),
    /// The views cannot be opened, and building them anew would not help.
    #[error(transparent)]
    Views(#[from] taskfold_views::OpenError),
    /// The keys of internal messages cannot be read.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The data directory cannot be used.
    #[error("{}: {error}", path.display())]
    Directory {
        /// The file in it.
        path: PathBuf,
        /// What the system said.
        error: String,
    },
    /// Another process has the data directory.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
}

/// The roles of one process, running.
pub struct Process {
    stores: Stores,
    command: Option<CommandRole>,
    query: Option<QueryRole>,
    gateway: Option<Gateway>,
    people: Option<People>,
    views: LiveViews,
    keeping: watch::Receiver<Option<StatusHandle>>,
    health: Health,
    metrics: Arc<Metrics>,
    internal: Option<(Verifier, usize)>,
    clock: Arc<dyn Clock>,
    tracer: Tracer,
    forgetting: Forgetting,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

impl Process {
    /// Starts the roles. Takes as long on a large log as on an empty one: views that are not there, or of
    /// another version, are built in the background, or waited for, while reads answer 503.
    ///
    /// # Errors
    /// The roles lack something, or their stores cannot be opened.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        options.check()?;
        let stores = Stores::open(&options).await?;
        match Self::over(stores.clone(), options).await {
            Ok(process) => Ok(process),
            Err(error) => {
                stores.close().await;
                Err(error)
            }
        }
    }

    /// The same over stores that are open; several can share them.
    ///
    /// # Errors
    /// The roles lack something, or the views or the keys cannot be opened.
    pub async fn over(stores: Stores, options: Options) -> Result<Self, StartError> {
        options.check()?;
        let keys = keys(&options)?;
        let (tasks, shutdown) = (TaskTracker::new(), CancellationToken::new());
        let feed = feed(&stores, &options, &tasks, &shutdown);
        let views::Seen {
            views,
            keeping,
            kept,
        } = views::begin(&stores, &options, feed, (&tasks, &shutdown)).await?;
        let relay = relay(&stores, &options);
        let relayed = relay.as_ref().map(Relay::status);
        if let Some(relay) = relay {
            tasks.spawn(relay.run(shutdown.clone()));
        }
        let command = options
            .has(Role::Command)
            .then(|| command_role(&stores, &options));
        let query = options
            .has(Role::Query)
            .then(|| query_role(&stores, &options, &views));
        let parts = Roles {
            command: command.as_ref(),
            query: query.as_ref(),
            signer: keys.signer.as_ref(),
            options: &options,
        };
        let mut metrics = parts.metrics(&stores);
        if let Some(relayed) = &relayed {
            metrics = metrics.with_relay(relayed.clone());
        }
        if let Some((reminders, numbers)) = parts.reminders(&stores, &views) {
            metrics = metrics.with_reminders(&numbers);
            tasks.spawn(reminders.run(shutdown.clone()));
        }
        let metrics = Arc::new(metrics);
        let health = Health::new(health::Parts {
            log: stores.log.clone(),
            shards: stores.shards,
            appends: command.is_some() && stores.appends,
            kept,
            relay: relayed,
            upstreams: parts.probes(),
            metrics: Arc::clone(&metrics),
        });
        let (gateway, people) = parts.gateway(&stores, &health, &metrics).unzip();
        let forgetting = Forgetting::new(
            stores.log.clone(),
            Arc::clone(&options.clock),
            options.keys_live,
        );
        if command.is_some() {
            tasks.spawn(forgetting.clone().run(shutdown.clone()));
        }
        if let (Some(gateway), Some(identity)) = (&gateway, &stores.identity) {
            let sweeping = chores::sweep(gateway.clone(), identity.clone(), shutdown.clone());
            tasks.spawn(sweeping);
            if let Some(redis) = options.redis.clone() {
                let sharing = revocations::share(redis, identity.clone(), shutdown.clone());
                tasks.spawn(sharing);
            }
        }
        let internal = keys.verifier.clone();
        tasks.spawn(keys.run(shutdown.clone()));
        Ok(Self {
            stores,
            command,
            query,
            gateway,
            people,
            views,
            keeping,
            health,
            metrics,
            internal: internal.map(|verifier| (verifier, options.wire.at_once)),
            clock: options.clock,
            tracer: Tracer::new(options.ids, options.spans),
            forgetting,
            tasks,
            shutdown,
        })
    }

    /// The HTTP side for people: that of the gateway, or where there is none, health and metrics alone. Serve
    /// it with `into_make_service_with_connect_info::<SocketAddr>()`.
    pub fn router(&self) -> Router {
        match &self.gateway {
            Some(gateway) => gateway.router(),
            None => self.health_router(),
        }
    }

    /// Health and metrics alone.
    pub fn health_router(&self) -> Router {
        self.health.router()
    }

    /// The HTTP side for other processes: signed messages, and health. Only health when the process was not
    /// told to listen.
    pub fn internal_router(&self) -> Router {
        let Some((verifier, at_once)) = &self.internal else {
            return self.health_router();
        };
        let roles = [
            self.command.as_ref().map(CommandRole::router),
            self.query.as_ref().map(QueryRole::router),
        ];
        let roles = roles.into_iter().flatten();
        let messages = roles.fold(Router::new(), Router::merge);
        let clock = Arc::clone(&self.clock);
        let messages = guarded(messages, verifier.clone(), clock, *at_once);
        let (metrics, tracer) = (Arc::clone(&self.metrics), self.tracer.clone());
        noted(messages, metrics, tracer).merge(self.health_router())
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.stores.log
    }

    /// Accounts, sessions and tokens; none where nobody asks who somebody is.
    pub fn identity(&self) -> Option<&Identity> {
        self.stores.identity()
    }

    /// The views that are kept or read here; none while they are built.
    pub fn views(&self) -> Option<Views> {
        self.views.borrow().clone()
    }

    /// How far the views are that are kept here; none while they are built, and where they are not.
    pub fn status(&self) -> Option<StatusHandle> {
        self.keeping.borrow().clone()
    }

    /// Registers somebody without a request from outside, also when registration is closed.
    ///
    /// # Errors
    /// The address or the password is refused, or the person cannot be stored.
    pub async fn register(
        &self,
        email: &str,
        password: &str,
        name: &str,
    ) -> Result<Account, LocalError> {
        let people = self.people.as_ref().ok_or(LocalError::Elsewhere)?;
        people.register(email, password, name).await
    }

    /// A token for the person of this machine: whoever can open the data directory may act as them. Makes
    /// the person when there is none; they can sign in elsewhere once they set a password.
    ///
    /// # Errors
    /// As for [`Process::register`].
    pub async fn create_local_token(
        &self,
        email: &str,
        token_name: &str,
    ) -> Result<NewToken, LocalError> {
        let people = self.people.as_ref().ok_or(LocalError::Elsewhere)?;
        people.token(email, token_name).await
    }

    /// Forgets the idempotency keys that have lived long enough; how many. This happens every hour by
    /// itself where commands are carried out.
    ///
    /// # Errors
    /// The log cannot be read or written.
    pub async fn forget_keys(&self) -> Result<u64, WriteError> {
        self.forgetting.forget().await
    }

    /// Closes the live sockets, so that serving can end.
    pub fn close_sockets(&self) {
        if let Some(gateway) = &self.gateway {
            gateway.close_sockets();
        }
    }

    /// Finishes what is under way, and gives the stores back, open. Stop serving the routers first.
    pub async fn stop(self) -> Stores {
        if let Some(gateway) = &self.gateway {
            gateway.close_sockets();
            gateway.finish_work().await;
        }
        if let Some(query) = &self.query {
            query.shutdown().await;
        }
        if let Some(command) = &self.command {
            command.shutdown().await;
        }
        self.shutdown.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.stores
    }

    /// Finishes what is under way and closes everything. Stop serving the routers first.
    pub async fn shutdown(self) {
        self.stop().await.close().await;
    }
}

/// The keys that these roles sign and check with.
fn keys(options: &Options) -> Result<InternalKeys, KeyError> {
    let mut keys = InternalKeys::default();
    if let Some(directory) = &options.wire.keys {
        let sends = (options.has(Role::Gateway)
            && !(options.has(Role::Command) && options.has(Role::Query)))
            || (options.has(Role::Notifier) && !options.has(Role::Command));
        if sends {
            keys.signer = Some(Signer::open(directory)?);
        }
        if options.wire.listens {
            keys.verifier = Some(Verifier::open(directory)?);
        }
    }
    Ok(keys)
}

/// What brings the views their events; what publishes those that are given up begins to work.
fn feed(
    stores: &Stores,
    options: &Options,
    tasks: &TaskTracker,
    shutdown: &CancellationToken,
) -> Feed {
    let spans = options.spans.clone();
    let Some(kafka) = options.kafka.clone() else {
        return Feed {
            spans,
            ..Feed::default()
        };
    };
    let (log, cluster) = (stores.log.clone(), kafka.cluster.clone());
    let (letters, postman) = Letters::new(log, cluster, kafka.relay.format);
    tasks.spawn(postman.run(shutdown.clone()));
    Feed {
        bus: if kafka.consumes {
            Bus::Kafka(kafka.cluster)
        } else {
            Bus::Log
        },
        letters: Some(letters),
        spans,
    }
}

/// What publishes the log, where that is to be.
fn relay(stores: &Stores, options: &Options) -> Option<Relay> {
    let (ledger, kafka) = (stores.ledger.clone()?, options.kafka.clone()?);
    if !options.has(Role::Processor) {
        return None;
    }
    let (log, clock) = (stores.log.clone(), Arc::clone(&options.clock));
    let spans = options.spans.clone();
    let relay = Relay::new(log, kafka.cluster, ledger, clock, kafka.relay, spans);
    Some(relay)
}

fn command_role(stores: &Stores, options: &Options) -> CommandRole {
    let (clock, ids) = (Arc::clone(&options.clock), Arc::clone(&options.ids));
    CommandRole::new(stores.log.clone(), options.cache, clock, ids)
}

fn query_role(stores: &Stores, options: &Options, views: &LiveViews) -> QueryRole {
    let snapshots = Snapshots::new(options.data_dir.join("snapshots"), Limits::default());
    let (clock, cache) = (Arc::clone(&options.clock), options.redis.clone());
    QueryRole::new(stores.log.clone(), views.clone(), snapshots, cache, clock)
}

/// The roles that are here, and the way to those that are not.
struct Roles<'p> {
    command: Option<&'p CommandRole>,
    query: Option<&'p QueryRole>,
    signer: Option<&'p Signer>,
    options: &'p Options,
}

impl Roles<'_> {
    fn metrics(&self, stores: &Stores) -> Metrics {
        let mut metrics = Metrics::new(&stores.log.batches());
        if let Some(command) = self.command {
            metrics = metrics.with_conflicts(command.conflicts());
        }
        if self.options.has(Role::Processor) {
            metrics = metrics.with_kept_views();
        }
        let tells = [Role::Processor, Role::Query, Role::Gateway];
        if tells.into_iter().any(|role| self.options.has(role)) {
            metrics = metrics.with_views();
        }
        if self.options.has(Role::Gateway) {
            metrics = metrics.with_live();
        }
        if let Some(redis) = &self.options.redis {
            metrics = metrics.with_redis(redis);
        }
        if let Some(counts) = self.options.spans.counts() {
            metrics = metrics.with_spans(counts);
        }
        metrics
    }

    /// The processes that the gateway cannot do without.
    fn probes(&self) -> Vec<Probe> {
        let wire = &self.options.wire;
        let needed = [
            ("upstream.command", &wire.command, self.command.is_none()),
            ("upstream.query", &wire.query, self.query.is_none()),
        ];
        let needed = needed
            .into_iter()
            .filter(|(setting, _, elsewhere)| *elsewhere && self.sends_to(setting));
        needed
            .flat_map(|(setting, all, _)| Probe::each(setting, all))
            .collect()
    }

    fn gateway(
        &self,
        stores: &Stores,
        health: &Health,
        metrics: &Arc<Metrics>,
    ) -> Option<(Gateway, People)> {
        let identity = stores.identity.clone()?;
        if !self.options.has(Role::Gateway) {
            return None;
        }
        let wire = &self.options.wire;
        let command = self.commands()?;
        let here = self.query.map(QueryRole::upstream);
        let query = here.or_else(|| self.remote(&wire.query, query::PATH))?;
        let here = self.query.map(QueryRole::rebuild_upstream);
        let rebuild = here.or_else(|| self.remote(&wire.query, query::REBUILD_PATH))?;
        let people = People {
            identity: identity.clone(),
            command: command.clone(),
            ids: Arc::clone(&self.options.ids),
            looking: Mutex::default(),
        };
        let gateway = Gateway::new(gateway::Parts {
            identity,
            command,
            query,
            rebuild,
            log: stores.log.clone(),
            health: health.clone(),
            metrics: Arc::clone(metrics),
            clock: Arc::clone(&self.options.clock),
            ids: Arc::clone(&self.options.ids),
            tracer: Tracer::new(Arc::clone(&self.options.ids), self.options.spans.clone()),
            redis: self.options.redis.clone(),
            options: self.options.gateway.clone(),
        });
        Some((gateway, people))
    }

    /// The way to the command role.
    fn commands(&self) -> Option<Upstream<CommandRequest>> {
        let here = self.command.map(CommandRole::upstream);
        here.or_else(|| self.remote(&self.options.wire.command, command::PATH))
    }

    /// The way to a role in another process.
    fn remote<T>(&self, addresses: &[Address], path: &'static str) -> Option<Upstream<T>>
    where
        T: Asked + serde::Serialize + Send + Sync + 'static,
    {
        let (signer, clock) = (self.signer?.clone(), Arc::clone(&self.options.clock));
        Some(Upstream::http(addresses.to_vec(), path, signer, clock))
    }
}
