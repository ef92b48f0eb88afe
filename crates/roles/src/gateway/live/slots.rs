//! How many sockets there are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus_client::metrics::gauge::Gauge;
use taskfold_contracts::ids::UserId;

/// Places for sockets.
pub(super) struct Slots {
    total: usize,
    per_user: usize,
    taken: Mutex<Taken>,
    open: Gauge,
}

#[derive(Default)]
struct Taken {
    total: usize,
    of: BTreeMap<UserId, usize>,
}

/// A place; free again when dropped.
pub(super) struct Slot {
    slots: Arc<Slots>,
    user: UserId,
}

impl Slots {
    /// `open` tells how many are taken.
    pub(super) fn new(total: usize, per_user: usize, open: Gauge) -> Self {
        Self {
            total,
            per_user,
            taken: Mutex::default(),
            open,
        }
    }

    /// A place for a socket of this person, if one is free.
    pub(super) fn take(self: &Arc<Self>, user: UserId) -> Option<Slot> {
        let mut taken = self.lock();
        let own = taken.of.get(&user).copied().unwrap_or(0);
        if taken.total >= self.total || own >= self.per_user {
            return None;
        }
        taken.total += 1;
        taken.of.insert(user, own + 1);
        drop(taken);
        self.open.inc();
        Some(Slot {
            slots: Arc::clone(self),
            user,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.lock();
        taken.total = taken.total.saturating_sub(1);
        let left = taken.of.get(&self.user).map_or(0, |own| own - 1);
        if left == 0 {
            taken.of.remove(&self.user);
        } else {
            taken.of.insert(self.user, left);
        }
        self.slots.open.dec();
    }
}
