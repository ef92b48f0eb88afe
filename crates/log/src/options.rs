//! How a log is opened.

use std::time::Duration;

/// How a log is opened. [`Options::default`] is right for one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// `P`: fixed when the log is created; opening with another number is an error.
    pub partitions: u32,
    /// Appends that may wait for the lane.
    pub queue: usize,
    /// Appends that are committed together at most.
    pub batch: usize,
    /// How long an append waits for room in the queue before it is answered `Busy`.
    pub busy_after: Duration,
    /// Connections for reading.
    pub readers: usize,
    /// Committed rows kept in memory, a partition.
    pub ring_rows: usize,
    /// Bytes of payload kept in memory, a partition.
    pub ring_bytes: usize,
    /// Page cache of the lane's connection, in bytes.
    pub cache_bytes: u64,
    /// The log's file may not grow beyond this many bytes: appends are then refused as on a full disk.
    pub quota_bytes: Option<u64>,
    /// Events of one append at most.
    pub max_events: usize,
    /// Bytes of payload of one append at most.
    pub max_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            partitions: 1,
            queue: 4096,
            batch: 500,
            busy_after: Duration::from_secs(5),
            readers: 4,
            ring_rows: 4096,
            ring_bytes: 8 << 20,
            cache_bytes: 64 << 20,
            quota_bytes: None,
            max_events: 250_000,
            max_bytes: 256 << 20,
        }
    }
}
