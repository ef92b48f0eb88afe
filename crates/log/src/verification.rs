//! Proof that the log is what was written: chain, positions, versions.

use taskfold_contracts::envelope::{Hash, Recorded, chain};
use taskfold_contracts::position::Position;

/// Problems that are reported at most; all are counted.
const REPORTED: usize = 100;

/// What is wrong at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub position: Position,
    /// What.
    pub what: String,
}

/// What a check of the whole log found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Events read.
    pub events: u64,
    /// Hash of the last row of each partition.
    pub hashes: Vec<Hash>,
    /// Number of problems.
    pub problem_count: u64,
    /// The first problems, at most 100.
    pub problems: Vec<Problem>,
}

impl Verification {
    /// Nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.problem_count == 0
    }

    pub(crate) fn report(&mut self, position: Position, what: impl Into<String>) {
        self.problem_count += 1;
        if self.problems.len() < REPORTED {
            self.problems.push(Problem {
                position,
                what: what.into(),
            });
        }
    }

    /// All rows of `partition` were read up to `end`: its head says the same.
    pub(crate) fn close(&mut self, partition: u32, head: u64, hash: &Hash, end: &End) {
        let at = Position {
            partition,
            number: head,
        };
        if end.number != head {
            let last = end.number;
            self.report(
                at,
                format!("the partition's head is {head}, its last row {last}"),
            );
        } else if end.hash != *hash {
            self.report(at, "the head's hash is not the last row's");
        }
        self.hashes.push(end.hash);
    }
}

/// The last row of a partition that was read.
pub(crate) struct End {
    pub(crate) number: u64,
    recorded_at: i64,
    hash: Hash,
}

impl End {
    /// Before the first row.
    pub(crate) fn start() -> Self {
        Self {
            number: 0,
            recorded_at: i64::MIN,
            hash: [0; 32],
        }
    }

    /// Compares a row with the one before it, then goes on from it as it is stored, so that one changed row
    /// is one problem.
    pub(crate) fn check(&mut self, row: &Recorded, found: &mut Verification) {
        let at = row.header.position;
        if at.number != self.number + 1 {
            found.report(at, format!("follows {}: rows are missing", self.number));
        }
        if chain(&self.hash, &row.header, &row.payload) != row.hash {
            found.report(at, "the hash is not that of the row and the one before it");
        }
        if row.header.recorded_at.as_millis() < self.recorded_at {
            found.report(at, "recorded before the row before it");
        }
        self.number = at.number;
        self.recorded_at = row.header.recorded_at.as_millis();
        self.hash = row.hash;
    }
}

/// Versions of each stream are 1, 2, 3 … in the order of positions of its partition. A stream that goes
/// on in another partition keeps its versions; positions of two partitions cannot be compared.
#[derive(Default)]
pub(crate) struct Streams {
    stream: Vec<u8>,
    version: i64,
    last: Option<Position>,
}

impl Streams {
    /// Rows come in the order of stream and version.
    pub(crate) fn check(
        &mut self,
        stream: &[u8],
        version: i64,
        at: Position,
        found: &mut Verification,
    ) {
        if stream != self.stream {
            self.stream = stream.to_vec();
            (self.version, self.last) = (0, None);
        }
        if version != self.version + 1 {
            let before = self.version;
            found.report(
                at,
                format!("version {version} of its stream follows {before}"),
            );
        }
        let inverted = |last: Position| last.partition == at.partition && last.number >= at.number;
        if self.last.is_some_and(inverted) {
            found.report(at, "stands before an earlier version of its stream");
        }
        (self.version, self.last) = (version, Some(at));
    }
}
