//! Where a partition goes on.

use taskfold_contracts::envelope::{Draft, Hash, Header, Recorded, chain};
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::Timestamp;

use crate::payload;

/// The last row of a partition, as far as the next one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) number: u64,
    pub(crate) recorded_at: Timestamp,
    pub(crate) hash: Hash,
}

impl Head {
    /// Before the first row of a partition.
    pub(crate) fn start() -> Self {
        Self {
            number: 0,
            recorded_at: Timestamp::from_millis(0),
            hash: [0; 32],
        }
    }

    /// The row that stores `draft` next.
    pub(crate) fn extend(
        &mut self,
        partition: u32,
        workspace_id: WorkspaceId,
        now: Timestamp,
        version: Version,
        draft: Draft,
    ) -> Recorded {
        let stored = payload::store(draft.payload);
        self.number += 1;
        self.recorded_at = self.recorded_at.max(now);
        let header = Header {
            position: Position {
                partition,
                number: self.number,
            },
            event_id: draft.event_id,
            workspace_id,
            stream_id: draft.stream_id,
            version,
            event_type: draft.event_type.as_str().into(),
            schema_version: draft.event_type.schema_version(),
            recorded_at: self.recorded_at,
            actor: draft.actor,
            change_id: draft.change_id,
            undoes: draft.undoes,
            correlation_id: draft.correlation_id,
            causation_id: draft.causation_id,
            key_id: stored.key_id,
        };
        self.hash = chain(&self.hash, &header, &stored.bytes);
        Recorded {
            header,
            payload: stored.bytes,
            hash: self.hash,
        }
    }

    /// The row that stores what `row` of another log holds next; its time must not lie before the head's.
    pub(crate) fn place(&mut self, partition: u32, row: &Recorded) -> Recorded {
        let mut row = row.clone();
        self.number += 1;
        self.recorded_at = row.header.recorded_at;
        row.header.position = Position {
            partition,
            number: self.number,
        };
        row.hash = chain(&self.hash, &row.header, &row.payload);
        self.hash = row.hash;
        row
    }
}
