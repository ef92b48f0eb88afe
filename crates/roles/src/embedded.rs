//! All roles in one process, on SQLite.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use taskfold_bus::StatusHandle;
use taskfold_contracts::commands::{RegisterUser, UserCommand};
use taskfold_contracts::ids::{CorrelationId, IdSource, SystemIds, UserId, WorkspaceId};
use taskfold_contracts::time::{Clock, SystemClock, Timestamp};
use taskfold_identity::{Account, Identity, NewToken, Scope, Scopes, TokenRequest};
use taskfold_log::Log;
use taskfold_views::Views;
use taskfold_views::as_of::{Limits, Snapshots};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::command::{self, CommandRequest, CommandRole, Work, WriteReply};
use crate::gateway::{self, Gateway};
use crate::principal::Principal;
use crate::problem::Problem;
use crate::processor::Keeper;
use crate::query::QueryRole;

/// How often what time has made useless is let go.
const SWEEP: Duration = Duration::from_secs(30);
/// How often idempotency keys are looked through for old ones.
const FORGET: Duration = Duration::from_hours(1);
/// Whoever tries again within a day is answered as the first time.
const KEYS_LIVE_AT_LEAST: Duration = Duration::from_hours(24);

/// What to start with.
pub struct EmbeddedOptions {
    /// Holds `log.db`, `views.db` and `identity.db`; it must exist.
    pub data_dir: PathBuf,
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
    /// How long a retry finds the answer of the first try by its `Idempotency-Key`; a day at least.
    pub keys_live: Duration,
}

impl EmbeddedOptions {
    /// Defaults, in a directory.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            gateway: gateway::Options::default(),
            log: taskfold_log::Options::default(),
            identity: taskfold_identity::Options::default(),
            cache: command::CacheLimits::default(),
            keys_live: Duration::from_hours(7 * 24),
        }
    }
}

