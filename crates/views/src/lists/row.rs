//! A list as the API shows it.

use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{ListId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Origin;

/// A list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct List {
    /// Its id.
    pub list_id: ListId,
    /// Where it is.
    pub workspace_id: WorkspaceId,
    /// 1–200 characters.
    pub name: String,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// Place among the lists: ordered as bytes.
    pub rank: String,
    /// Where it was imported from.
    pub origin: Option<Origin>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was put away.
    pub archived_at: Option<Timestamp>,
    /// When it went to the trash.
    pub deleted_at: Option<Timestamp>,
    /// Version of its stream: what `If-Match` names.
    pub version: u64,
    /// Tasks to be done, trash aside.
    pub open: u64,
    /// Tasks done, trash aside.
    pub done: u64,
}
