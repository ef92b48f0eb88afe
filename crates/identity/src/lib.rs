//! Who is asking: local accounts, browser sessions and API tokens, in tables of their own.
//! Credentials are never in the log; people are: an account is the credentials of a `user` stream.

mod accounts;
mod cache;
mod error;
mod migrate;
mod password;
mod secret;
mod sessions;
mod store;
mod throttle;
mod tokens;
mod transfer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use taskfold_contracts::ids::{IdSource, SessionId, TokenId, UserId, WorkspaceId};
use taskfold_contracts::time::Clock;
use taskfold_sql::{Connection, Server};
use tokio::sync::broadcast;

pub use accounts::{Account, normalise_email};
pub use error::{Error, OpenError, RegisterError, SignInError, Weakness};
pub use secret::{
    TOKEN_PREFIX, derived as derived_secret, hash as secret_hash, random as random_secret,
    token_is_well_formed,
};
pub use sessions::{NewSession, Session};
pub use throttle::FAILURES_COUNT_FOR;
pub use tokens::{NewToken, Scope, Scopes, Token, TokenRequest};
pub use transfer::{Contents, Place, TransferError};

use cache::Cache;
use password::Passwords;
use store::{MIGRATIONS, Store};
use throttle::Throttle;

/// Bounds, with sound defaults.
#[derive(Debug, Clone)]
pub struct Options {
    /// A session ends this long after the sign-in.
    pub session_lifetime: Duration,
    /// A session ends when it was not used for this long.
    pub session_idle: Duration,
    /// Password hashes computed at the same time; each takes 19 MiB and about 20 ms of a core.
    pub password_threads: usize,
    /// Failed sign-ins of one account from one address before it has to wait.
    pub free_attempts: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            session_lifetime: Duration::from_hours(90 * 24),
            session_idle: Duration::from_hours(30 * 24),
            password_threads: 2,
            free_attempts: 5,
        }
    }
}

/// Accounts, sessions and tokens. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    passwords: Passwords,
    throttle: Throttle,
    cache: Cache,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    options: Options,
}

/// How somebody proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A browser's cookie.
    Session(SessionId),
    /// A bearer token.
    Token(TokenId),
}

/// Somebody whose proof was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who.
    pub user_id: UserId,
    /// The workspace of their own.
    pub personal_workspace: WorkspaceId,
    /// Whether this person administers the installation.
    pub is_admin: bool,
    /// By what.
    pub proof: Proof,
    /// What the proof allows; a session allows all.
    pub scopes: Scopes,
    /// The only workspace that the proof is good for, when it is restricted.
    pub only_workspace: Option<WorkspaceId>,
}

impl Identity {
    /// Opens the file, or makes an empty one.
    pub fn open(
        path: &Path,
        options: Options,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Result<Self, OpenError> {
        Ok(Self::over(Store::file(path)?, options, clock, ids))
    }

    /// Uses the accounts on a PostgreSQL server, which many processes share. They must have been
    /// [migrated](Self::migrate). Blocks.
    pub fn connect(
        server: &Server,
        options: Options,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Result<Self, OpenError> {
        Ok(Self::over(Store::server(server)?, options, clock, ids))
    }

    /// Brings the tables on a PostgreSQL server to this version; the number of steps made. The login needs
    /// the right to make schemas. Blocks.
    pub fn migrate(server: &Server) -> Result<usize, OpenError> {
        Ok(MIGRATIONS.apply(&mut Connection::postgres(server)?)?)
    }

    fn over(store: Store, options: Options, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        let inner = Inner {
            store,
            passwords: Passwords::new(options.password_threads),
            throttle: Throttle::new(options.free_attempts),
            cache: Cache::new(),
            clock,
            ids,
            options,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// How long an account has to wait for its next sign-in from an address from where so many have failed, each
    /// no more than [`FAILURES_COUNT_FOR`] after the one before; none when it may try at once.
    pub fn wait_after(&self, failures: u32) -> Option<Duration> {
        self.inner.throttle.after(failures)
    }

    /// The proofs that this process revokes from now on, for other processes, which would notice within 5 s. Some
    /// are left out when whoever listens does not keep up.
    pub fn revoked(&self) -> broadcast::Receiver<Proof> {
        self.inner.cache.revoked()
    }

    /// Another process revoked this proof: it is checked against the store when it is shown again.
    pub fn forget(&self, proof: &Proof) {
        self.inner.cache.forget(proof);
    }

    /// Other processes may have revoked any proof: all are checked against the store when they are shown again.
    pub fn forget_all(&self) {
        self.inner.cache.forget_all();
    }

    /// Writes a consistent copy of the file to `target`, which must not exist, while it is in use.
    pub async fn backup_to(&self, target: &Path) -> Result<(), Error> {
        let target = target.to_owned();
        self.inner
            .store
            .run(move |connection| store::copy(connection, &target))
            .await
    }

    /// Writes when sessions and tokens were last used. Call it now and then, and before the end.
    pub async fn flush_last_used(&self) -> Result<(), Error> {
        let used = self.inner.cache.take_used();
        if used.is_empty() {
            return Ok(());
        }
        self.inner
            .store
            .run(move |connection| store::write_last_used(connection, &used))
            .await
    }
}
