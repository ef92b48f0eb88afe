//! What Taskfold itself asks for; nothing outside can.

use serde::{Deserialize, Serialize};

use crate::ids::{ReminderId, TaskId};
use crate::time::Timestamp;

/// The moment of a reminder has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriggerReminder {
    /// The task.
    pub task_id: TaskId,
    /// The reminder.
    pub reminder_id: ReminderId,
    /// The moment that the sender found it set for.
    pub due_at: Timestamp,
}
