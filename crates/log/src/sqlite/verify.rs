//! Proof that the log is what was written: chain, positions, versions.

use rusqlite::Connection;
use taskfold_contracts::envelope::{Hash, Recorded, chain};
use taskfold_contracts::position::Position;

use super::row::{self, columns};
use super::schema::{place, position};
use crate::ReadError;

/// Problems that are reported at most; all are counted.
const REPORTED: usize = 100;

/// Rows between two reports of progress.
const PROGRESS: u64 = 10_000;

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

    fn report(&mut self, position: Position, what: impl Into<String>) {
        self.problem_count += 1;
        if self.problems.len() < REPORTED {
            self.problems.push(Problem {
                position,
                what: what.into(),
            });
        }
    }
}

/// Reads everything once in the order of positions and once in the order of streams; memory does not grow
/// with the log. `progress` gets the events checked so far and their number.
pub(crate) fn verify(
    connection: &Connection,
    mut progress: impl FnMut(u64, u64),
) -> Result<Verification, ReadError> {
    // One read transaction: the heads belong to the rows, whatever is appended meanwhile.
    let transaction = connection.unchecked_transaction()?;
    let mut statement =
        transaction.prepare("SELECT partition, head, hash FROM partitions ORDER BY partition")?;
    let heads = statement.query_map([], |row| {
        Ok((
            row.get::<_, u32>(0)?,
            row.get::<_, i64>(1)?.cast_unsigned(),
            row.get::<_, Hash>(2)?,
        ))
    })?;
    let heads: Vec<(u32, u64, Hash)> = heads.collect::<Result<_, _>>()?;
    let total = heads.iter().map(|(_, head, _)| head).sum();
    let mut found = Verification::default();
    for (partition, head, hash) in heads {
        let end = verify_partition(&transaction, partition, &mut found, total, &mut progress)?;
        if end.number != head {
            let what = format!(
                "the partition's head is {head}, its last row {}",
                end.number
            );
            found.report(
                Position {
                    partition,
                    number: head,
                },
                what,
            );
        } else if end.hash != hash {
            found.report(
                Position {
                    partition,
                    number: head,
                },
                "the head's hash is not the last row's",
            );
        }
        found.hashes.push(end.hash);
    }
    verify_streams(&transaction, &mut found)?;
    progress(found.events, total);
    Ok(found)
}

struct End {
    number: u64,
    recorded_at: i64,
    hash: Hash,
}

fn verify_partition(
    connection: &Connection,
    partition: u32,
    found: &mut Verification,
    total: u64,
    progress: &mut impl FnMut(u64, u64),
) -> Result<End, ReadError> {
    let mut statement = connection.prepare(concat!(
        "SELECT ",
        columns!(),
        " FROM events WHERE place > ?1 AND place < ?2 ORDER BY place"
    ))?;
    let mut rows = statement.query([place(partition, 0), place(partition.saturating_add(1), 0)])?;
    let mut end = End {
        number: 0,
        recorded_at: i64::MIN,
        hash: [0; 32],
    };
    while let Some(row) = rows.next()? {
        found.events += 1;
        if found.events.is_multiple_of(PROGRESS) {
            progress(found.events, total);
        }
        match row::read(row) {
            Ok(recorded) => end.check(&recorded, found),
            Err(ReadError::Damaged { field, .. }) => {
                let at = position(row.get(0)?);
                found.report(at, format!("{field} cannot be read"));
                end.number = at.number;
            }
            Err(error @ ReadError::Storage(_)) => return Err(error),
        }
    }
    Ok(end)
}

impl End {
    /// Compares a row with the one before it, then goes on from it as it is stored, so that one changed row
    /// is one problem.
    fn check(&mut self, row: &Recorded, found: &mut Verification) {
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

/// Versions of each stream are 1, 2, 3 … in the order of positions.
fn verify_streams(connection: &Connection, found: &mut Verification) -> Result<(), ReadError> {
    let mut statement = connection
        .prepare("SELECT stream_id, version, place FROM events ORDER BY stream_id, version")?;
    let mut rows = statement.query([])?;
    let mut stream = Vec::new();
    let (mut version, mut last_place) = (0, 0);
    while let Some(row) = rows.next()? {
        let id = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        if id != stream {
            stream = id.to_vec();
            (version, last_place) = (0, 0);
        }
        let (this_version, this_place): (i64, i64) = (row.get(1)?, row.get(2)?);
        if this_version != version + 1 {
            let what = format!("version {this_version} of its stream follows {version}");
            found.report(position(this_place), what);
        }
        if this_place <= last_place {
            found.report(
                position(this_place),
                "stands before an earlier version of its stream",
            );
        }
        (version, last_place) = (this_version, this_place);
    }
    Ok(())
}
