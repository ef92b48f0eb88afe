//! Places in the log and numbers in a stream.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::WorkspaceId;

/// An event's place: `number` starts at 1 in each partition, has no gaps and is the order of commit.
/// Written `<partition>:<number>`, as in the `Taskfold-Position` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Partition, `0..P`.
    pub partition: u32,
    /// 1, 2, 3 …; 0 stands before the first event.
    pub number: u64,
}

impl Position {
    /// The place before the first event of `partition`.
    pub fn start(partition: u32) -> Self {
        Self {
            partition,
            number: 0,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.partition, self.number)
    }
}

/// The text is not `<partition>:<number>`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a position: expected <partition>:<number>, such as 0:42")]
pub struct NotAPosition(pub String);

impl FromStr for Position {
    type Err = NotAPosition;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once(':').and_then(|(partition, number)| {
            Some(Self {
                partition: partition.parse().ok()?,
                number: number.parse().ok()?,
            })
        });
        parsed.ok_or_else(|| NotAPosition(text.chars().take(64).collect()))
    }
}

impl Serialize for Position {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// A number in a stream: the first event has version 1; 0 is a stream with no events.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Version(pub u64);

impl Version {
    /// The version after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The partition of a workspace: FNV-1a (64 bit) of its 16 bytes, modulo `partitions`.
/// Part of the contract: Kafka records of a workspace go to the partition of the same number.
pub fn partition_of(workspace: WorkspaceId, partitions: u32) -> u32 {
    let hash = workspace
        .as_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    u32::try_from(hash % u64::from(partitions.max(1))).unwrap_or_default()
}
