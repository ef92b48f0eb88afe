//! Which workspaces the latest rows of a partition belong to: a workspace that nobody touched needs no read.

use std::collections::HashMap;

use taskfold_contracts::ids::WorkspaceId;
use taskfold_log::{Log, ReadError};

/// Rows that are followed; when more are new, the tail begins anew at the head.
const MOST_NEW: u64 = 2_000;
/// Workspaces that are remembered before the tail begins anew.
const MOST_WORKSPACES: usize = 200_000;

/// Knows the last row of each workspace that was touched behind `since`, up to `upto`.
#[derive(Default)]
pub(super) struct Tail {
    since: u64,
    upto: u64,
    last: HashMap<WorkspaceId, u64>,
}

impl Tail {
    /// Takes in what was committed since.
    pub(super) async fn follow(&mut self, log: &Log, partition: u32) -> Result<(), ReadError> {
        let head = log.head(partition).number;
        let new = head.saturating_sub(self.upto);
        if new == 0 {
            return Ok(());
        }
        if new > MOST_NEW || self.last.len() > MOST_WORKSPACES {
            self.last.clear();
            (self.since, self.upto) = (head, head);
            return Ok(());
        }
        let limit = usize::try_from(new).unwrap_or(usize::MAX);
        for row in log.read_partition(partition, self.upto, limit).await? {
            self.note(row.header.workspace_id, row.header.position.number);
        }
        Ok(())
    }

    fn note(&mut self, workspace: WorkspaceId, number: u64) {
        self.last.insert(workspace, number);
        self.upto = number;
    }

    /// Whether it is known that the workspace has no row behind `number`, up to where the tail is.
    pub(super) fn is_unchanged(&self, workspace: WorkspaceId, number: u64) -> bool {
        number >= self.since && self.last.get(&workspace).is_none_or(|last| *last <= number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_did_not_see_counts_as_changed() {
        let (touched, idle) = (
            WorkspaceId(uuid::Uuid::from_u128(1)),
            WorkspaceId(uuid::Uuid::from_u128(2)),
        );
        let mut tail = Tail {
            since: 10,
            upto: 10,
            last: HashMap::new(),
        };
        tail.note(touched, 11);
        tail.note(idle, 12);
        tail.note(touched, 13);
        assert!(!tail.is_unchanged(touched, 12));
        assert!(tail.is_unchanged(touched, 13));
        assert!(tail.is_unchanged(idle, 12));
        assert!(!tail.is_unchanged(idle, 11));
        let unknown = WorkspaceId(uuid::Uuid::from_u128(3));
        assert!(tail.is_unchanged(unknown, 10));
        assert!(!tail.is_unchanged(unknown, 9), "it began later than that");
    }
}
