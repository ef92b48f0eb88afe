//! Questions about saved filters.

use taskfold_contracts::ids::{FilterId, WorkspaceId};

use super::SavedFilter;
use crate::error::QueryError;
use crate::views::Reader;

/// The saved filters of a workspace, by name.
pub fn all(r: &Reader, workspace: WorkspaceId) -> Result<Vec<SavedFilter>, QueryError> {
    let _ = (r, workspace);
    Err(QueryError::Busy)
}

/// One saved filter.
pub fn get(
    r: &Reader,
    workspace: WorkspaceId,
    filter: FilterId,
) -> Result<Option<SavedFilter>, QueryError> {
    let _ = (r, workspace, filter);
    Err(QueryError::Busy)
}
