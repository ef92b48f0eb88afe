//! The last committed rows of each partition, in memory: what tails and fresh reads want.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use taskfold_contracts::envelope::Recorded;
use tokio::sync::watch;

use crate::Batches;

/// Committed rows and heads, one entry a partition. The lane writes, everyone reads.
pub(crate) struct Rings {
    pub(crate) batches: Batches,
    partitions: Vec<Partition>,
    rows: usize,
    bytes: usize,
}

struct Partition {
    recent: RwLock<Recent>,
    head: watch::Sender<u64>,
}

#[derive(Default)]
struct Recent {
    rows: VecDeque<Arc<Recorded>>,
    bytes: usize,
}

impl Rings {
    /// Empty rings over partitions whose heads are `heads`.
    pub(crate) fn new(heads: &[u64], rows: usize, bytes: usize) -> Self {
        let partition = |head: &u64| Partition {
            recent: RwLock::default(),
            head: watch::Sender::new(*head),
        };
        Self {
            batches: Batches::default(),
            partitions: heads.iter().map(partition).collect(),
            rows,
            bytes,
        }
    }

    /// Adds rows that were committed, in order, then wakes who watches.
    pub(crate) fn publish(&self, rows: Vec<Arc<Recorded>>) {
        let mut touched = vec![false; self.partitions.len()];
        for row in rows {
            let index = row.header.position.partition as usize;
            let Some(partition) = self.partitions.get(index) else {
                continue;
            };
            touched[index] = true;
            let mut recent = partition
                .recent
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            recent.push(row, self.rows, self.bytes);
        }
        for (partition, _) in self
            .partitions
            .iter()
            .zip(touched)
            .filter(|(_, touched)| *touched)
        {
            let recent = partition
                .recent
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            if let Some(last) = recent.rows.back() {
                let number = last.header.position.number;
                partition.head.send_if_modified(|head| raise(head, number));
            }
        }
    }

    /// Others committed rows up to `number`, which are not here.
    pub(crate) fn advance(&self, partition: u32, number: u64) {
        if let Some(partition) = self.partitions.get(partition as usize) {
            partition.head.send_if_modified(|head| raise(head, number));
        }
    }

    /// Number of the last committed row; 0 for an empty or unknown partition.
    pub(crate) fn head(&self, partition: u32) -> u64 {
        self.partitions
            .get(partition as usize)
            .map_or(0, |partition| *partition.head.borrow())
    }

    /// Woken after each commit; closed at once for an unknown partition.
    pub(crate) fn watch(&self, partition: u32) -> watch::Receiver<u64> {
        self.partitions.get(partition as usize).map_or_else(
            || watch::channel(0).1,
            |partition| partition.head.subscribe(),
        )
    }

    /// Up to `limit` rows after `after` that `wanted` accepts, when all rows after `after` are here.
    pub(crate) fn after(
        &self,
        partition: u32,
        after: u64,
        limit: usize,
        wanted: impl Fn(&Recorded) -> bool,
    ) -> Option<Vec<Arc<Recorded>>> {
        let partition = self.partitions.get(partition as usize)?;
        let head = *partition.head.borrow();
        if after >= head {
            return Some(Vec::new());
        }
        let recent = partition
            .recent
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if recent.rows.back()?.header.position.number < head {
            // The last ones were committed by another process.
            return None;
        }
        let first = recent.rows.front()?.header.position.number;
        let skip = usize::try_from((after + 1).checked_sub(first)?).ok()?;
        let rows = recent.rows.range(skip.min(recent.rows.len())..);
        Some(
            rows.filter(|row| wanted(row))
                .take(limit)
                .cloned()
                .collect(),
        )
    }
}

/// A head never goes back, whoever tells of it first.
fn raise(head: &mut u64, number: u64) -> bool {
    let higher = number > *head;
    *head = number.max(*head);
    higher
}

impl Recent {
    fn push(&mut self, row: Arc<Recorded>, max_rows: usize, max_bytes: usize) {
        let follows =
            |last: &Arc<Recorded>| last.header.position.number + 1 == row.header.position.number;
        if !self.rows.back().is_none_or(follows) {
            // Rows are found by their distance from the first: a gap would give wrong ones.
            *self = Self::default();
        }
        self.bytes += row.payload.len();
        self.rows.push_back(row);
        while self.rows.len() > 1 && (self.rows.len() > max_rows || self.bytes > max_bytes) {
            if let Some(old) = self.rows.pop_front() {
                self.bytes -= old.payload.len();
            }
        }
    }
}
