//! Rows of all partitions in the order of their times. Rows of one append stay together: they have one time and
//! one partition.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use taskfold_contracts::envelope::{Hash, Recorded, chain};
use taskfold_contracts::position::Position;

use super::TransferError;
use crate::Log;
use crate::head::Head;

/// Rows that are in memory, of all partitions.
const HELD: usize = 16_000;
/// Rows of a partition that are read at once.
const PAGES: std::ops::RangeInclusive<usize> = 50..=1_000;

/// See the module.
pub(super) struct Merge {
    log: Log,
    parts: Vec<Part>,
    /// Time and partition of the next row of each partition that has one.
    next: BinaryHeap<Reverse<(i64, usize)>>,
    page: usize,
}

struct Part {
    waiting: VecDeque<Arc<Recorded>>,
    /// The last row that was read, and its hash.
    read: u64,
    hash: Hash,
    end: u64,
}

impl Merge {
    /// From behind `after`, one number a partition, to `ends`.
    pub(super) async fn new(log: Log, after: &[u64], ends: &[Head]) -> Result<Self, TransferError> {
        let mut parts = Vec::new();
        for (partition, (read, end)) in (0..).zip(after.iter().zip(ends)) {
            let last = Position {
                partition,
                number: *read,
            };
            let last = log.row_at(last).await?;
            parts.push(Part {
                waiting: VecDeque::new(),
                read: *read,
                hash: last.map_or([0; 32], |row| row.hash),
                end: end.number,
            });
        }
        let page = (HELD / parts.len().max(1)).clamp(*PAGES.start(), *PAGES.end());
        let mut merge = Self {
            log,
            parts,
            next: BinaryHeap::new(),
            page,
        };
        for index in 0..merge.parts.len() {
            merge.offer(index).await?;
        }
        Ok(merge)
    }

    /// At most so many rows; none at the end.
    pub(super) async fn piece(
        &mut self,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, TransferError> {
        let mut rows = Vec::with_capacity(limit);
        while rows.len() < limit {
            let Some(Reverse((_, index))) = self.next.pop() else {
                break;
            };
            rows.extend(self.parts[index].waiting.pop_front());
            self.offer(index).await?;
        }
        Ok(rows)
    }

    /// Puts the next row of a partition into the order, if there is one.
    async fn offer(&mut self, index: usize) -> Result<(), TransferError> {
        let part = &mut self.parts[index];
        if part.waiting.is_empty() && part.read < part.end {
            let partition = u32::try_from(index).unwrap_or(u32::MAX);
            let rows = self.log.read_partition(partition, part.read, self.page);
            part.take(partition, rows.await?)?;
        }
        if let Some(row) = part.waiting.front() {
            let at = row.header.recorded_at.as_millis();
            self.next.push(Reverse((at, index)));
        }
        Ok(())
    }
}

impl Part {
    /// Takes the rows that come next, up to the end, and checks that the chain says so.
    fn take(&mut self, partition: u32, rows: Vec<Arc<Recorded>>) -> Result<(), TransferError> {
        let end = self.end;
        for row in rows
            .into_iter()
            .filter(|row| row.header.position.number <= end)
        {
            let number = self.read + 1;
            let sound = row.header.position == Position { partition, number }
                && row.hash == chain(&self.hash, &row.header, &row.payload);
            if !sound {
                return Err(TransferError::Damaged(Position { partition, number }));
            }
            (self.read, self.hash) = (number, row.hash);
            self.waiting.push_back(row);
        }
        if self.waiting.is_empty() {
            let number = self.read + 1;
            return Err(TransferError::Damaged(Position { partition, number }));
        }
        Ok(())
    }
}
