//! What the server acknowledged, and what is thus owed.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// The state that the last acknowledged command left a task in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owed {
    pub(crate) title: String,
    pub(crate) completed: bool,
    pub(crate) deleted: bool,
    pub(crate) version: u64,
    /// Position of the last acknowledged change.
    pub(crate) position: String,
}

/// All acknowledged work, by task id and by change id.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    tasks: BTreeMap<String, Owed>,
    changes: BTreeMap<String, String>,
    violations: Vec<String>,
    acknowledged: u64,
    replayed: u64,
}

impl Ledger {
    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Notes an acknowledgement. A change id that was acknowledged before, for other work, is a violation.
    pub(crate) fn acknowledge(&self, task: &str, change: &str, owed: Owed) {
        let mut inner = self.lock();
        inner.acknowledged += 1;
        if let Some(other) = inner
            .changes
            .insert(change.to_owned(), owed.position.clone())
        {
            let found = format!(
                "change {change} was acknowledged twice, at {other} and {}",
                owed.position
            );
            inner.violations.push(found);
        }
        inner.tasks.insert(task.to_owned(), owed);
    }

    /// Notes that a retry after a crash was needed.
    pub(crate) fn retried(&self) {
        self.lock().replayed += 1;
    }

    /// Notes a broken guarantee.
    pub(crate) fn violation(&self, what: String) {
        self.lock().violations.push(what);
    }

    /// Everything that is owed.
    pub(crate) fn tasks(&self) -> BTreeMap<String, Owed> {
        self.lock().tasks.clone()
    }

    /// Acknowledged changes and their positions.
    pub(crate) fn changes(&self) -> BTreeMap<String, String> {
        self.lock().changes.clone()
    }

    /// Acknowledged commands, retried commands, violations.
    pub(crate) fn summary(&self) -> (u64, u64, Vec<String>) {
        let inner = self.lock();
        (inner.acknowledged, inner.replayed, inner.violations.clone())
    }
}
