//! What a log tells of itself, and what it keeps beside the events.

use taskfold_contracts::position::Position;
use taskfold_contracts::time::Timestamp;

/// How large a log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// Number of the last event, for each partition.
    pub heads: Vec<u64>,
    /// Events in all partitions.
    pub events: u64,
    /// Time of the newest event; none in an empty log.
    pub last_recorded_at: Option<Timestamp>,
    /// Bytes of the log's file without the write-ahead file; on `PostgreSQL` of its tables and indexes.
    pub file_bytes: u64,
    /// Bytes of the write-ahead file; on `PostgreSQL` 0.
    pub wal_bytes: u64,
    /// Format of the storage.
    pub format: i64,
}

impl Stats {
    /// From head and time of the last row of each partition, in order.
    pub(crate) fn of(heads: &[(u64, Timestamp)], bytes: (u64, u64), format: i64) -> Self {
        let written = heads.iter().filter(|(head, _)| *head > 0);
        Self {
            events: heads.iter().map(|(head, _)| head).sum(),
            heads: heads.iter().map(|(head, _)| *head).collect(),
            last_recorded_at: written.map(|(_, at)| *at).max(),
            file_bytes: bytes.0,
            wal_bytes: bytes.1,
            format,
        }
    }
}

/// Folded state up to a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The last event that went into it.
    pub position: Position,
    /// The state, in the writer's own format.
    pub bytes: Vec<u8>,
}
