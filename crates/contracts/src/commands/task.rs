//! Commands on tasks.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{given, nullable};
use crate::ids::{CommentId, FilterId, ListId, ReminderId, TaskId, UserId};
use crate::time::Timestamp;
use crate::values::{Due, Origin, Priority, Recurrence, RecursFrom};

/// A new task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CreateTask {
    /// Its id, when the client chose one (UUID); else the server does.
    pub task_id: Option<TaskId>,
    /// 1–500 characters.
    pub title: String,
    /// Markdown, at most 64 KiB.
    pub description: String,
    /// How urgent.
    pub priority: Priority,
    /// When it is due.
    pub due: Option<Due>,
    /// Not to be begun before, `YYYY-MM-DD`.
    #[schema(value_type = Option<String>, format = Date)]
    pub start: Option<Date>,
    /// At most 50.
    pub tags: Vec<String>,
    /// How it repeats; needs `due`, unless counted from completion.
    pub recurrence: Option<RecurrenceInput>,
    /// Its reminders.
    pub reminders: Vec<ReminderInput>,
    /// Its list; nothing is the inbox.
    pub list_id: Option<ListId>,
    /// The task that it is a part of.
    pub parent_id: Option<TaskId>,
    /// Tasks that must be done first.
    pub blocked_by: Vec<TaskId>,
    /// Who is to do it.
    pub assignee_id: Option<UserId>,
}

/// How a task repeats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecurrenceInput {
    /// RFC 5545 RRULE value, such as `FREQ=WEEKLY;BYDAY=MO,TH`.
    pub rule: String,
    /// From the due date (default) or from completion.
    #[serde(default = "from_due")]
    pub from: RecursFrom,
    /// Excluded days.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub except: Vec<Date>,
}

fn from_due() -> RecursFrom {
    RecursFrom::Due
}

/// A reminder: exactly one of `at` and `minutes_before_due`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReminderInput {
    /// Its id, when it exists already.
    pub reminder_id: Option<ReminderId>,
    /// The instant.
    pub at: Option<Timestamp>,
    /// Minutes before due, 0 to 525 600.
    pub minutes_before_due: Option<i32>,
}

/// Changes of a task: an absent field is not touched, null sets to nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct UpdateTask {
    /// New title.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// New description.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// New priority.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// New due date.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub due: Option<Option<Due>>,
    /// New start date.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub start: Option<Option<Date>>,
    /// All tags, new. Not together with the next two.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Tags to add.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_tags: Vec<String>,
    /// Tags to remove.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove_tags: Vec<String>,
    /// New recurrence.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<Option<RecurrenceInput>>,
    /// All reminders, new.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub reminders: Option<Vec<ReminderInput>>,
    /// All blockers, new.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<Vec<TaskId>>,
    /// New assignee.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub assignee_id: Option<Option<UserId>>,
}

/// A new place: list and parent as given (an absent field stays), between the named neighbours or last.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct MoveTask {
    /// To which list; null is the inbox.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub list_id: Option<Option<ListId>>,
    /// Under which task; null is none.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<Option<TaskId>>,
    /// The task that is to come right before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<TaskId>,
    /// The task that is to come right after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<TaskId>,
}

/// What a comment says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CommentBody {
    /// Markdown, 1 character to 16 KiB.
    pub body: String,
}

/// Things from elsewhere. Ids are made from `origin` by the server, so that importing again adds nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Import {
    /// Lists, before the tasks that are in them.
    pub lists: Vec<ImportList>,
    /// Tasks, parents before children.
    pub tasks: Vec<ImportTask>,
    /// Saved filters. Only from Taskfold itself.
    pub filters: Vec<ImportFilter>,
}

/// A saved filter from elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportFilter {
    /// Its id, the same each time.
    pub filter_id: FilterId,
    /// 1–200 characters.
    pub name: String,
    /// In the filter language.
    pub query: String,
    /// Sort keys, such as `due,-priority`.
    pub sort: String,
    /// When it was first saved there.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When it was last saved there.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
}

/// A list from elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportList {
    /// Where it comes from.
    pub origin: Origin,
    /// Its id; the importer derives it from `origin` (as in UUID version 5), so it is the same each time.
    pub list_id: ListId,
    /// 1–200 characters.
    pub name: String,
    /// `#rrggbb`.
    #[serde(default)]
    pub color: Option<String>,
    /// When it was made there.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When it last changed there.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// Whether it was put away there.
    #[serde(default)]
    pub archived: bool,
    /// When; nothing is now.
    #[serde(default)]
    pub archived_at: Option<Timestamp>,
    /// Whether it was in the trash there.
    #[serde(default)]
    pub deleted: bool,
    /// Since when; nothing is now.
    #[serde(default)]
    pub deleted_at: Option<Timestamp>,
    /// Its place among the lists there; nothing puts it last. Only from Taskfold itself.
    #[serde(default)]
    pub rank: Option<String>,
}

/// A task from elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportTask {
    /// Where it comes from.
    pub origin: Origin,
    /// The task; `task_id` is set and derived from `origin`.
    pub task: CreateTask,
    /// When it was made there.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// Who made it there: a member here. Nothing is whoever imports; only an owner may name others.
    #[serde(default)]
    pub created_by: Option<UserId>,
    /// When it last changed there.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// When it was done there.
    #[serde(default)]
    pub completed_at: Option<Timestamp>,
    /// Whether it was in the trash there.
    #[serde(default)]
    pub deleted: bool,
    /// Since when; nothing is now.
    #[serde(default)]
    pub deleted_at: Option<Timestamp>,
    /// The occurrence before this one. Only from Taskfold itself.
    #[serde(default)]
    pub previous_id: Option<TaskId>,
    /// The occurrence that its completion made. Only from Taskfold itself.
    #[serde(default)]
    pub next_id: Option<TaskId>,
    /// Its comments there, oldest first.
    #[serde(default)]
    pub comments: Vec<ImportComment>,
    /// Its place in the list there; nothing puts it last. Only from Taskfold itself.
    #[serde(default)]
    pub rank: Option<String>,
    /// The series that `task.recurrence` belongs to, with its first occurrence and which one this is;
    /// nothing begins it at this task. Only from Taskfold itself.
    #[serde(default)]
    pub series: Option<Recurrence>,
}

/// A comment from elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportComment {
    /// Its id, derived by the importer.
    pub comment_id: CommentId,
    /// Markdown.
    pub body: String,
    /// Who wrote it there: a member here. Nothing is whoever imports; only an owner may name others.
    #[serde(default)]
    pub author_id: Option<UserId>,
    /// When it was written there.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When it was last reworded there.
    #[serde(default)]
    pub edited_at: Option<Timestamp>,
}
