//! Questions about lists.

use taskfold_contracts::ids::{ListId, WorkspaceId};

use super::List;
use crate::error::QueryError;
use crate::views::Reader;

/// The lists that are not in the trash, in their order; put away ones only when wanted.
pub fn all(r: &Reader, workspace: WorkspaceId, archived: bool) -> Result<Vec<List>, QueryError> {
    let _ = (r, workspace, archived);
    Err(QueryError::Busy)
}

/// One list, in the trash or not.
pub fn get(r: &Reader, workspace: WorkspaceId, list: ListId) -> Result<Option<List>, QueryError> {
    let _ = (r, workspace, list);
    Err(QueryError::Busy)
}
