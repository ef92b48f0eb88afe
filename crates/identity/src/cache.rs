//! Proofs that were checked a moment ago, and when they were last used.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use taskfold_contracts::time::Timestamp;

use crate::{Proof, Verified};

/// How long another process's revocation may go unnoticed; this process's own acts at once.
const LIFETIME: Duration = Duration::from_secs(5);
const CAPACITY: u64 = 10_000;

#[derive(Clone)]
struct Entry {
    verified: Arc<Verified>,
    expires_at: Option<Timestamp>,
}

pub(crate) struct Cache {
    checked: moka::sync::Cache<[u8; 32], Entry>,
    used: Mutex<BTreeMap<[u8; 32], Timestamp>>,
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
        }
    }

    pub(crate) fn get(&self, hash: &[u8; 32], now: Timestamp) -> Option<Arc<Verified>> {
        let entry = self.checked.get(hash)?;
        (entry.expires_at.is_none_or(|end| now < end)).then_some(entry.verified)
    }

    /// Remembers a proof that was checked against the store, which is also a use of it.
    pub(crate) fn put(
        &self,
        hash: [u8; 32],
        verified: Arc<Verified>,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) {
        self.used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(hash, now);
        self.checked.insert(
            hash,
            Entry {
                verified,
                expires_at,
            },
        );
    }

    pub(crate) fn forget(&self, proof: &Proof) {
        let keys = self
            .checked
            .iter()
            .filter(|(_, entry)| entry.verified.proof == *proof);
        let keys: Vec<_> = keys.map(|(hash, _)| *hash).collect();
        for key in keys {
            self.checked.invalidate(&key);
        }
    }

    /// Uses since the last call.
    pub(crate) fn take_used(&self) -> Vec<([u8; 32], Timestamp)> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *used).into_iter().collect()
    }
}
