//! What events do to tasks.

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{TaskCreated, TaskMoved, TaskUpdated};
use taskfold_contracts::ids::TaskId;

use super::cell::{self, Cell, part};
use super::{Subtasks, Task};
use crate::activity::Entry;
use crate::apply::{Fold, Refusal};
use crate::reminders::project::{self as reminders, Before};
use crate::sql::place;

fn entry(task: &Task) -> Entry {
    Entry {
        task_id: Some(task.task_id),
        list_id: task.list_id,
        ..Entry::default()
    }
}

/// A task came to be.
pub(crate) fn created(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &TaskCreated,
) -> Result<Entry, Refusal> {
    // The log keeps (stream, version) unique: only a later version can meet a task that is there.
    let first = envelope.header.version.0 == 1;
    let held = fold.tasks.contains_key(&event.task_id);
    if held || (!first && cell::load(fold.connection, event.task_id)?.is_some()) {
        return Err(Refusal::Poison(format!(
            "{}: task {} is there already",
            envelope.header.event_type, event.task_id
        )));
    }
    let cell = Cell {
        number: place(envelope.header.position),
        counted: None,
        stored: false,
        changed: u16::MAX,
        task: task(envelope, event),
    };
    let entry = all_set(&cell.task);
    fold.tasks.insert(event.task_id, cell);
    reminders::follow(fold, envelope, event.task_id, &Before::default())?;
    Ok(entry)
}

/// What was set of a new task. Its rank is left out: every task has one, and nobody chose it.
fn all_set(task: &Task) -> Entry {
    let mut entry = entry(task);
    entry.text("title", None, Some(&task.title));
    if !task.description.is_empty() {
        entry.text("description", None, Some(&task.description));
    }
    entry.first("priority", &task.priority);
    entry.first("due", &task.due);
    entry.first("start", &task.start);
    entry.first("recurrence", &task.recurrence);
    entry.first("reminders", &task.reminders);
    entry.first("list_id", &task.list_id);
    entry.first("parent_id", &task.parent_id);
    entry.first("tags", &task.tags);
    entry.first("blocked_by", &task.blocked_by);
    entry.first("assignee_id", &task.assignee_id);
    entry
}

fn task(envelope: &Envelope, event: &TaskCreated) -> Task {
    Task {
        task_id: event.task_id,
        workspace_id: envelope.header.workspace_id,
        list_id: event.list_id,
        parent_id: event.parent_id,
        title: event.title.clone(),
        description: event.description.clone(),
        priority: event.priority,
        due: event.due_date.clone(),
        start: event.start_date,
        tags: event.tags.clone(),
        recurrence: event.recurrence.clone(),
        reminders: event.reminders.clone(),
        rank: event.rank.clone(),
        blocked_by: event.blocked_by.clone(),
        blocked: false,
        assignee_id: event.assignee_id,
        created_by: event.created_by.or(envelope.header.actor.user()),
        created_at: envelope.occurred_at,
        updated_at: event.updated_at.unwrap_or(envelope.occurred_at),
        completed_at: None,
        deleted_at: None,
        previous_id: event.previous_id,
        origin: event.origin.clone(),
        version: envelope.header.version.0,
        subtasks: Subtasks::default(),
        comments: 0,
    }
}

/// Fields of a task were changed.
pub(crate) fn updated(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &TaskUpdated,
) -> Result<Entry, Refusal> {
    let cell = cell::find(fold, envelope, event.task_id)?;
    let before = Before::of(&cell.task);
    cell.touch(envelope, 0);
    let mut entry = entry(&cell.task);
    texts(cell, event, &mut entry);
    let Cell { task, changed, .. } = cell;
    if let Some(priority) = event.priority {
        *changed |= part::PRIORITY;
        entry.set("priority", &mut task.priority, priority);
    }
    if let Some(due) = &event.due_date {
        *changed |= part::DUE;
        entry.set("due", &mut task.due, due.value.clone());
    }
    if let Some(start) = &event.start_date {
        *changed |= part::START;
        entry.set("start", &mut task.start, start.value);
    }
    if let Some(recurrence) = &event.recurrence {
        *changed |= part::REST;
        entry.set("recurrence", &mut task.recurrence, recurrence.value.clone());
    }
    if let Some(reminders) = &event.reminders {
        *changed |= part::REST;
        entry.set("reminders", &mut task.reminders, reminders.value.clone());
    }
    if let Some(assignee) = &event.assignee_id {
        *changed |= part::REST;
        entry.set("assignee_id", &mut task.assignee_id, assignee.value);
    }
    sets(cell, event, &mut entry);
    reminders::follow(fold, envelope, event.task_id, &before)?;
    Ok(entry)
}

