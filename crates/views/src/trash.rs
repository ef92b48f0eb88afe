//! The trash: tasks and lists that were deleted.

use taskfold_contracts::ids::WorkspaceId;
use taskfold_sql::values;

use crate::cursor::{Cursor, Key};
use crate::error::QueryError;
use crate::lists::{self, List};
use crate::page::{Page, check_limit};
use crate::reader::Reader;
use crate::tasks::{self, COLUMN_COUNT, COLUMNS, Task};

/// The tasks in the trash, last deleted first.
pub fn tasks(
    r: &Reader,
    workspace: WorkspaceId,
    limit: u32,
    cursor: Option<&str>,
) -> Result<Page<Task>, QueryError> {
    let limit = check_limit(limit)?;
    let query = Cursor::query(&["trash", &workspace.to_string()]);
    let after = cursor
        .map(|text| Cursor::parse(text, &query, 1))
        .transpose()?;
    let (at, id) = after.map_or((i64::MAX, [0xff; 16]), |cursor| {
        (
            cursor.keys[0].int().unwrap_or(i64::MAX),
            cursor.id.into_bytes(),
        )
    });
    let sql = format!(
        "SELECT {COLUMNS}, t.deleted_at FROM tasks t
         WHERE t.workspace_id = ?1 AND t.deleted_at IS NOT NULL
             AND (t.deleted_at, t.task_id) < (?2, ?3)
         ORDER BY t.deleted_at DESC, t.task_id DESC LIMIT ?4"
    );
    let rows: Vec<(Task, Vec<Key>)> = r.of(workspace)?.query(
        &sql,
        values![workspace.as_bytes(), at, id, limit + 1],
        |row| Ok((tasks::read(row)?, vec![Key::Int(row.get(COLUMN_COUNT)?)])),
    )?;
    let mut page = Cursor::page(rows, limit, &query, |task| task.task_id.0);
    tasks::complete(r, workspace, &mut page.items)?;
    Ok(page)
}

/// The lists in the trash, last deleted first.
pub fn lists(r: &Reader, workspace: WorkspaceId) -> Result<Vec<List>, QueryError> {
    lists::deleted(r, workspace)
}
