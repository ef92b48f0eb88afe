//! Reads the whole log to check it.

use rusqlite::Connection;
use taskfold_contracts::envelope::Hash;

use super::row::{self, columns};
use super::schema::{place, position};
use crate::ReadError;
use crate::verification::{End, Streams, Verification};

/// Rows between two reports of progress.
const PROGRESS: u64 = 10_000;

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
        found.close(partition, head, &hash, &end);
    }
    verify_streams(&transaction, &mut found)?;
    progress(found.events, total);
    Ok(found)
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
    let mut end = End::start();
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

/// Versions of each stream are 1, 2, 3 … in the order of positions.
fn verify_streams(connection: &Connection, found: &mut Verification) -> Result<(), ReadError> {
    let mut statement = connection
        .prepare("SELECT stream_id, version, place FROM events ORDER BY stream_id, version")?;
    let mut rows = statement.query([])?;
    let mut streams = Streams::default();
    while let Some(row) = rows.next()? {
        let id = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        let (version, place): (i64, i64) = (row.get(1)?, row.get(2)?);
        streams.check(id, version, position(place), found);
    }
    Ok(())
}
