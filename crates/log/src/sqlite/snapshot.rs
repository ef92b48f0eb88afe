//! Snapshots and the watermarks of consumers whose effect is elsewhere.

use rusqlite::{Connection, OptionalExtension, params};
use taskfold_contracts::position::Position;

use super::schema::{place, position};
use crate::{ReadError, Snapshot};

/// Keeps a snapshot; one at the same position is replaced.
pub(crate) fn put(
    connection: &Connection,
    key: &[u8],
    snapshot: &Snapshot,
) -> rusqlite::Result<()> {
    let at = place(snapshot.position.partition, snapshot.position.number);
    let mut statement = connection.prepare_cached(
        "INSERT INTO snapshots (key, place, bytes) VALUES (?1, ?2, ?3)
         ON CONFLICT (key, place) DO UPDATE SET bytes = excluded.bytes",
    )?;
    statement.execute(params![key, at, snapshot.bytes])?;
    Ok(())
}

/// Removes all snapshots of `key`.
pub(crate) fn remove(connection: &Connection, key: &[u8]) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM snapshots WHERE key = ?1")?
        .execute([key])?;
    Ok(())
}

/// The newest snapshot of `key` at or before `upto`.
pub(crate) fn latest(
    connection: &Connection,
    key: &[u8],
    upto: Position,
) -> Result<Option<Snapshot>, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT place, bytes FROM snapshots WHERE key = ?1 AND place BETWEEN ?2 AND ?3
         ORDER BY place DESC LIMIT 1",
    )?;
    let from = place(upto.partition, 0);
    let upto = place(upto.partition, upto.number);
    let found = statement
        .query_row(params![key, from, upto], |row| {
            Ok(Snapshot {
                position: position(row.get(0)?),
                bytes: row.get(1)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// Sets how far `consumer` is.
pub(crate) fn put_watermark(
    connection: &Connection,
    consumer: &str,
    at: Position,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO watermarks (consumer, partition, number) VALUES (?1, ?2, ?3)
         ON CONFLICT (consumer, partition) DO UPDATE SET number = excluded.number",
    )?;
    statement.execute(params![consumer, at.partition, at.number.cast_signed()])?;
    Ok(())
}

/// How far `consumer` is; 0 when it never said.
pub(crate) fn watermark(
    connection: &Connection,
    consumer: &str,
    partition: u32,
) -> Result<u64, ReadError> {
    let mut statement = connection
        .prepare_cached("SELECT number FROM watermarks WHERE consumer = ?1 AND partition = ?2")?;
    let found: Option<i64> = statement
        .query_row(params![consumer, partition], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or_default().cast_unsigned())
}
