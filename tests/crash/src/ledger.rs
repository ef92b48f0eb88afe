//! What the server acknowledged, and what is thus owed.

use std::collections::{BTreeMap, BTreeSet};
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
    reminders: BTreeSet<String>,
    /// The last number that is known to be in the log without being acknowledged.
    reached: u64,
    violations: Vec<String>,
    acknowledged: u64,
    replayed: u64,
}

impl Inner {
    fn acknowledge(&mut self, change: &str, position: &str) {
        self.acknowledged += 1;
        let known = self.changes.insert(change.to_owned(), position.to_owned());
        if let Some(other) = known {
            let found =
                format!("change {change} was acknowledged twice, at {other} and {position}");
            self.violations.push(found);
        }
    }
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
        inner.acknowledge(change, &owed.position);
        inner.tasks.insert(task.to_owned(), owed);
    }

    /// Notes the acknowledgement of a task with a reminder, which nobody touches again. `owed`: that it fires.
    pub fn acknowledge_reminder(&self, task: &str, change: &str, position: &str, owed: bool) {
        let mut inner = self.lock();
        inner.acknowledge(change, position);
        if owed {
            inner.reminders.insert(task.to_owned());
        }
    }

    /// Notes that the log has this number, of something that was not asked for by a command here.
    pub fn reach(&self, number: u64) {
        let mut inner = self.lock();
        inner.reached = inner.reached.max(number);
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

    /// Tasks whose reminder is to fire.
    pub fn reminders(&self) -> BTreeSet<String> {
        self.lock().reminders.clone()
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

    /// Number of the last position that is known.
    pub fn last(&self) -> u64 {
        let inner = self.lock();
        let numbers = inner.changes.values().filter_map(|at| number(at));
        numbers.max().unwrap_or(0).max(inner.reached)
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