fn texts(cell: &mut Cell, event: &TaskUpdated, entry: &mut Entry) {
    if let Some(title) = event
        .title
        .as_ref()
        .filter(|title| **title != cell.task.title)
    {
        entry.text("title", Some(&cell.task.title), Some(title));
        cell.task.title.clone_from(title);
        cell.changed |= part::TITLE;
    }
    let description = event.description.as_ref();
    if let Some(description) = description.filter(|text| **text != cell.task.description) {
        entry.text(
            "description",
            Some(&cell.task.description),
            Some(description),
        );
        cell.task.description.clone_from(description);
        cell.changed |= part::DESCRIPTION;
    }
}

fn sets(cell: &mut Cell, event: &TaskUpdated, entry: &mut Entry) {
    if !(event.tags_added.is_empty() && event.tags_removed.is_empty()) {
        let mut tags = without(&cell.task.tags, &event.tags_removed);
        tags.extend_from_slice(&event.tags_added);
        tags.sort_unstable();
        tags.dedup();
        entry.set("tags", &mut cell.task.tags, tags);
        cell.changed |= part::TAGS;
    }
    if !(event.blocked_by_added.is_empty() && event.blocked_by_removed.is_empty()) {
        let mut blockers = without(&cell.task.blocked_by, &event.blocked_by_removed);
        blockers.extend(without(&event.blocked_by_added, &blockers));
        entry.set("blocked_by", &mut cell.task.blocked_by, blockers);
        cell.changed |= part::BLOCKERS;
    }
}

fn without<T: Clone + PartialEq>(all: &[T], gone: &[T]) -> Vec<T> {
    all.iter()
        .filter(|one| !gone.contains(one))
        .cloned()
        .collect()
}

/// A task went to another list, parent or place.
pub(crate) fn moved(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &TaskMoved,
) -> Result<Entry, Refusal> {
    let cell = cell::find(fold, envelope, event.task_id)?;
    cell.touch(envelope, part::PLACE);
    let left = cell
        .task
        .list_id
        .filter(|list| Some(*list) != event.list_id);
    let mut entry = Entry {
        task_id: Some(event.task_id),
        list_id: event.list_id,
        left_list_id: left,
        ..Entry::default()
    };
    entry.set("list_id", &mut cell.task.list_id, event.list_id);
    entry.set("parent_id", &mut cell.task.parent_id, event.parent_id);
    entry.set("rank", &mut cell.task.rank, event.rank.clone());
    Ok(entry)
}

/// A task was done, or was not done after all.
pub(crate) fn completed(
    fold: &mut Fold,
    envelope: &Envelope,
    task_id: TaskId,
    done: bool,
) -> Result<Entry, Refusal> {
    let cell = cell::find(fold, envelope, task_id)?;
    let before = Before::of(&cell.task);
    cell.touch(envelope, part::DONE);
    let mut entry = entry(&cell.task);
    let at = done.then_some(envelope.occurred_at);
    entry.set("completed_at", &mut cell.task.completed_at, at);
    reminders::follow(fold, envelope, task_id, &before)?;
    Ok(entry)
}

/// A task went to the trash, or came back.
pub(crate) fn deleted(
    fold: &mut Fold,
    envelope: &Envelope,
    task_id: TaskId,
    gone: bool,
) -> Result<Entry, Refusal> {
    let cell = cell::find(fold, envelope, task_id)?;
    let before = Before::of(&cell.task);
    cell.touch(envelope, part::TRASH);
    let mut entry = entry(&cell.task);
    let at = gone.then_some(envelope.occurred_at);
    entry.set("deleted_at", &mut cell.task.deleted_at, at);
    reminders::follow(fold, envelope, task_id, &before)?;
    Ok(entry)
}

/// Something happened in the task's stream that changed nothing of it.
pub(crate) fn seen(fold: &mut Fold, envelope: &Envelope, task_id: TaskId) -> Result<(), Refusal> {
    let cell = cell::find(fold, envelope, task_id)?;
    cell.task.version = envelope.header.version.0;
    cell.changed |= part::VERSION;
    Ok(())
}
