//! Statements that read rows.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Params, params};
use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::ids::{ChangeId, StreamId, WorkspaceId};
use taskfold_contracts::position::Version;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Actor;

use super::row::{self, columns};
use super::schema::place;
use super::{facts, schema};
use crate::{ReadError, Replay, Stats, actor};

/// Rows in the order of the statement.
pub(crate) type Rows = Result<Vec<Arc<Recorded>>, ReadError>;

fn rows(connection: &Connection, sql: &str, params: impl Params) -> Rows {
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query(params)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.push(Arc::new(row::read(row)?));
    }
    Ok(rows)
}

fn limited(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub(crate) fn partition(connection: &Connection, partition: u32, after: u64, limit: usize) -> Rows {
    rows(
        connection,
        concat!(
            "SELECT ",
            columns!(),
            " FROM events WHERE place > ?1 AND place < ?2",
            " ORDER BY place LIMIT ?3"
        ),
        params![
            place(partition, after),
            place(partition.saturating_add(1), 0),
            limited(limit)
        ],
    )
}

pub(crate) fn workspace(
    connection: &Connection,
    (workspace, partition): (WorkspaceId, u32),
    after: u64,
    upto: u64,
    limit: usize,
) -> Rows {
    rows(
        connection,
        concat!(
            "SELECT ",
            columns!(),
            " FROM events WHERE workspace_id = ?1 AND place > ?2",
            " AND place <= ?3 ORDER BY place LIMIT ?4"
        ),
        params![
            workspace.as_bytes().as_slice(),
            place(partition, after),
            place(partition, upto),
            limited(limit)
        ],
    )
}

pub(crate) fn stream(
    connection: &Connection,
    stream: StreamId,
    after: Version,
    limit: usize,
) -> Rows {
    rows(
        connection,
        concat!(
            "SELECT ",
            columns!(),
            " FROM events WHERE stream_id = ?1 AND version > ?2",
            " ORDER BY version LIMIT ?3"
        ),
        params![
            stream.as_bytes().as_slice(),
            after.0.cast_signed(),
            limited(limit)
        ],
    )
}

pub(crate) fn change(connection: &Connection, change: ChangeId) -> Rows {
    rows(
        connection,
        concat!(
            "SELECT ",
            columns!(),
            " FROM events WHERE change_id = ?1 ORDER BY place"
        ),
        [change.as_bytes().as_slice()],
    )
}

/// Newest first, before `before`.
pub(crate) fn recent(
    connection: &Connection,
    (workspace, partition): (WorkspaceId, u32),
    actor: Option<Actor>,
    before: u64,
    limit: usize,
) -> Rows {
    rows(
        connection,
        concat!(
            "SELECT ",
            columns!(),
            " FROM events WHERE workspace_id = ?1 AND place < ?2",
            " AND (?3 IS NULL OR actor = ?3) ORDER BY place DESC LIMIT ?4"
        ),
        params![
            workspace.as_bytes().as_slice(),
            place(partition, before),
            actor.map(actor::bytes),
            limited(limit)
        ],
    )
}

/// Number of the last row recorded at or before `at`. Times never decrease within a partition, so the
/// place is found by halving: about 20 look-ups in a million rows.
pub(crate) fn number_at(
    connection: &Connection,
    partition: u32,
    head: u64,
    at: Timestamp,
) -> Result<u64, ReadError> {
    let mut statement =
        connection.prepare_cached("SELECT recorded_at FROM events WHERE place = ?1")?;
    let (mut low, mut high) = (0, head);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let recorded: i64 = statement.query_row([place(partition, middle)], |row| row.get(0))?;
        if recorded <= at.as_millis() {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

pub(crate) fn idempotent(
    connection: &Connection,
    key: &[u8; 32],
) -> Result<Option<Replay>, ReadError> {
    let sql = concat!(
        "SELECT ",
        facts::key_columns!(),
        " FROM idempotency WHERE key = ?1"
    );
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_row([key.as_slice()], facts::read_key)
        .optional()?)
}

pub(crate) fn stats(connection: &Connection, wal_bytes: u64) -> Result<Stats, ReadError> {
    let mut statement =
        connection.prepare_cached("SELECT head, recorded_at FROM partitions ORDER BY partition")?;
    let found =
        statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    let found =
        found.map(|row| row.map(|(head, at)| (head.cast_unsigned(), Timestamp::from_millis(at))));
    let heads: Vec<(u64, Timestamp)> = found.collect::<Result<_, _>>()?;
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let bytes = ((pages * page).cast_unsigned(), wal_bytes);
    Ok(Stats::of(&heads, bytes, schema::FORMAT))
}
