//! Taskfold's own exports: JSON (complete), CSV and iCalendar.

mod csv_file;
mod ical;
mod writer;
mod zones;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{CommentId, FilterId, ListId, TaskId, UserId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Due, Origin, Priority, Recurrence, Reminder};

pub use writer::{ExportWriter, Form, WriteError};

/// All of a workspace's lists and tasks, the trash included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// The version of this form: [`Export::VERSION`].
    pub taskfold_export: u32,
    /// When it was made.
    pub exported_at: Timestamp,
    /// Members: an import finds them by their addresses.
    #[serde(default)]
    pub people: Vec<ExportPerson>,
    /// Saved filters.
    #[serde(default)]
    pub filters: Vec<ExportFilter>,
    /// All lists.
    pub lists: Vec<ExportList>,
    /// All tasks.
    pub tasks: Vec<ExportTask>,
}

impl Export {
    /// The version that is written.
    pub const VERSION: u32 = 1;
}

/// Somebody whom tasks and comments name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportPerson {
    /// Their id.
    pub id: UserId,
    /// Their address: an import finds them by it.
    #[serde(default)]
    pub email: Option<String>,
    /// Their name.
    #[serde(default)]
    pub display_name: Option<String>,
}

/// A saved filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportFilter {
    /// Its id.
    pub id: FilterId,
    /// Its name.
    pub name: String,
    /// In the filter language.
    pub query: String,
    /// Sort keys.
    #[serde(default)]
    pub sort: String,
    /// When it was first saved.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

/// A list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportList {
    /// Its id.
    pub id: ListId,
    /// Its name.
    pub name: String,
    /// `#rrggbb`.
    #[serde(default)]
    pub color: Option<String>,
    /// Its place among the lists, in byte order.
    pub rank: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// Whether it was put away.
    #[serde(default)]
    pub archived: bool,
    /// When.
    #[serde(default)]
    pub archived_at: Option<Timestamp>,
    /// When it was put into the trash.
    #[serde(default)]
    pub deleted_at: Option<Timestamp>,
    /// Where it came from, if it was imported.
    #[serde(default)]
    pub origin: Option<Origin>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportTask {
    /// Its id.
    pub id: TaskId,
    /// Its list; nothing is the inbox.
    #[serde(default)]
    pub list_id: Option<ListId>,
    /// The task that it is a part of.
    #[serde(default)]
    pub parent_id: Option<TaskId>,
    /// What is to be done.
    pub title: String,
    /// Markdown.
    #[serde(default)]
    pub description: String,
    /// How urgent.
    #[serde(default)]
    pub priority: Priority,
    /// When it is due.
    #[serde(default)]
    pub due: Option<Due>,
    /// Not to be begun before.
    #[serde(default)]
    pub start: Option<Date>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// How it repeats.
    #[serde(default)]
    pub recurrence: Option<Recurrence>,
    /// Its reminders.
    #[serde(default)]
    pub reminders: Vec<Reminder>,
    /// Tasks that must be done first.
    #[serde(default)]
    pub blocked_by: Vec<TaskId>,
    /// Who is to do it.
    #[serde(default)]
    pub assignee_id: Option<UserId>,
    /// Its place in the list, in byte order.
    pub rank: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    #[serde(default)]
    pub created_by: Option<UserId>,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was done.
    #[serde(default)]
    pub completed_at: Option<Timestamp>,
    /// When it was put into the trash.
    #[serde(default)]
    pub deleted_at: Option<Timestamp>,
    /// The occurrence before this one, when it repeats.
    #[serde(default)]
    pub previous_id: Option<TaskId>,
    /// Where it came from, if it was imported.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// Its comments, oldest first.
    #[serde(default)]
    pub comments: Vec<ExportComment>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportComment {
    /// Its id.
    pub id: CommentId,
    /// Who wrote it.
    #[serde(default)]
    pub author_id: Option<UserId>,
    /// Markdown.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last reworded.
    #[serde(default)]
    pub edited_at: Option<Timestamp>,
}
