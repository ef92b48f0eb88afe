//! What a search finds.

use serde::{Deserialize, Serialize};

use crate::tasks::Task;

/// A task that was found. In the marked texts each match stands between U+E000 and U+E001, which
/// occur in no text of a task, so that whoever shows them can mark without parsing HTML.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Hit {
    /// The task.
    pub task: Task,
    /// Its title, marked.
    pub title: String,
    /// The words around the first matches outside of the title, marked; null when there are none.
    pub snippet: Option<String>,
    /// Higher fits better; comparable within one search.
    pub score: f64,
}
