//! The trash: tasks and lists that were deleted.

use taskfold_contracts::ids::WorkspaceId;

use crate::error::QueryError;
use crate::lists::List;
use crate::page::Page;
use crate::tasks::Task;
use crate::views::Reader;

/// The tasks in the trash, last deleted first.
pub fn tasks(
    r: &Reader,
    workspace: WorkspaceId,
    limit: u32,
    cursor: Option<&str>,
) -> Result<Page<Task>, QueryError> {
    let _ = (r, workspace, limit, cursor);
    Err(QueryError::Busy)
}

/// The lists in the trash, last deleted first.
pub fn lists(r: &Reader, workspace: WorkspaceId) -> Result<Vec<List>, QueryError> {
    let _ = (r, workspace);
    Err(QueryError::Busy)
}
