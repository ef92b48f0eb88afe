//! What the server acknowledged, and what is thus owed.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// The state that the last acknowledged command left a task in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Title.
    pub title: String,
    /// Whether it is completed.
    pub completed: bool,
    /// Whether it is in the trash.
    pub deleted: bool,
    /// Version of its stream.
    pub version: u64,
    /// Position of the last acknowledged change.
    pub position: String,
}

/// All acknowledged work, by task id and by change id.
#[derive(Debug, Default)]
pub struct Ledger {
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
    pub fn acknowledge(&self, task: &str, change: &str, owed: Owed) {
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
    pub fn retried(&self) {
        self.lock().replayed += 1;
    }

    /// Notes a broken guarantee.
    pub fn violation(&self, what: String) {
        self.lock().violations.push(what);
    }

    /// Everything that is owed.
    pub fn tasks(&self) -> BTreeMap<String, Owed> {
        self.lock().tasks.clone()
    }

    /// Acknowledged changes and their positions.
    pub fn changes(&self) -> BTreeMap<String, String> {
        self.lock().changes.clone()
    }

    /// Before the first position of the partition that this work is in; none until something is acknowledged.
    pub fn beginning(&self) -> Option<String> {
        let inner = self.lock();
        let (partition, _) = inner.changes.values().next()?.split_once(':')?;
        Some(format!("{partition}:0"))
    }

    /// Number of the last acknowledged position.
    pub fn last(&self) -> u64 {
        let inner = self.lock();
        let numbers = inner.changes.values().filter_map(|at| number(at));
        numbers.max().unwrap_or(0)
    }

    /// Acknowledged commands, retried commands, violations.
    pub fn summary(&self) -> (u64, u64, Vec<String>) {
        let inner = self.lock();
        (inner.acknowledged, inner.replayed, inner.violations.clone())
    }
}

/// The number of a position `partition:number`.
pub fn number(position: &str) -> Option<u64> {
    position.split_once(':')?.1.parse().ok()
}
