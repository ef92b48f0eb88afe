//! Reminders as the API shows them.

use serde::Serialize;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_views::reminders::{self, Fired, Pending};
use taskfold_views::{QueryError, Reader};

/// Reminders of each kind that are shown.
const SHOWN: u32 = 200;

/// The reminders of a workspace.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Reminders {
    /// Those that wait for their moment, the next ones first; 200 at most.
    pub waiting: Vec<Pending>,
    /// Those that fired for what they are set for now or were before, the last ones first; 200 at most.
    pub fired: Vec<Fired>,
}

impl Reminders {
    pub(super) fn of(r: &Reader<'_>, workspace: WorkspaceId) -> Result<Self, QueryError> {
        Ok(Self {
            waiting: reminders::of_workspace(r, workspace, SHOWN)?,
            fired: reminders::fired(r, workspace, SHOWN)?,
        })
    }
}
