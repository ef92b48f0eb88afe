//! What a process does by itself, now and then.

use std::sync::Arc;
use std::time::Duration;

use taskfold_contracts::time::{Clock, Timestamp};
use taskfold_identity::Identity;
use taskfold_log::{Log, WriteError};
use tokio::time::{Instant, interval, interval_at};
use tokio_util::sync::CancellationToken;

use crate::gateway::Gateway;
use crate::internal::{KeyError, Signer, Verifier};

/// How often what time has made useless is let go, and changed keys are taken up.
const OFTEN: Duration = Duration::from_secs(30);
/// How often idempotency keys are looked through for old ones.
const FORGET: Duration = Duration::from_hours(1);
/// Whoever tries again within a day is answered as the first time.
const KEYS_LIVE_AT_LEAST: Duration = Duration::from_hours(24);

/// Looks after the gateway.
pub(super) async fn sweep(gateway: Gateway, identity: Identity, shutdown: CancellationToken) {
    let mut ticks = interval(OFTEN);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        gateway.sweep();
        if let Err(error) = identity.flush_last_used().await {
            tracing::warn!(%error, "uses of tokens and sessions cannot be stored now");
        }
    }
}

/// The keys of internal messages.
#[derive(Clone, Default)]
pub(super) struct InternalKeys {
    pub(super) signer: Option<Signer>,
    pub(super) verifier: Option<Verifier>,
}

impl InternalKeys {
    /// Takes up keys that were changed.
    pub(super) async fn run(self, shutdown: CancellationToken) {
        if self.signer.is_none() && self.verifier.is_none() {
            return;
        }
        let mut ticks = interval_at(Instant::now() + OFTEN, OFTEN);
        while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
            let own = self.clone();
            let reloaded = tokio::task::spawn_blocking(move || own.reload()).await;
            let reloaded = reloaded.map_err(|error| error.to_string());
            if let Err(error) = reloaded.and_then(|done| done.map_err(|error| error.to_string())) {
                tracing::error!(error, "changed keys cannot be taken up; the old ones stay");
            }
        }
    }

    fn reload(&self) -> Result<(), KeyError> {
        if let Some(signer) = &self.signer {
            signer.reload()?;
        }
        self.verifier.as_ref().map_or(Ok(()), Verifier::reload)
    }
}

/// Lets idempotency keys go when nobody tries again any more.
#[derive(Clone)]
pub(super) struct Forgetting {
    log: Log,
    clock: Arc<dyn Clock>,
    live: Duration,
}

impl Forgetting {
    pub(super) fn new(log: Log, clock: Arc<dyn Clock>, live: Duration) -> Self {
        let live = live.max(KEYS_LIVE_AT_LEAST);
        Self { log, clock, live }
    }

    pub(super) async fn forget(&self) -> Result<u64, WriteError> {
        let live = i64::try_from(self.live.as_millis()).unwrap_or(i64::MAX);
        let before = self.clock.now().as_millis().saturating_sub(live);
        self.log.forget_keys(Timestamp::from_millis(before)).await
    }

    pub(super) async fn run(self, shutdown: CancellationToken) {
        // Not at once: a start has better things to do.
        let mut ticks = interval_at(Instant::now() + OFTEN, FORGET);
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
