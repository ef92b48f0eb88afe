//! Questions about tasks.

use jiff::Zoned;
use taskfold_contracts::ids::{TaskId, UserId, WorkspaceId};

use super::{Comment, Tag, Task};
use crate::error::QueryError;
use crate::filter::{Filter, Sort};
use crate::page::Page;
use crate::views::Reader;

/// Which tasks, in what order, and how many.
#[derive(Debug, Clone)]
pub struct TaskQuery {
    /// What must hold of them.
    pub filter: Filter,
    /// Their order; without keys by rank.
    pub sort: Sort,
    /// Whether done tasks are shown though the filter does not ask about being done.
    pub done: bool,
    /// At most so many, 1 to 500.
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Now, in the zone of whoever asks.
    pub now: Zoned,
    /// Whoever asks.
    pub me: UserId,
}

/// A page of tasks. Tasks in the trash are left out unless the filter asks about the trash.
pub fn list(r: &Reader, workspace: WorkspaceId, query: &TaskQuery) -> Result<Page<Task>, QueryError> {
    let _ = (r, workspace, query);
    Err(QueryError::Busy)
}

/// One task, in the trash or not.
pub fn get(r: &Reader, workspace: WorkspaceId, task: TaskId) -> Result<Option<Task>, QueryError> {
    let _ = (r, workspace, task);
    Err(QueryError::Busy)
}

/// The comments of a task that still stand, oldest first.
pub fn comments(
    r: &Reader,
    workspace: WorkspaceId,
    task: TaskId,
    limit: u32,
    cursor: Option<&str>,
) -> Result<Page<Comment>, QueryError> {
    let _ = (r, workspace, task, limit, cursor);
    Err(QueryError::Busy)
}

/// All tags in use, in alphabetical order.
pub fn tags(r: &Reader, workspace: WorkspaceId) -> Result<Vec<Tag>, QueryError> {
    let _ = (r, workspace);
    Err(QueryError::Busy)
}
