//! Questions about lists.

use taskfold_contracts::ids::{ListId, WorkspaceId};
use taskfold_sql::{Error, Row, values};

use super::List;
use crate::error::QueryError;
use crate::reader::Reader;
use crate::sql::{instant, optional_instant, unsigned, uuid};
use crate::tasks::origin;

/// What [`read`] reads.
pub(super) const COLUMNS: &[&str] = &[
    "list_id",
    "workspace_id",
    "name",
    "color",
    "rank",
    "origin_source",
    "origin_id",
    "created_at",
    "updated_at",
    "archived_at",
    "deleted_at",
    "version",
];

/// Lists with their counts behind [`COLUMNS`].
fn select() -> String {
    format!(
        "SELECT l.{}, coalesce(n.open, 0), coalesce(n.done, 0) FROM lists l
         LEFT JOIN list_counts n ON n.workspace_id = l.workspace_id AND n.list_id = l.list_id",
        COLUMNS.join(", l.")
    )
}

/// The lists that are not in the trash, in their order; put away ones only when wanted.
pub fn all(r: &Reader, workspace: WorkspaceId, archived: bool) -> Result<Vec<List>, QueryError> {
    let sql = format!(
        "{} WHERE l.workspace_id = ?1 AND l.deleted_at IS NULL
             AND (?2 OR l.archived_at IS NULL)
         ORDER BY l.rank, l.list_id",
        select()
    );
    Ok(r.of(workspace)?
        .query(&sql, values![workspace.as_bytes(), archived], counted)?)
}

/// One list, in the trash or not.
pub fn get(r: &Reader, workspace: WorkspaceId, list: ListId) -> Result<Option<List>, QueryError> {
    let sql = format!("{} WHERE l.workspace_id = ?1 AND l.list_id = ?2", select());
    Ok(r.of(workspace)?.first(
        &sql,
        values![workspace.as_bytes(), list.as_bytes()],
        counted,
    )?)
}

/// The lists in the trash, last deleted first.
pub(crate) fn deleted(r: &Reader, workspace: WorkspaceId) -> Result<Vec<List>, QueryError> {
    let sql = format!(
        "{} WHERE l.workspace_id = ?1 AND l.deleted_at IS NOT NULL
         ORDER BY l.deleted_at DESC, l.list_id",
        select()
    );
    Ok(r.of(workspace)?
        .query(&sql, values![workspace.as_bytes()], counted)?)
}

fn counted(row: &Row) -> Result<List, Error> {
    Ok(List {
        open: unsigned(row, COLUMNS.len())?,
        done: unsigned(row, COLUMNS.len() + 1)?,
        ..read(row)?
    })
}

/// A list without its counts.
pub(super) fn read(row: &Row) -> Result<List, Error> {
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
        open: 0,
        done: 0,
    })
}