/// Why it did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The log cannot be opened.
    #[error(transparent)]
    Log(#[from] taskfold_log::OpenError),
    /// The identity file cannot be opened.
    #[error(transparent)]
    Identity(#[from] taskfold_identity::OpenError),
    /// The files were not opened to the end.
    #[error("opening the files was interrupted: {0}")]
    Interrupted(String),
    /// The views cannot be opened, and building them anew would not help.
    #[error(transparent)]
    Views(#[from] taskfold_views::OpenError),
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The credentials cannot be stored.
    #[error(transparent)]
    Identity(#[from] taskfold_identity::Error),
    /// They are refused.
    #[error(transparent)]
    Register(#[from] taskfold_identity::RegisterError),
    /// The person cannot be stored.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// There is no randomness.
    #[error("the system gives no randomness: {0}")]
    Randomness(String),
}

/// All roles, running.
pub struct Embedded {
    log: Log,
    identity: Identity,
    command: CommandRole,
    gateway: Gateway,
    views: watch::Receiver<Option<Views>>,
    status: watch::Receiver<Option<StatusHandle>>,
    ids: Arc<dyn IdSource>,
    keys: Keys,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

impl Embedded {
    /// Starts all roles. Takes as long on a large log as on an empty one: views that are not there, or of
    /// another version, are built in the background while reads answer 503.
    pub async fn start(options: EmbeddedOptions) -> Result<Self, StartError> {
        let EmbeddedOptions {
            data_dir,
            clock,
            ids,
            gateway,
            log,
            identity,
            cache,
            keys_live,
        } = options;
        let (log, identity) = {
            let (dir, clock, ids) = (data_dir.clone(), Arc::clone(&clock), Arc::clone(&ids));
            let opening = tokio::task::spawn_blocking(move || {
                let log = Log::open(&dir.join("log.db"), log, Arc::clone(&clock))?;
                let identity = Identity::open(&dir.join("identity.db"), identity, clock, ids)?;
                Ok::<_, StartError>((log, identity))
            });
            let opened = opening.await;
            opened.map_err(|error| StartError::Interrupted(error.to_string()))??
        };
        let command = CommandRole::new(log.clone(), cache, Arc::clone(&clock), Arc::clone(&ids));
        let (views_out, views) = watch::channel(None);
        let (status_out, status) = watch::channel(None);
        let snapshots = Snapshots::new(data_dir.join("snapshots"), Limits::default());
        let query = QueryRole::new(log.clone(), views.clone(), snapshots, Arc::clone(&clock));
        let gateway = Gateway::new(gateway::Parts {
            identity: identity.clone(),
            command: command.upstream(),
            query: query.upstream(),
            log: log.clone(),
            views: views.clone(),
            status: status.clone(),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
            conflicts: command.conflicts(),
            options: gateway,
        });
        let (tasks, shutdown) = (TaskTracker::new(), CancellationToken::new());
        let keys = Keys {
            log: log.clone(),
            clock: Arc::clone(&clock),
            live: keys_live.max(KEYS_LIVE_AT_LEAST),
        };
        let keeper = Keeper {
            log: log.clone(),
            clock,
            views: views_out,
            status: status_out,
        };
        let opened = keeper.open(&data_dir.join("views.db"))?;
        tasks.spawn(keeper.run(opened, shutdown.clone()));
        tasks.spawn(keys.clone().run(shutdown.clone()));
        tasks.spawn(sweep(gateway.clone(), identity.clone(), shutdown.clone()));
        Ok(Self {
            log,
            identity,
            command,
            gateway,
            views,
            status,
            ids,
            keys,
            tasks,
            shutdown,
        })
    }

    /// The HTTP side of it all. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`.
    pub fn router(&self) -> Router {
        self.gateway.router()
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Accounts, sessions and tokens.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The views; none while they are built.
    pub fn views(&self) -> Option<Views> {
        self.views.borrow().clone()
    }

    /// How far the views are; none while they are built.
    pub fn status(&self) -> Option<StatusHandle> {
        self.status.borrow().clone()
    }

    /// Registers somebody without a request from outside, also when registration is closed.
    pub async fn register(
        &self,
        email: &str,
        password: &str,
        name: &str,
    ) -> Result<Account, LocalError> {
        let (user, workspace) = (UserId(self.ids.next()), WorkspaceId(self.ids.next()));
        let account = self
            .identity
            .register(email, password, user, workspace)
            .await?;
        let work = Work::User(UserCommand::Register(RegisterUser {
            user_id: account.user_id,
            workspace_id: account.personal_workspace,
            email: account.email.clone(),
            display_name: name.to_owned(),
            time_zone: "UTC".to_owned(),
            locale: "en".to_owned(),
            is_admin: account.is_admin,
        }));
        if let Err(problem) = self.execute(&account, work).await {
            self.identity.withdraw(account.user_id).await?;
            return Err(problem.into());
        }
        self.identity.confirm(account.user_id).await?;
        Ok(account)
    }

    /// A token for the person of this machine: whoever can open the data directory may act as them. Makes
    /// the person when there is none; they can sign in elsewhere once they set a password.
    pub async fn create_local_token(
        &self,
        email: &str,
        token_name: &str,
    ) -> Result<NewToken, LocalError> {
        let known = self.identity.account_by_email(email).await?;
        let account = if let Some(account) = known.filter(|found| found.confirmed) {
            account
        } else {
            let password = taskfold_identity::random_secret();
            let password = password.map_err(|error| LocalError::Randomness(error.to_string()))?;
            let name = email.split('@').next().unwrap_or(email);
            self.register(email, &password, name).await?
        };
        let request = TokenRequest {
            user_id: account.user_id,
            name: token_name.to_owned(),
            scopes: Scopes::of(&[Scope::Read, Scope::Write, Scope::Admin]),
            workspace_id: None,
            expires_at: None,
        };
        Ok(self.identity.create_token(request).await?)
    }

    async fn execute(&self, account: &Account, work: Work) -> Result<WriteReply, Problem> {
        let request = CommandRequest {
            principal: Principal {
                user_id: account.user_id,
                agent: false,
            },
            workspace_id: account.personal_workspace,
            work,
            if_match: None,
            idempotency_key: None,
            correlation_id: CorrelationId(self.ids.next()),
            zone: None,
        };
        self.command.execute(request).await
    }

    /// Finishes what is under way and closes the files. Stop serving the router first.
    pub async fn shutdown(self) {
        self.gateway.close_sockets();
        self.gateway.finish_work().await;
        self.command.shutdown().await;
        self.shutdown.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        if let Err(error) = self.identity.flush_last_used().await {
            tracing::warn!(%error, "uses of tokens and sessions are lost");
        }
        self.log.shutdown().await;
    }

    /// Forgets the idempotency keys that have lived long enough; how many. This happens every hour by
    /// itself.
    ///
    /// # Errors
    /// The log cannot be read or written.
    pub async fn forget_keys(&self) -> Result<u64, taskfold_log::WriteError> {
        self.keys.forget().await
    }

    /// Closes the live sockets, so that serving can end.
    pub fn close_sockets(&self) {
        self.gateway.close_sockets();
    }
}

async fn sweep(gateway: Gateway, identity: Identity, shutdown: CancellationToken) {
    let mut ticks = tokio::time::interval(SWEEP);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        gateway.sweep();
        if let Err(error) = identity.flush_last_used().await {
            tracing::warn!(%error, "uses of tokens and sessions cannot be stored now");
        }
    }
}

/// Lets idempotency keys go when nobody tries again any more.
#[derive(Clone)]
struct Keys {
    log: Log,
    clock: Arc<dyn Clock>,
    live: Duration,
}

impl Keys {
    async fn forget(&self) -> Result<u64, taskfold_log::WriteError> {
        let live = i64::try_from(self.live.as_millis()).unwrap_or(i64::MAX);
        let before = self.clock.now().as_millis().saturating_sub(live);
        self.log.forget_keys(Timestamp::from_millis(before)).await
    }

    async fn run(self, shutdown: CancellationToken) {
        // Not at once: a start has better things to do.
        let first = tokio::time::Instant::now() + SWEEP;
        let mut ticks = tokio::time::interval_at(first, FORGET);
        while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
            match self.forget().await {
                Ok(0) => {}
                Ok(keys) => tracing::debug!(keys, "old idempotency keys are forgotten"),
                Err(error) => {
                    tracing::warn!(%error, "old idempotency keys cannot be forgotten now");
                }
            }
        }
    }
}
