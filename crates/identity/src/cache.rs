//! Proofs that were checked a moment ago, and when they were last used.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use taskfold_contracts::time::Timestamp;
use tokio::sync::broadcast;

use crate::{Proof, Verified};

/// How long another process's revocation may go unnoticed when nobody tells it to this one; this process's own
/// acts at once.
const LIFETIME: Duration = Duration::from_secs(5);
const CAPACITY: u64 = 10_000;
/// Revocations that wait to be told to other processes.
const UNTOLD: usize = 1_024;

#[derive(Clone)]
struct Entry {
    verified: Arc<Verified>,
    expires_at: Option<Timestamp>,
}

pub(crate) struct Cache {
    checked: moka::sync::Cache<[u8; 32], Entry>,
    used: Mutex<BTreeMap<[u8; 32], Timestamp>>,
    /// Counts what was forgotten: a check that began before may have seen what is no more.
    forgotten: AtomicU64,
    revoked: broadcast::Sender<Proof>,
}

/// A check of a proof against the store, as of its beginning.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Check {
    forgotten: u64,
}

impl Cache {
    pub(crate) fn new() -> Self {
        let checked = moka::sync::Cache::builder()
            .max_capacity(CAPACITY)
            .time_to_live(LIFETIME)
            .build();
        Self {
            checked,
            used: Mutex::default(),
            forgotten: AtomicU64::new(0),
            revoked: broadcast::Sender::new(UNTOLD),
        }
    }

    pub(crate) fn get(&self, hash: &[u8; 32], now: Timestamp) -> Option<Arc<Verified>> {
        let entry = self.checked.get(hash)?;
        (entry.expires_at.is_none_or(|end| now < end)).then_some(entry.verified)
    }

    /// To be called before the store is asked.
    pub(crate) fn begin(&self) -> Check {
        Check {
            forgotten: self.forgotten.load(Ordering::SeqCst),
        }
    }

    /// Remembers a proof that was checked against the store, which is also a use of it. When something was
    /// revoked meanwhile, which may be this very proof, it is not remembered.
    pub(crate) fn put(
        &self,
        check: Check,
        hash: [u8; 32],
        verified: Arc<Verified>,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) {
        self.used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(hash, now);
        let entry = Entry {
            verified,
            expires_at,
        };
        self.checked.insert(hash, entry);
        // Looked at last: whoever forgets counts first, so that one of the two removes it.
        if self.begin().forgotten != check.forgotten {
            self.checked.invalidate(&hash);
        }
    }

    /// Forgets a proof that this process revoked, and tells whoever listens.
    pub(crate) fn revoke(&self, proof: Proof) {
        self.forget(&proof);
        // Nobody listens where there is one process.
        let _ = self.revoked.send(proof);
    }

    pub(crate) fn revoked(&self) -> broadcast::Receiver<Proof> {
        self.revoked.subscribe()
    }

    pub(crate) fn forget(&self, proof: &Proof) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        let keys = self
            .checked
            .iter()
            .filter(|(_, entry)| entry.verified.proof == *proof);
        let keys: Vec<_> = keys.map(|(hash, _)| *hash).collect();
        for key in keys {
            self.checked.invalidate(&key);
        }
    }

    pub(crate) fn forget_all(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.checked.invalidate_all();
    }

    /// Uses since the last call.
    pub(crate) fn take_used(&self) -> Vec<([u8; 32], Timestamp)> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *used).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use taskfold_contracts::ids::{IdSource, SessionId, SystemIds, UserId, WorkspaceId};

    use super::*;
    use crate::Scopes;

    fn verified(session: SessionId) -> Arc<Verified> {
        Arc::new(Verified {
            user_id: UserId(SystemIds.next()),
            personal_workspace: WorkspaceId(SystemIds.next()),
            is_admin: false,
            proof: Proof::Session(session),
            scopes: Scopes::ALL,
            only_workspace: None,
        })
    }

    #[test]
    fn a_check_that_a_revocation_overtook_is_not_remembered() {
        let (cache, now) = (Cache::new(), Timestamp::from_millis(0));
        let session = SessionId(SystemIds.next());
        let early = cache.begin();
        cache.revoke(Proof::Session(session));
        cache.put(early, [1; 32], verified(session), None, now);
        assert!(cache.get(&[1; 32], now).is_none());
        cache.put(cache.begin(), [1; 32], verified(session), None, now);
        assert!(cache.get(&[1; 32], now).is_some());
        let other = SessionId(SystemIds.next());
        cache.put(cache.begin(), [2; 32], verified(other), None, now);
        cache.forget(&Proof::Session(session));
        assert!(cache.get(&[1; 32], now).is_none() && cache.get(&[2; 32], now).is_some());
        cache.forget_all();
        assert!(cache.get(&[2; 32], now).is_none());
    }
}
