//! Questions about activity.

use taskfold_contracts::ids::{ListId, TaskId, WorkspaceId};

use super::Activity;
use crate::error::QueryError;
use crate::page::Page;
use crate::views::Reader;

/// What happened to a task, newest first.
pub fn of_task(
    r: &Reader,
    workspace: WorkspaceId,
    task: TaskId,
    limit: u32,
    cursor: Option<&str>,
) -> Result<Page<Activity>, QueryError> {
    let _ = (r, workspace, task, limit, cursor);
    Err(QueryError::Busy)
}

/// What happened to a list and to the tasks that were in it then, newest first.
pub fn of_list(
    r: &Reader,
    workspace: WorkspaceId,
    list: ListId,
    limit: u32,
    cursor: Option<&str>,
) -> Result<Page<Activity>, QueryError> {
    let _ = (r, workspace, list, limit, cursor);
    Err(QueryError::Busy)
}

/// What happened in a workspace, newest first.
pub fn of_workspace(
    r: &Reader,
    workspace: WorkspaceId,
    limit: u32,
    cursor: Option<&str>,
) -> Result<Page<Activity>, QueryError> {
    let _ = (r, workspace, limit, cursor);
    Err(QueryError::Busy)
}
