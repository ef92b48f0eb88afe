//! A task in memory while a batch is folded.

use std::collections::btree_map::Entry;

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::ids::{ListId, TaskId};
use taskfold_sql::{Connection, Error, Row, ValueRef, values};

use super::{BY_ID, COLUMNS, Task, read};
use crate::apply::{Fold, Refusal};
use crate::sql::{padded, placeholders};

/// Tasks that are read with one statement.
const TOGETHER: usize = 64;

/// The parts of a row that are written together, so that only their indexes are rewritten.
pub(crate) mod part {
    /// The stream went on; the row has a new version.
    pub(crate) const VERSION: u16 = 1;
    pub(crate) const UPDATED: u16 = 1 << 1;
    /// List, parent, rank.
    pub(crate) const PLACE: u16 = 1 << 2;
    pub(crate) const TITLE: u16 = 1 << 3;
    pub(crate) const DESCRIPTION: u16 = 1 << 4;
    pub(crate) const PRIORITY: u16 = 1 << 5;
    pub(crate) const DUE: u16 = 1 << 6;
    pub(crate) const START: u16 = 1 << 7;
    pub(crate) const TAGS: u16 = 1 << 8;
    pub(crate) const BLOCKERS: u16 = 1 << 9;
    pub(crate) const COMMENTS: u16 = 1 << 10;
    pub(crate) const DONE: u16 = 1 << 11;
    pub(crate) const TRASH: u16 = 1 << 12;
    /// Recurrence, reminders, assignee.
    pub(crate) const REST: u16 = 1 << 13;
    /// What search indexes.
    pub(crate) const TEXT: u16 = TITLE | DESCRIPTION | TAGS | COMMENTS;
}

/// A task, and what of it is not yet written.
pub(crate) struct Cell {
    pub(crate) number: i64,
    pub(crate) task: Task,
    /// What the written row counts as; `None` when there is none or it is in the trash.
    pub(crate) counted: Option<Counted>,
    /// Whether there is a written row.
    pub(crate) stored: bool,
    /// What of it changed: a set of [`part`].
    pub(crate) changed: u16,
}

/// How a task enters the counts.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) list_id: Option<ListId>,
    pub(crate) done: bool,
    pub(crate) tags: Vec<String>,
}

impl Counted {
    /// Tasks in the trash count nowhere.
    pub(crate) fn of(task: &Task) -> Option<Self> {
        task.deleted_at.is_none().then(|| Self {
            list_id: task.list_id,
            done: task.completed_at.is_some(),
            tags: task.tags.clone(),
        })
    }

    /// Whether the task counts like this still, unless it went to the trash.
    pub(crate) fn is(&self, task: &Task) -> bool {
        self.list_id == task.list_id
            && self.done == task.completed_at.is_some()
            && self.tags == task.tags
    }
}

impl Cell {
    /// Marks a change that this event made to these parts.
    pub(crate) fn touch(&mut self, envelope: &Envelope, parts: u16) {
        self.changed |= part::VERSION | part::UPDATED | parts;
        self.task.version = envelope.header.version.0;
        self.task.updated_at = self.task.updated_at.max(envelope.occurred_at);
    }
}

/// The task that an event is about. One that is unknown, or of another workspace, is poison.
pub(crate) fn find<'f>(
    fold: &'f mut Fold,
    envelope: &Envelope,
    task_id: TaskId,
) -> Result<&'f mut Cell, Refusal> {
    let cell = match fold.tasks.entry(task_id) {
        Entry::Occupied(held) => held.into_mut(),
        Entry::Vacant(free) => {
            let cell = load(fold.connection, task_id)?;
            free.insert(cell.ok_or_else(|| unknown(envelope, task_id))?)
        }
    };
    if cell.task.workspace_id != envelope.header.workspace_id {
        return Err(Refusal::Poison(format!(
            "{}: task {task_id} is of another workspace",
            envelope.header.event_type
        )));
    }
    Ok(cell)
}

fn unknown(envelope: &Envelope, task_id: TaskId) -> Refusal {
    Refusal::Poison(format!(
        "{}: task {task_id} is unknown",
        envelope.header.event_type
    ))
}

/// The written row of a task.
pub(crate) fn load(connection: &Connection, task_id: TaskId) -> Result<Option<Cell>, Error> {
    connection.first(BY_ID, values![task_id.as_bytes()], stored)
}

/// The written rows of many tasks.
pub(crate) fn load_many(connection: &Connection, tasks: &[TaskId]) -> Result<Vec<Cell>, Error> {
    let mut cells = Vec::with_capacity(tasks.len());
    for part in tasks.chunks(TOGETHER) {
        let asked = padded(part);
        let ids = asked.iter().map(|id| ValueRef::Blob(id.as_bytes()));
        let ids: Vec<ValueRef> = ids.collect();
        let wanted = placeholders(1, ids.len());
        let sql = format!("SELECT {COLUMNS} FROM tasks t WHERE t.task_id IN ({wanted})");
        cells.extend(connection.query(&sql, &ids, stored)?);
    }
    Ok(cells)
}

fn stored(row: &Row) -> Result<Cell, Error> {
    let task = read(row)?;
    Ok(Cell {
        number: row.get(0)?,
        counted: Counted::of(&task),
        task,
        stored: true,
        changed: 0,
    })
}
