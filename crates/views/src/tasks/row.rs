//! A task as the API shows it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{CommentId, ListId, TaskId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Due, Origin, Priority, Recurrence, Reminder};

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Task {
    /// Its id.
    pub task_id: TaskId,
    /// Where it is.
    pub workspace_id: WorkspaceId,
    /// Its list; null is the inbox.
    pub list_id: Option<ListId>,
    /// The task that it is a part of.
    pub parent_id: Option<TaskId>,
    /// 1–500 characters.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// How urgent.
    pub priority: Priority,
    /// When it is due.
    pub due: Option<Due>,
    /// Not to be begun before, `YYYY-MM-DD`.
    #[schema(value_type = Option<String>, format = Date)]
    pub start: Option<Date>,
    /// Sorted, unique.
    pub tags: Vec<String>,
    /// How it repeats.
    pub recurrence: Option<Recurrence>,
    /// Its reminders.
    pub reminders: Vec<Reminder>,
    /// Place among the tasks of its list and parent: ordered as bytes.
    pub rank: String,
    /// Tasks that must be done first.
    pub blocked_by: Vec<TaskId>,
    /// Whether one of these is open.
    pub blocked: bool,
    /// Who is to do it.
    pub assignee_id: Option<UserId>,
    /// Who made it; null when Taskfold itself did.
    pub created_by: Option<UserId>,
    /// When it was made; for an imported one, there.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was done.
    pub completed_at: Option<Timestamp>,
    /// When it went to the trash.
    pub deleted_at: Option<Timestamp>,
    /// The occurrence before this one of a recurring task.
    pub previous_id: Option<TaskId>,
    /// Where it was imported from.
    pub origin: Option<Origin>,
    /// Version of its stream: what `If-Match` names.
    pub version: u64,
    /// Its direct subtasks that are not in the trash.
    pub subtasks: Subtasks,
    /// How many comments it has.
    pub comments: u64,
}

/// Direct subtasks that are not in the trash.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Subtasks {
    /// To be done.
    pub open: u64,
    /// Done.
    pub done: u64,
}

/// A comment on a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Comment {
    /// Its id.
    pub comment_id: CommentId,
    /// The task.
    pub task_id: TaskId,
    /// Who wrote it; null when nobody here did.
    pub author_id: Option<UserId>,
    /// What they are called today; filled in by whoever shows it.
    pub author_name: Option<String>,
    /// Markdown.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last reworded.
    pub edited_at: Option<Timestamp>,
}

/// A tag and how many tasks bear it, trash aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Tag {
    /// The tag.
    pub tag: String,
    /// Tasks to be done.
    pub open: u64,
    /// Tasks done.
    pub done: u64,
}
