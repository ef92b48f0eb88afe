//! Questions about saved filters.

use rusqlite::{OptionalExtension, Row};
use taskfold_contracts::ids::{FilterId, UserId, WorkspaceId};

use super::SavedFilter;
use crate::error::QueryError;
use crate::sql::{instant, optional_uuid, uuid};
use crate::views::Reader;

const SELECT: &str = "SELECT filter_id, workspace_id, name, query, sort, saved_by, created_at, \
    updated_at FROM saved_filters";

/// The saved filters of a workspace, by name.
pub fn all(r: &Reader, workspace: WorkspaceId) -> Result<Vec<SavedFilter>, QueryError> {
    let sql = format!("{SELECT} WHERE workspace_id = ?1 ORDER BY name, filter_id");
    let mut statement = r.connection.prepare_cached(&sql)?;
    let rows = statement.query_map([workspace.as_bytes()], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One saved filter.
pub fn get(
    r: &Reader,
    workspace: WorkspaceId,
    filter: FilterId,
) -> Result<Option<SavedFilter>, QueryError> {
    let sql = format!("{SELECT} WHERE workspace_id = ?1 AND filter_id = ?2");
    let mut statement = r.connection.prepare_cached(&sql)?;
    Ok(statement
        .query_row([workspace.as_bytes(), filter.as_bytes()], read)
        .optional()?)
}

fn read(row: &Row) -> rusqlite::Result<SavedFilter> {
    Ok(SavedFilter {
        filter_id: FilterId(uuid(row, 0)?),
        workspace_id: WorkspaceId(uuid(row, 1)?),
        name: row.get(2)?,
        query: row.get(3)?,
        sort: row.get(4)?,
        saved_by: optional_uuid(row, 5)?.map(UserId),
        created_at: instant(row, 6)?,
        updated_at: instant(row, 7)?,
    })
}
