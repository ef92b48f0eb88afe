//! Searching.

use taskfold_contracts::ids::WorkspaceId;

use super::Hit;
use crate::error::QueryError;
use crate::page::Page;
use crate::views::Reader;

/// What to look for. Words must all occur; `"several words"` in this order; `invo*` and the last word
/// also match the beginnings of words; `-word` must not occur.
#[derive(Debug, Clone)]
pub struct SearchQuery {
    /// What somebody typed.
    pub text: String,
    /// Whether the trash is searched as well.
    pub trash: bool,
    /// At most so many, 1 to 500.
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// The tasks that fit, best first. Text without a word finds nothing.
pub fn query(r: &Reader, workspace: WorkspaceId, query: &SearchQuery) -> Result<Page<Hit>, QueryError> {
    let _ = (r, workspace, query);
    Err(QueryError::Busy)
}
