//! Events that cannot be applied, and the workspaces that wait for them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::OpenFlags;
use serde::{Deserialize, Serialize};
use taskfold_contracts::envelope::{Envelope, Header};
use taskfold_contracts::ids::{EventId, StreamId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_contracts::time::Timestamp;
use taskfold_sql::{Connection, Error, Row, TakeError, values};

use crate::apply::{Fold, Refusal};
use crate::error::{ApplyError, QueryError};
use crate::marks;
use crate::reader::Reader;
use crate::sql::{instant, signed, unsigned, uuid};
use crate::views::Views;

/// An event that was not applied. Its payload is in the log, at its position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeadLetter {
    /// Place in the log.
    #[schema(value_type = String)]
    pub position: Position,
    /// The workspace that is parked for it.
    pub workspace_id: WorkspaceId,
    /// What it is about.
    pub stream_id: StreamId,
    /// Its number in the stream.
    pub version: u64,
    /// The event.
    pub event_id: EventId,
    /// What happened, such as `task.updated`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Version of the payload's schema.
    pub schema_version: u16,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Why it cannot be applied; null when it only stands behind one that cannot be.
    pub error: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
}

/// A retry that brought nothing; everything is as it was, but for the count of attempts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RetryError {
    /// This event still cannot be read or applied.
    #[error("the event at {position} still cannot be applied: {error}")]
    Poison {
        /// Where it is.
        position: Position,
        /// Why.
        error: String,
    },
    /// The database failed.
    #[error("views storage: {0}")]
    Storage(String),
}

const SELECT: &str = "SELECT partition, number, workspace_id, stream_id, version, event_id, event_type, \
    schema_version, recorded_at, error, attempts FROM dead_letters";

impl From<TakeError> for RetryError {
    fn from(error: TakeError) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<Error> for RetryError {
    fn from(error: Error) -> Self {
        Self::Storage(error.to_string())
    }
}

/// Gives up on an event for now: it goes to the dead letters, its workspace is parked, and the
/// watermark moves past it, all in one transaction. Later events of the workspace follow it there.
/// An event at or below the watermark is left as it is.
pub fn bury(views: &Views, header: &Header, error: &str, attempts: u32) -> Result<(), ApplyError> {
    views.write(|connection| {
        let Position { partition, number } = header.position;
        let held = marks::lock(connection, &BTreeSet::from([partition]))?;
        if held.get(&partition) < Some(&number) {
            bury_now(connection, header, error, attempts)?;
            marks::set(connection, &BTreeMap::from([(partition, number)]))?;
        }
        Ok(())
    })
}

/// [`bury`] within the caller's transaction; the watermark is the caller's business.
pub(crate) fn bury_now(
    connection: &Connection,
    header: &Header,
    error: &str,
    attempts: u32,
) -> Result<(), Error> {
    insert(connection, header, Some(error), attempts, false)?;
    connection.execute(
        "INSERT INTO parked (workspace_id) VALUES (?1) ON CONFLICT DO NOTHING",
        values![header.workspace_id.as_bytes()],
    )?;
    Ok(())
}

/// Puts an event of a parked workspace behind the one that it waits for.
pub(crate) fn follow(connection: &Connection, header: &Header) -> Result<(), Error> {
    insert(connection, header, None, 0, false)
}

/// Notes an event that an operator gave up for ever.
pub(crate) fn note_dropped(connection: &Connection, header: &Header) -> Result<(), Error> {
    insert(connection, header, None, 0, true)
}

fn insert(
    connection: &Connection,
    header: &Header,
    error: Option<&str>,
    attempts: u32,
    dropped: bool,
) -> Result<(), Error> {
    connection.execute(
        "INSERT INTO dead_letters (partition, number, workspace_id, stream_id, version, event_id,
             event_type, schema_version, recorded_at, error, attempts, dropped)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        values![
            header.position.partition,
            signed(header.position.number),
            header.workspace_id.as_bytes(),
            header.stream_id.as_bytes(),
            signed(header.version.0),
            header.event_id.as_bytes(),
            &*header.event_type,
            header.schema_version,
            header.recorded_at.as_millis(),
            error,
            attempts,
            dropped,
        ],
    )?;
    Ok(())
}

/// The dead letters behind `after`, by position, at most `limit`.
pub fn list(
    r: &Reader,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<DeadLetter>, QueryError> {
    let (partition, number) = after.map_or((-1, 0), |after| {
        (i64::from(after.partition), signed(after.number))
    });
    let sql = format!(
        "{SELECT} WHERE dropped = 0 AND (partition, number) > (?1, ?2)
         ORDER BY partition, number LIMIT ?3"
    );
    Ok(r.everywhere()?
        .query(&sql, values![partition, number, limit], read)?)
}

/// One dead letter.
pub fn show(r: &Reader, position: Position) -> Result<Option<DeadLetter>, QueryError> {
    let sql = format!("{SELECT} WHERE dropped = 0 AND partition = ?1 AND number = ?2");
    let Position { partition, number } = position;
    Ok(r.everywhere()?
        .first(&sql, values![partition, signed(number)], read)?)
}

/// The workspaces that are parked.
pub fn parked(r: &Reader) -> Result<Vec<WorkspaceId>, QueryError> {
    Ok(parked_now(r.everywhere()?)?.into_iter().collect())
}

pub(crate) fn parked_now(connection: &Connection) -> Result<BTreeSet<WorkspaceId>, Error> {
    let all = connection.query("SELECT workspace_id FROM parked", &[], |row| {
        Ok(WorkspaceId(uuid(row, 0)?))
    })?;
    Ok(all.into_iter().collect())
}

/// The events that were given up for ever: what a rebuild leaves out.
pub fn dropped(r: &Reader) -> Result<BTreeSet<Position>, QueryError> {
    Ok(dropped_in(r.everywhere()?, "dead_letters")?)
}

/// The same of a file that is about to be replaced, perhaps of another version or damaged: what can still
/// be read of it; none when there is no such file.
pub fn dropped_in_file(path: &Path) -> BTreeSet<Position> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    rusqlite::Connection::open_with_flags(path, flags)
        .map_err(Error::from)
        .and_then(|connection| dropped_in(&Connection::sqlite(connection), "dead_letters"))
        .unwrap_or_default()
}

