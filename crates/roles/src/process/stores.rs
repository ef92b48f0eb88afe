//! What the roles stand on: the log, and the accounts.

use std::fs::{File, TryLockError};
use std::sync::Arc;

use taskfold_bus::Ledger;
use taskfold_identity::Identity;
use taskfold_log::Log;

use super::options::{Options, Servers, Store};
use super::roles::Role;
use super::{Lack, StartError};

/// Log and accounts, opened. Cheap to clone: all clones are the same.
#[derive(Clone)]
pub struct Stores {
    pub(super) log: Log,
    /// Where nobody asks who somebody is there are none.
    pub(super) identity: Option<Identity>,
    /// Who works on which partition; none where nobody shares work.
    pub(super) ledger: Option<Ledger>,
    /// Databases that the log is in.
    pub(super) shards: u32,
    /// Whether this process appends.
    pub(super) appends: bool,
    /// Held as long as the process uses the directory; a log in a file has a lock of its own.
    _directory: Option<Arc<File>>,
}

impl Stores {
    /// Opens what the roles need.
    ///
    /// # Errors
    /// It cannot be opened, is not migrated, or belongs to another process.
    pub async fn open(options: &Options) -> Result<Self, StartError> {
        match &options.store {
            Store::Files if !options.is_whole() => Err(Lack::Files.into()),
            Store::Files => Self::files(options).await,
            Store::Servers(servers) => Self::servers(options, servers).await,
        }
    }

    async fn files(options: &Options) -> Result<Self, StartError> {
        let (dir, clock, ids) = (
            options.data_dir.clone(),
            Arc::clone(&options.clock),
            Arc::clone(&options.ids),
        );
        let (log, identity) = (options.log.clone(), options.identity.clone());
        let publishes = options.kafka.is_some();
        blocking(move || {
            let log = Log::open(&dir.join("log.db"), log, Arc::clone(&clock))?;
            let identity = Identity::open(&dir.join("identity.db"), identity, clock, ids)?;
            let ledger = publishes.then(|| Ledger::file(&dir.join("bus.db")));
            Ok(Self {
                log,
                identity: Some(identity),
                ledger: ledger.transpose()?,
                shards: 1,
                appends: true,
                _directory: None,
            })
        })
        .await
    }

    async fn servers(options: &Options, servers: &Servers) -> Result<Self, StartError> {
        let directory = lock(options)?;
        let appends = options.has(Role::Command);
        let (postgres, log) = (servers.log.clone(), options.log.clone());
        let shards = u32::try_from(postgres.urls.len()).unwrap_or(u32::MAX);
        let log = if appends {
            Log::connect(postgres, log, Arc::clone(&options.clock)).await?
        } else {
            Log::connect_read_only(postgres, log).await?
        };
        let identity = if options.has(Role::Gateway) {
            let (server, clock, ids) = (
                servers.identity.clone(),
                Arc::clone(&options.clock),
                Arc::clone(&options.ids),
            );
            let identity = options.identity.clone();
            let connecting =
                blocking(move || Ok(Identity::connect(&server, identity, clock, ids)?)).await;
            match connecting {
                Ok(identity) => Some(identity),
                Err(error) => {
                    log.shutdown().await;
                    return Err(error);
                }
            }
        } else {
            None
        };
        let ledger = if options.has(Role::Processor) {
            let server = servers.bus.clone();
            match blocking(move || Ok(Ledger::server(&server)?)).await {
                Ok(ledger) => Some(ledger),
                Err(error) => {
                    log.shutdown().await;
                    return Err(error);
                }
            }
        } else {
            None
        };
        Ok(Self {
            log,
            identity,
            ledger,
            shards,
            appends,
            _directory: Some(Arc::new(directory)),
        })
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Accounts, sessions and tokens; none where nobody asks who somebody is.
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// Finishes what is queued and closes everything.
    pub async fn close(self) {
        if let Some(identity) = &self.identity
            && let Err(error) = identity.flush_last_used().await
        {
            tracing::warn!(%error, "uses of tokens and sessions are lost");
        }
        self.log.shutdown().await;
    }
}

/// One process, one directory: two would write the same views.
fn lock(options: &Options) -> Result<File, StartError> {
    let path = options.data_dir.join("lock");
    let unusable = |error: &dyn std::fmt::Display| StartError::Directory {
        path: path.clone(),
        error: error.to_string(),
    };
    let file = taskfold_sql::private(&mut File::options())
        .create(true)
        .append(true)
        .open(&path)
        .map_err(|error| unusable(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse(options.data_dir.clone())),
        Err(TryLockError::Error(error)) => Err(unusable(&error)),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StartError> + Send + 'static,
) -> Result<T, StartError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| StartError::Interrupted(error.to_string()))?
}
