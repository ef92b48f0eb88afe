//! What a task is, folded from its events.

use std::sync::Arc;

use jiff::civil::Date;
use taskfold_contracts::events::{TaskCommented, TaskCreated, TaskUpdated};
use taskfold_contracts::ids::{ChangeId, ListId, TaskId, UserId};
use taskfold_contracts::position::Version;
use taskfold_contracts::reminders::Bell;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Actor, Due, Origin, Priority, Recurrence, Reminder};

use super::comments::{Comment, Comments};
use crate::brought::Brought;

/// A task, also one in the trash.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Number of its last event.
    pub version: Version,
    /// 1–500 characters.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// How urgent.
    pub priority: Priority,
    /// When it is due.
    pub due: Option<Due>,
    /// Not to be begun before.
    pub start: Option<Date>,
    /// Sorted, unique.
    pub tags: Vec<String>,
    /// How it repeats.
    pub recurrence: Option<Box<Recurrence>>,
    /// Its reminders.
    pub reminders: Vec<Reminder>,
    /// How these stand, in the same order.
    pub(crate) bells: Vec<Bell>,
    /// Its list; none is the inbox. A subtask is in the list of its parent.
    pub list_id: Option<ListId>,
    /// The task that it is a part of.
    pub parent_id: Option<TaskId>,
    /// Place among the tasks of its list and parent: ordered as bytes, then by id.
    pub rank: Arc<str>,
    /// Tasks that must be done first; sorted, unique.
    pub blocked_by: Vec<TaskId>,
    /// Who is to do it.
    pub assignee_id: Option<UserId>,
    /// The occurrence that was completed, when this is the next one.
    pub previous_id: Option<TaskId>,
    /// The next occurrence, which the last completion made.
    pub next_id: Option<TaskId>,
    /// Where it was imported from.
    pub origin: Option<Box<Origin>>,
    /// What was said about it, without what was taken away.
    pub comments: Comments,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Actor,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was done.
    pub completed_at: Option<Timestamp>,
    /// When it went to the trash.
    pub deleted_at: Option<Timestamp>,
    /// The change that put it into the trash; none while a batch is being decided.
    pub deleted_by: Option<ChangeId>,
    /// The change that made it, moved it to another list or parent or took it out of the trash, whichever came
    /// last; none while a batch is being decided.
    pub placed_by: Option<ChangeId>,
    /// How it came here, when it was imported.
    pub(crate) brought: Option<Box<Brought>>,
}

/// What a fold needs to know of an event besides its payload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Happened {
    pub(crate) version: Version,
    pub(crate) at: Timestamp,
    /// When the log took it in, which for something imported is later.
    pub(crate) recorded_at: Timestamp,
    pub(crate) actor: Actor,
    /// None while a batch is being decided: its change has no id yet.
    pub(crate) change: Option<ChangeId>,
    /// The change that this one takes back.
    pub(crate) undoes: Option<ChangeId>,
}

impl Task {
    /// Not done and not in the trash.
    pub fn is_open(&self) -> bool {
        self.completed_at.is_none() && self.deleted_at.is_none()
    }

    /// In the trash.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    pub(crate) fn created(event: &TaskCreated, happened: &Happened) -> Self {
        let mut blocked_by = event.blocked_by.clone();
        blocked_by.sort_unstable();
        Self {
            id: event.task_id,
            version: happened.version,
            title: event.title.clone(),
            description: event.description.clone(),
            priority: event.priority,
            due: event.due_date.clone(),
            start: event.start_date,
            tags: event.tags.clone(),
            recurrence: event.recurrence.clone().map(Box::new),
            reminders: event.reminders.clone(),
            bells: vec![Bell::set(happened.recorded_at); event.reminders.len()],
            list_id: event.list_id,
            parent_id: event.parent_id,
            rank: event.rank.as_str().into(),
            blocked_by,
            assignee_id: event.assignee_id,
            previous_id: event.previous_id,
            next_id: None,
            origin: event.origin.clone().map(Box::new),
            comments: Comments::default(),
            created_at: happened.at,
            created_by: event.created_by.map_or(happened.actor, Actor::User),
            updated_at: event.updated_at.unwrap_or(happened.at),
            completed_at: None,
            deleted_at: None,
            deleted_by: None,
            placed_by: happened.change,
            brought: Brought::made(event.origin.as_ref(), happened),
        }
    }

    /// Notes that something happened; a later event with an earlier time does not turn the clock back.
    pub(crate) fn touched(&mut self, happened: &Happened) {
        self.version = happened.version;
        self.updated_at = self.updated_at.max(happened.at);
    }

    pub(crate) fn updated(&mut self, event: &TaskUpdated) {
        if let Some(title) = &event.title {
            self.title.clone_from(title);
        }
        if let Some(description) = &event.description {
            self.description.clone_from(description);
        }
        if let Some(priority) = event.priority {
            self.priority = priority;
        }
        if let Some(due) = &event.due_date {
            self.due.clone_from(&due.value);
        }
        if let Some(start) = &event.start_date {
            self.start = start.value;
        }
        if let Some(recurrence) = &event.recurrence {
            self.recurrence = recurrence.value.clone().map(Box::new);
        }
        if let Some(reminders) = &event.reminders {
            self.reminders.clone_from(&reminders.value);
        }
        if let Some(assignee) = &event.assignee_id {
            self.assignee_id = assignee.value;
        }
        merge(&mut self.tags, &event.tags_added, &event.tags_removed);
        merge(
            &mut self.blocked_by,
            &event.blocked_by_added,
            &event.blocked_by_removed,
        );
    }

    pub(crate) fn commented(&mut self, event: &TaskCommented, happened: &Happened) {
        let comment = Comment {
            author_id: event.author_id,
            body: event.body.clone(),
            created_at: happened.at,
            edited_at: None,
        };
        self.comments.insert(event.comment_id, comment);
    }
}

/// Takes `removed` out of a sorted set and puts `added` in.
fn merge<T: Ord + Clone>(set: &mut Vec<T>, added: &[T], removed: &[T]) {
    if !removed.is_empty() {
        set.retain(|item| !removed.contains(item));
    }
    for item in added {
        if let Err(place) = set.binary_search(item) {
            set.insert(place, item.clone());
        }
    }
}
