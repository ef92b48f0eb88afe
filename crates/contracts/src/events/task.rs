//! What happens to tasks.

use jiff::civil::Date;

use super::record::records;
use crate::ids::{CommentId, ListId, TaskId, UserId};
use crate::time::Timestamp;
use crate::values::{Due, Origin, Priority, Recurrence, Reminder, Set};

records! {
    /// A task came to be: by a person, an import, or as the next occurrence of a recurring one.
    TaskCreated {
        /// The task.
        task_id: TaskId,
        /// 1–500 characters.
        title: String,
        /// Markdown, at most 64 KiB.
        description: String,
        /// How urgent.
        priority: Priority,
        /// When it is due.
        due_date: Option<Due>,
        /// Not to be begun before.
        start_date: Option<Date>,
        /// At most 50, sorted, unique.
        tags: Vec<String>,
        /// How it repeats.
        recurrence: Option<Recurrence>,
        /// Its reminders.
        reminders: Vec<Reminder>,
        /// Its list; none is the inbox.
        list_id: Option<ListId>,
        /// The task that it is a part of.
        parent_id: Option<TaskId>,
        /// Place among the tasks of its list and parent: ordered as bytes.
        rank: String,
        /// Tasks that must be done first.
        blocked_by: Vec<TaskId>,
        /// Who is to do it.
        assignee_id: Option<UserId>,
        /// The occurrence that was completed, when this is the next one.
        previous_id: Option<TaskId>,
        /// Where it was imported from.
        origin: Option<Origin>,
        /// Who made it there, when it was imported; none is the user of the event.
        created_by: Option<UserId>,
        /// When it last changed there, when it was imported; none is the time of the event.
        updated_at: Option<Timestamp>,
    }
    /// Fields of a task were changed; what is null or empty was not touched.
    TaskUpdated {
        /// The task.
        task_id: TaskId,
        /// New title.
        title: Option<String>,
        /// New description.
        description: Option<String>,
        /// New priority.
        priority: Option<Priority>,
        /// New due date, or none.
        due_date: Option<Set<Option<Due>>>,
        /// New start date, or none.
        start_date: Option<Set<Option<Date>>>,
        /// Tags that came.
        tags_added: Vec<String>,
        /// Tags that went.
        tags_removed: Vec<String>,
        /// New recurrence, or none.
        recurrence: Option<Set<Option<Recurrence>>>,
        /// All reminders, new.
        reminders: Option<Set<Vec<Reminder>>>,
        /// Blockers that came.
        blocked_by_added: Vec<TaskId>,
        /// Blockers that went.
        blocked_by_removed: Vec<TaskId>,
        /// New assignee, or none.
        assignee_id: Option<Set<Option<UserId>>>,
    }
    /// A task went to another list, parent or place.
    TaskMoved {
        /// The task.
        task_id: TaskId,
        /// Its list now; none is the inbox.
        list_id: Option<ListId>,
        /// Its parent now.
        parent_id: Option<TaskId>,
        /// Its place now.
        rank: String,
    }
    /// A task was done.
    TaskCompleted {
        /// The task.
        task_id: TaskId,
        /// The next occurrence, created in the same append.
        next_id: Option<TaskId>,
    }
    /// A task was not done after all.
    TaskReopened {
        /// The task.
        task_id: TaskId,
    }
    /// A task went to the trash.
    TaskDeleted {
        /// The task.
        task_id: TaskId,
    }
    /// A task came back from the trash.
    TaskRestored {
        /// The task.
        task_id: TaskId,
    }
    /// Somebody said something about a task.
    TaskCommented {
        /// The task.
        task_id: TaskId,
        /// The comment.
        comment_id: CommentId,
        /// Who wrote it: also when an undo or an import brings it (back).
        author_id: Option<UserId>,
        /// Markdown, at most 16 KiB.
        body: String,
    }
    /// A comment was reworded.
    TaskCommentEdited {
        /// The task.
        task_id: TaskId,
        /// The comment.
        comment_id: CommentId,
        /// New text.
        body: String,
    }
    /// A comment was taken away.
    TaskCommentDeleted {
        /// The task.
        task_id: TaskId,
        /// The comment.
        comment_id: CommentId,
    }
}
