//! Pages and the cursors that lead from one to the next.

use serde::{Deserialize, Serialize};

use crate::error::QueryError;

/// The greatest number of rows of a page.
pub const MAX_LIMIT: u32 = 500;

/// Some rows and where the next ones begin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Give it back for the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Refuses a limit out of range.
pub(crate) fn check_limit(limit: u32) -> Result<u32, QueryError> {
    if (1..=MAX_LIMIT).contains(&limit) {
        return Ok(limit);
    }
    Err(QueryError::Limit {
        given: limit,
        most: MAX_LIMIT,
    })
}
