//! What a batch must know before it writes, read with one statement each.

use std::collections::HashMap;

use rusqlite::{Connection, params};
use taskfold_contracts::ids::{ChangeId, StreamId};
use taskfold_contracts::time::Timestamp;

use super::commit::{place_of, table};
use super::schema::position;
use crate::facts::{Facts, Key, streams_of};
use crate::{Append, Appended, Claim, Idempotency, Replay};

/// The columns that [`read_key`] takes, in its order.
macro_rules! key_columns {
    () => {
        "key, fingerprint, change_id, first, last, recorded_at, reply"
    };
}
pub(crate) use key_columns;

/// Reads what `appends` depend on.
pub(crate) fn load(connection: &Connection, appends: &[Append]) -> rusqlite::Result<Facts> {
    Ok(Facts {
        heads: load_heads(connection, appends)?,
        keys: load_keys(connection, appends)?,
        claims: load_claims(connection, appends)?,
    })
}

fn load_heads(
    connection: &Connection,
    appends: &[Append],
) -> rusqlite::Result<HashMap<StreamId, u64>> {
    let streams = streams_of(appends);
    let mut heads = HashMap::with_capacity(streams.len());
    let mut statement = connection.prepare_cached(
        "SELECT value, (SELECT max(version) FROM events WHERE stream_id = value) FROM rarray(?1)",
    )?;
    let ids = table(streams.iter().map(|stream| stream.as_bytes().as_slice()));
    let mut rows = statement.query(params![ids])?;
    while let Some(row) = rows.next()? {
        let head: Option<i64> = row.get(1)?;
        if let (Some(head), Some(stream)) = (head, StreamId::from_slice(row.get_ref(0)?.as_blob()?))
        {
            heads.insert(stream, head.cast_unsigned());
        }
    }
    Ok(heads)
}

fn load_keys(
    connection: &Connection,
    appends: &[Append],
) -> rusqlite::Result<HashMap<Key, Replay>> {
    let mut found = HashMap::new();
    let keys = appends
        .iter()
        .filter_map(|append| append.idempotency.as_ref());
    let keys = table(keys.map(|idempotency| idempotency.key.as_slice()));
    if keys.is_empty() {
        return Ok(found);
    }
    let mut statement = connection.prepare_cached(concat!(
        "SELECT ",
        key_columns!(),
        " FROM idempotency WHERE key IN rarray(?1)"
    ))?;
    let mut rows = statement.query(params![keys])?;
    while let Some(row) = rows.next()? {
        found.insert(row.get(0)?, read_key(row)?);
    }
    Ok(found)
}

/// Reads a row of [`key_columns`].
pub(crate) fn read_key(row: &rusqlite::Row<'_>) -> rusqlite::Result<Replay> {
    let change: [u8; 16] = row.get(2)?;
    Ok(Replay {
        fingerprint: row.get(1)?,
        appended: Appended {
            change_id: ChangeId(uuid::Uuid::from_bytes(change)),
            first: position(row.get(3)?),
            last: position(row.get(4)?),
            recorded_at: Timestamp::from_millis(row.get(5)?),
            replayed: true,
            reply: row.get(6)?,
        },
    })
}

fn load_claims(
    connection: &Connection,
    appends: &[Append],
) -> rusqlite::Result<HashMap<Key, StreamId>> {
    let mut found = HashMap::new();
    let keys = appends.iter().flat_map(|append| &append.claims);
    let keys = table(keys.map(|claim| claim.key.as_slice()));
    if keys.is_empty() {
        return Ok(found);
    }
    let mut statement =
        connection.prepare_cached("SELECT key, stream_id FROM claims WHERE key IN rarray(?1)")?;
    let mut rows = statement.query(params![keys])?;
    while let Some(row) = rows.next()? {
        if let Some(stream) = StreamId::from_slice(row.get_ref(1)?.as_blob()?) {
            found.insert(row.get(0)?, stream);
        }
    }
    Ok(found)
}

/// Stores claims that were checked.
pub(crate) fn store_claims(connection: &Connection, claims: &[Claim]) -> rusqlite::Result<()> {
    for claim in claims {
        let mut statement = connection.prepare_cached(
            "INSERT INTO claims (key, stream_id) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING",
        )?;
        statement.execute(params![
            claim.key.as_slice(),
            claim.stream.as_bytes().as_slice()
        ])?;
    }
    Ok(())
}

/// Stores the answer that a second try of the same request gets.
pub(crate) fn store_key(
    connection: &Connection,
    idempotency: &Idempotency,
    appended: &Appended,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(concat!(
        "INSERT INTO idempotency (",
        key_columns!(),
        ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    ))?;
    statement.execute(params![
        idempotency.key.as_slice(),
        idempotency.fingerprint.as_slice(),
        appended.change_id.as_bytes().as_slice(),
        place_of(appended.first),
        place_of(appended.last),
        appended.recorded_at.as_millis(),
        idempotency.reply,
    ])?;
    Ok(())
}
