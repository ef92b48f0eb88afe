//! A saved filter as the API shows it.

use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{FilterId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;

/// A filter under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SavedFilter {
    /// Its id.
    pub filter_id: FilterId,
    /// Where it is.
    pub workspace_id: WorkspaceId,
    /// 1–200 characters.
    pub name: String,
    /// In the filter language.
    pub query: String,
    /// Sort keys, such as `due,-priority`.
    pub sort: String,
    /// Who saved it last.
    pub saved_by: Option<UserId>,
    /// When it was first saved.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
}
