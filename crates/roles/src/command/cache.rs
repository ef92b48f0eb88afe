//! Folded workspaces, kept while there is room.

use std::sync::Arc;

use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::Position;
use taskfold_domain::Workspace;
use taskfold_log::Log;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::snapshots::Snapshots;
use super::tail::Tail;

use crate::problem::Problem;

/// Rows read from the log at once.
const PAGE: usize = 2_000;

/// New rows that are looked at one by one: they are in the log's memory.
const FEW: u64 = 256;

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Tasks of all workspaces together. One workspace counts as at most half of them, so that the largest
    /// one is kept as well: it is the one that costs most to fold again.
    pub tasks: u64,
    /// Events of a workspace after which its state is kept in the log's snapshots, so that the next start
    /// need not fold them again.
    pub snapshot_every: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tasks: 200_000,
            snapshot_every: 20_000,
        }
    }
}

/// Folded workspaces, the least recently used ones dropped first.
pub(crate) struct Workspaces {
    log: Log,
    kept: moka::sync::Cache<WorkspaceId, Arc<Entry>>,
    heaviest: u32,
    tails: Vec<Mutex<Tail>>,
    snapshots: Snapshots,
}

struct Entry {
    folded: Arc<Mutex<Folded>>,
    weight: std::sync::atomic::AtomicU32,
}

/// A workspace as of a position.
pub(crate) struct Folded {
    pub(crate) workspace: Workspace,
    pub(crate) upto: Position,
    /// Whether what an earlier process left unswept was looked for.
    pub(crate) is_swept: bool,
    /// Events that were applied since the last snapshot.
    unkept: u64,
}

impl Workspaces {
    pub(crate) fn new(log: Log, limits: Limits) -> Self {
        let kept = moka::sync::Cache::builder()
            .max_capacity(limits.tasks)
            .eviction_policy(moka::policy::EvictionPolicy::lru())
            .weigher(|_, entry: &Arc<Entry>| {
                entry.weight.load(std::sync::atomic::Ordering::Relaxed)
            })
            .build();
        let tails = (0..log.partitions()).map(|_| Mutex::default()).collect();
        let heaviest = u32::try_from(limits.tasks / 2).unwrap_or(u32::MAX);
        let snapshots = Snapshots::new(log.clone(), limits.snapshot_every);
        Self {
            log,
            kept,
            heaviest,
            tails,
            snapshots,
        }
    }

    /// The workspace with everything that is committed now; held until the guard is dropped.
    pub(crate) async fn current(
        &self,
        id: WorkspaceId,
    ) -> Result<OwnedMutexGuard<Folded>, Problem> {
        let entry = self.entry(id);
        let folded = Arc::clone(&entry.folded).lock_owned().await;
        self.bring_up(id, &entry, folded).await
    }

    fn entry(&self, id: WorkspaceId) -> Arc<Entry> {
        self.kept
            .get_with(id, || Arc::new(Entry::new(id, self.log.partition_of(id))))
    }

    async fn bring_up(
        &self,
        id: WorkspaceId,
        entry: &Arc<Entry>,
        mut folded: OwnedMutexGuard<Folded>,
    ) -> Result<OwnedMutexGuard<Folded>, Problem> {
        let head = self.log.head(folded.upto.partition).number;
        if folded.upto.number >= head {
            return Ok(folded);
        }
        // Rows that are few are looked through as fast as the tail tells whose they are.
        let few = head - folded.upto.number <= FEW;
        if !few && self.is_unchanged(id, folded.upto).await? {
            folded.upto.number = head;
        } else {
            self.fold(&mut folded, head).await?;
            self.weigh(id, entry, folded.workspace.task_count());
            self.keep(&mut folded);
        }
        Ok(folded)
    }

    /// Folds what was just committed, while it is still in the log's memory. When somebody has the workspace,
    /// it is left to them or to who comes next: nobody queues for work that is not theirs.
    pub(crate) async fn catch_up(&self, id: WorkspaceId) -> Result<(), Problem> {
        let entry = self.entry(id);
        let Ok(folded) = Arc::clone(&entry.folded).try_lock_owned() else {
            return Ok(());
        };
        self.bring_up(id, &entry, folded).await.map(drop)
    }

    /// Whether it is known that nothing was committed in the workspace since; asked after the head was read.
    async fn is_unchanged(&self, id: WorkspaceId, upto: Position) -> Result<bool, Problem> {
        let Some(tail) = self.tails.get(upto.partition as usize) else {
            return Ok(false);
        };
        let mut tail = tail.lock().await;
        tail.follow(&self.log, upto.partition).await?;
        Ok(tail.is_unchanged(id, upto.number))
    }

    /// The workspace as it was at `upto`.
    pub(crate) async fn at(&self, id: WorkspaceId, upto: Position) -> Result<Workspace, Problem> {
        let upto = upto.number.min(self.log.head(upto.partition).number);
        let mut folded = Folded::empty(id, self.log.partition_of(id));
        self.fold(&mut folded, upto).await?;
        Ok(folded.workspace)
    }

    /// Applies what lies between. After an error, and when it is dropped half way, what was applied stays.
    async fn fold(&self, folded: &mut Folded, head: u64) -> Result<(), Problem> {
        let id = folded.workspace.id();
        if folded.upto.number == 0 {
            let upto = Position {
                number: head,
                ..folded.upto
            };
            if let Some((workspace, at)) = self.snapshots.nearest(id, upto).await? {
                folded.workspace = workspace;
                folded.upto = at;
            }
        }
        while folded.upto.number < head {
            let after = folded.upto.number;
            let rows = self.log.read_workspace(id, after, Some(head), PAGE).await?;
            for row in &rows {
                folded.workspace.apply(&self.log.open_envelope(row)?);
                folded.upto = row.header.position;
                folded.unkept += 1;
            }
            if rows.len() < PAGE {
                folded.upto.number = head;
            }
        }
        Ok(())
    }

    fn keep(&self, folded: &mut Folded) {
        if self.snapshots.is_due(&folded.workspace, folded.unkept)
            && self.snapshots.keep(&folded.workspace, folded.upto)
        {
            folded.unkept = 0;
        }
    }

    /// Waits for what is being written.
    pub(crate) async fn finish(&self) {
        self.snapshots.finish().await;
    }

    /// Tells the cache of a workspace that has grown by a quarter.
    fn weigh(&self, id: WorkspaceId, entry: &Arc<Entry>, tasks: usize) {
        let now = u32::try_from(tasks)
            .unwrap_or(u32::MAX)
            .saturating_add(10)
            .min(self.heaviest);
        let known = entry.weight.load(std::sync::atomic::Ordering::Relaxed);
        if now > known.saturating_add(known / 4) {
            entry
                .weight
                .store(now, std::sync::atomic::Ordering::Relaxed);
            self.kept.insert(id, Arc::clone(entry));
        }
    }
}

impl Entry {
    fn new(id: WorkspaceId, partition: u32) -> Self {
        let folded = Arc::new(Mutex::new(Folded::empty(id, partition)));
        Self {
            folded,
            weight: std::sync::atomic::AtomicU32::new(10),
        }
    }
}

impl Folded {
    fn empty(id: WorkspaceId, partition: u32) -> Self {
        Self {
            workspace: Workspace::new(id),
            upto: Position::start(partition),
            is_swept: false,
            unkept: 0,
        }
    }
}
