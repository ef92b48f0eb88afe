//! Questions about lists.

use rusqlite::{OptionalExtension, Row, params};
use taskfold_contracts::ids::{ListId, WorkspaceId};

use super::List;
use crate::error::QueryError;
use crate::sql::{instant, optional_instant, unsigned, uuid};
use crate::tasks::origin;
use crate::views::Reader;

/// What [`read`] reads.
pub(super) const SELECT: &str = "SELECT l.list_id, l.workspace_id, l.name, l.color, l.rank, \
    l.origin_source, l.origin_id, l.created_at, l.updated_at, l.archived_at, l.deleted_at, l.version, \
    coalesce(n.open, 0), coalesce(n.done, 0) \
    FROM lists l LEFT JOIN list_counts n ON n.workspace_id = l.workspace_id AND n.list_id = l.list_id";

/// The lists that are not in the trash, in their order; put away ones only when wanted.
pub fn all(r: &Reader, workspace: WorkspaceId, archived: bool) -> Result<Vec<List>, QueryError> {
    let sql = format!(
        "{SELECT} WHERE l.workspace_id = ?1 AND l.deleted_at IS NULL
             AND (?2 OR l.archived_at IS NULL)
         ORDER BY l.rank, l.list_id"
    );
    let mut statement = r.connection.prepare_cached(&sql)?;
    let lists = statement.query_map(params![workspace.as_bytes(), archived], read)?;
    Ok(lists.collect::<Result<_, _>>()?)
}

/// One list, in the trash or not.
pub fn get(r: &Reader, workspace: WorkspaceId, list: ListId) -> Result<Option<List>, QueryError> {
    let sql = format!("{SELECT} WHERE l.workspace_id = ?1 AND l.list_id = ?2");
    let mut statement = r.connection.prepare_cached(&sql)?;
    Ok(statement
        .query_row([workspace.as_bytes(), list.as_bytes()], read)
        .optional()?)
}

/// The lists in the trash, last deleted first.
pub(crate) fn deleted(r: &Reader, workspace: WorkspaceId) -> Result<Vec<List>, QueryError> {
    let sql = format!(
        "{SELECT} WHERE l.workspace_id = ?1 AND l.deleted_at IS NOT NULL
         ORDER BY l.deleted_at DESC, l.list_id"
    );
    let mut statement = r.connection.prepare_cached(&sql)?;
    let lists = statement.query_map([workspace.as_bytes()], read)?;
    Ok(lists.collect::<Result<_, _>>()?)
}

pub(super) fn read(row: &Row) -> rusqlite::Result<List> {
    Ok(List {
        list_id: ListId(uuid(row, 0)?),
        workspace_id: WorkspaceId(uuid(row, 1)?),
        name: row.get(2)?,
        color: row.get(3)?,
        rank: row.get(4)?,
        origin: origin(row.get(5)?, row.get(6)?),
        created_at: instant(row, 7)?,
        updated_at: instant(row, 8)?,
        archived_at: optional_instant(row, 9)?,
        deleted_at: optional_instant(row, 10)?,
        version: unsigned(row, 11)?,
        open: unsigned(row, 12)?,
        done: unsigned(row, 13)?,
    })
}
