//! Questions about saved filters.

use taskfold_contracts::ids::{FilterId, UserId, WorkspaceId};
use taskfold_sql::{Error, Row, values};

use super::SavedFilter;
use crate::error::QueryError;
use crate::reader::Reader;
use crate::sql::{instant, optional_uuid, uuid};

/// What [`read`] reads.
pub(super) const COLUMNS: &[&str] = &[
    "filter_id",
    "workspace_id",
    "name",
    "query",
    "sort",
    "saved_by",
    "created_at",
    "updated_at",
];

fn select() -> String {
    format!("SELECT {} FROM saved_filters", COLUMNS.join(", "))
}

/// The saved filters of a workspace, by name.
pub fn all(r: &Reader, workspace: WorkspaceId) -> Result<Vec<SavedFilter>, QueryError> {
    let sql = format!(
        "{} WHERE workspace_id = ?1 ORDER BY name, filter_id",
        select()
    );
    Ok(r.of(workspace)?
        .query(&sql, values![workspace.as_bytes()], read)?)
}

/// One saved filter.
pub fn get(
    r: &Reader,
    workspace: WorkspaceId,
    filter: FilterId,
) -> Result<Option<SavedFilter>, QueryError> {
    let sql = format!("{} WHERE workspace_id = ?1 AND filter_id = ?2", select());
    Ok(r.of(workspace)?
        .first(&sql, values![workspace.as_bytes(), filter.as_bytes()], read)?)
}

pub(super) fn read(row: &Row) -> Result<SavedFilter, Error> {
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
