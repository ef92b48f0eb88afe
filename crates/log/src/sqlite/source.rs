//! What is read from a file to copy it.

use rusqlite::{Connection, params};
use taskfold_contracts::ids::StreamId;
use taskfold_contracts::position::Position;

use super::commit::read_heads;
use super::facts::{key_columns, read_key};
use crate::facts::Key;
use crate::transfer::Moment;
use crate::{Claim, ReadError, Replay};

/// Heads and claims as they stand together.
pub(crate) fn moment(connection: &Connection) -> Result<Moment, ReadError> {
    let transaction = connection.unchecked_transaction()?;
    let heads = read_heads(&transaction)?;
    let mut statement = transaction.prepare("SELECT key, stream_id FROM claims")?;
    let mut rows = statement.query([])?;
    let mut claims = Vec::new();
    while let Some(row) = rows.next()? {
        let stream = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let stream = StreamId::from_slice(stream).ok_or_else(|| ReadError::Damaged {
            place: "claims".to_owned(),
            field: "stream_id",
        })?;
        claims.push(Claim {
            key: row.get(0)?,
            stream,
        });
    }
    Ok(Moment { heads, claims })
}

/// Idempotency keys behind `after`, in order.
pub(crate) fn keys(
    connection: &Connection,
    after: Option<Key>,
    limit: usize,
) -> Result<Vec<(Key, Replay)>, ReadError> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT ",
        key_columns!(),
        " FROM idempotency WHERE key > ?1 ORDER BY key LIMIT ?2"
    ))?;
    let after = after.as_ref().map_or(&[][..], |key| key.as_slice());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = statement.query_map(params![after, limit], |row| {
        Ok((row.get(0)?, read_key(row)?))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How far all consumers are.
pub(crate) fn watermarks(connection: &Connection) -> Result<Vec<(String, Position)>, ReadError> {
    let mut statement = connection.prepare("SELECT consumer, partition, number FROM watermarks")?;
    let found = statement.query_map([], |row| {
        let number = row.get::<_, i64>(2)?.cast_unsigned();
        let partition = row.get(1)?;
        Ok((row.get(0)?, Position { partition, number }))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
