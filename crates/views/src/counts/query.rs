//! Questions about counts.

use jiff::Zoned;
use taskfold_contracts::ids::WorkspaceId;

use super::Counts;
use crate::error::QueryError;
use crate::views::Reader;

/// The counts of a workspace; `now` is in the zone of whoever asks.
pub fn of_workspace(
    r: &Reader,
    workspace: WorkspaceId,
    now: &Zoned,
) -> Result<Counts, QueryError> {
    let _ = (r, workspace, now);
    Err(QueryError::Busy)
}