/// The same of one table.
pub(crate) fn dropped_in(
    connection: &Connection,
    table: &str,
) -> Result<BTreeSet<Position>, Error> {
    let sql = format!("SELECT partition, number FROM {table} WHERE dropped = 1");
    Ok(connection.query(&sql, &[], place)?.into_iter().collect())
}

fn place(row: &Row) -> Result<Position, Error> {
    Ok(Position {
        partition: row.get(0)?,
        number: unsigned(row, 1)?,
    })
}

fn read(row: &Row) -> Result<DeadLetter, Error> {
    Ok(DeadLetter {
        position: place(row)?,
        workspace_id: WorkspaceId(uuid(row, 2)?),
        stream_id: StreamId(uuid(row, 3)?),
        version: unsigned(row, 4)?,
        event_id: EventId(uuid(row, 5)?),
        event_type: row.get(6)?,
        schema_version: row.get(7)?,
        recorded_at: instant(row, 8)?,
        error: row.get(9)?,
        attempts: row.get(10)?,
    })
}

/// Applies the dead letters of a workspace in order and unparks it, all in one transaction or, when one
/// of them still cannot be applied, nothing. `fetch` reads an event from the log; it must not use the
/// views. Gives how many were applied.
pub fn retry(
    views: &Views,
    workspace: WorkspaceId,
    mut fetch: impl FnMut(Position) -> Result<Envelope, String>,
) -> Result<u64, RetryError> {
    let tried = views.write(|connection| {
        let mut fold = Fold::new(connection, false);
        let mut applied = 0;
        hold(connection, waiting(connection, workspace)?)?;
        for position in waiting(connection, workspace)? {
            let poison = |error| RetryError::Poison { position, error };
            let envelope = fetch(position).map_err(poison)?;
            if envelope.header.workspace_id != workspace {
                return Err(poison(
                    "the log has another workspace's event there".to_owned(),
                ));
            }
            fold.project(&envelope).map_err(|refusal| match refusal {
                Refusal::Poison(error) => poison(error),
                Refusal::Storage(error) => error.into(),
            })?;
            applied += 1;
        }
        fold.flush()?;
        connection.execute(
            "DELETE FROM dead_letters WHERE workspace_id = ?1 AND dropped = 0",
            values![workspace.as_bytes()],
        )?;
        unpark(connection, workspace)?;
        Ok(applied)
    });
    if let Err(RetryError::Poison { position, error }) = &tried {
        note_attempt(views, *position, error)?;
    }
    tried
}

fn waiting(connection: &Connection, workspace: WorkspaceId) -> Result<Vec<Position>, Error> {
    let sql = "SELECT partition, number FROM dead_letters WHERE workspace_id = ?1 AND dropped = 0
         ORDER BY partition, number";
    connection.query(sql, values![workspace.as_bytes()], place)
}

/// Keeps whoever applies these partitions from putting more there meanwhile.
fn hold(connection: &Connection, letters: Vec<Position>) -> Result<(), Error> {
    let partitions = letters.into_iter().map(|letter| letter.partition);
    marks::lock(connection, &partitions.collect())?;
    Ok(())
}

fn unpark(connection: &Connection, workspace: WorkspaceId) -> Result<(), Error> {
    let sql = "DELETE FROM parked WHERE workspace_id = ?1";
    connection.execute(sql, values![workspace.as_bytes()])?;
    Ok(())
}

fn note_attempt(views: &Views, position: Position, error: &str) -> Result<(), RetryError> {
    let sql = "UPDATE dead_letters SET attempts = attempts + 1, error = ?3
         WHERE partition = ?1 AND number = ?2";
    views.write(|connection| {
        let Position { partition, number } = position;
        connection.execute(sql, values![partition, signed(number), error])?;
        Ok(())
    })
}

/// Gives up on an event for ever, also for rebuilds. Those behind it wait for a retry; when there are
/// none, the workspace is unparked. False when there is no such dead letter.
pub fn discard(views: &Views, position: Position) -> Result<bool, QueryError> {
    views.write(|connection| {
        let Position { partition, number } = position;
        hold(connection, vec![position])?;
        let workspace = connection.first(
            "UPDATE dead_letters SET dropped = 1
             WHERE partition = ?1 AND number = ?2 AND dropped = 0 RETURNING workspace_id",
            values![partition, signed(number)],
            |row| Ok(WorkspaceId(uuid(row, 0)?)),
        )?;
        let Some(workspace) = workspace else {
            return Ok(false);
        };
        if waiting(connection, workspace)?.is_empty() {
            unpark(connection, workspace)?;
        }
        Ok(true)
    })
}
