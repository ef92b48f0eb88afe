//! Counts as the API shows them.

use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::ListId;

/// How many tasks a workspace has, trash aside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Counts {
    /// To be done.
    pub open: u64,
    /// Done.
    pub done: u64,
    /// To be done, and the due time or day is over.
    pub overdue: u64,
    /// To be done today, not yet overdue.
    pub today: u64,
    /// By list, the inbox (null) first, then in the order of the ids; lists without tasks are absent.
    pub lists: Vec<ListCount>,
}

/// How many tasks a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ListCount {
    /// The list; null is the inbox.
    pub list_id: Option<ListId>,
    /// To be done.
    pub open: u64,
    /// Done.
    pub done: u64,
}
