//! How folded tasks reach the tables.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use rusqlite::{CachedStatement, Connection, ToSql, params};
use taskfold_contracts::ids::{ListId, TaskId, UserId};
use taskfold_contracts::values::Due;

use super::Task;
use super::cell::{Cell, part};
use crate::counts::Tally;
use crate::sql::{signed, to_json};
use crate::{filter, search};

/// Writes what changed, in the order of creation, so that new rows go to the end of their table.
/// While building, search waits for the end.
pub(crate) fn all<'c>(
    connection: &'c Connection,
    cells: impl Iterator<Item = &'c Cell>,
    building: bool,
) -> Result<(), rusqlite::Error> {
    let mut changed: Vec<&Cell> = cells.filter(|cell| cell.changed != 0).collect();
    changed.sort_unstable_by_key(|cell| cell.number);
    let mut rows = Rows::new(connection)?;
    let mut tally = Tally::default();
    for cell in &changed {
        rows.write(cell)?;
        tally.change(cell.counted.as_ref(), &cell.task);
    }
    // The index keeps its own order, so that its pages are turned once.
    if !building {
        let mut index = search::Index::new(connection)?;
        let mut texts = changed.iter();
        texts.try_for_each(|cell| match cell.changed & part::TEXT {
            0 => Ok(()),
            _ => index.task(cell),
        })?;
    }
    tally.write(connection)
}

const INSERT: &str = "INSERT INTO tasks (number, task_id, workspace_id, list_id, parent_id, title,
        description, priority, due_date, due_time, due_zone, due_at, done, start_date, tags,
        recurrence, reminders, rank, blocked_by, assignee_id, created_by, created_at, updated_at,
        completed_at, deleted_at, previous_id, origin_source, origin_id, comment_count, version)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
        ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30)";

/// The columns of each part; the numbers are those of [`INSERT`].
const PARTS: &[(u16, &str)] = &[
    (part::UPDATED, ", updated_at = ?23"),
    (part::PLACE, ", list_id = ?4, parent_id = ?5, rank = ?18"),
    (part::TITLE, ", title = ?6"),
    (part::DESCRIPTION, ", description = ?7"),
    (part::PRIORITY, ", priority = ?8"),
    (
        part::DUE,
        ", due_date = ?9, due_time = ?10, due_zone = ?11, due_at = ?12",
    ),
    (part::START, ", start_date = ?14"),
    (part::TAGS, ", tags = ?15"),
    (part::BLOCKERS, ", blocked_by = ?19"),
    (part::COMMENTS, ", comment_count = ?29"),
    (part::DONE, ", done = ?13, completed_at = ?24"),
    (part::TRASH, ", deleted_at = ?25"),
    (
        part::REST,
        ", recurrence = ?16, reminders = ?17, assignee_id = ?20",
    ),
];

/// Writes these parts of a row. The version is always among them, so that there are 30 placeholders.
fn update(parts: u16) -> String {
    let mut sql = String::with_capacity(256);
    sql.push_str("UPDATE tasks SET version = ?30");
    for (part, columns) in PARTS {
        if parts & part != 0 {
            sql.push_str(columns);
        }
    }
    sql.push_str(" WHERE number = ?1");
    sql
}

/// Writes rows of tasks, and of what belongs to them.
struct Rows<'c> {
    connection: &'c Connection,
    insert: CachedStatement<'c>,
    /// By the parts that they write.
    updates: BTreeMap<u16, CachedStatement<'c>>,
    tags: Set<'c>,
    blockers: Set<'c>,
}

impl<'c> Rows<'c> {
    fn new(connection: &'c Connection) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            connection,
            insert: connection.prepare_cached(INSERT)?,
            updates: BTreeMap::new(),
            tags: Set::new(connection, DELETE_TAGS, INSERT_TAG)?,
            blockers: Set::new(connection, DELETE_BLOCKERS, INSERT_BLOCKER)?,
        })
    }

    fn write(&mut self, cell: &Cell) -> Result<(), rusqlite::Error> {
        row(self.statement(cell)?, cell)?;
        let task = &cell.task;
        if cell.changed & part::TAGS != 0 {
            self.tags.clear(cell)?;
            for tag in &task.tags {
                self.tags.add(task, &[&tag, &filter::fold(tag)])?;
            }
        }
        if cell.changed & part::BLOCKERS != 0 {
            self.blockers.clear(cell)?;
            for blocker in &task.blocked_by {
                self.blockers.add(task, &[&blocker.as_bytes()])?;
            }
        }
        Ok(())
    }

    fn statement(&mut self, cell: &Cell) -> Result<&mut CachedStatement<'c>, rusqlite::Error> {
        if !cell.stored {
            return Ok(&mut self.insert);
        }
        Ok(match self.updates.entry(cell.changed) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(free) => {
                free.insert(self.connection.prepare_cached(&update(cell.changed))?)
            }
        })
    }
}

const DELETE_TAGS: &str = "DELETE FROM task_tags WHERE task_id = ?1";
const INSERT_TAG: &str =
    "INSERT INTO task_tags (workspace_id, task_id, tag, tag_folded) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT DO NOTHING";
const DELETE_BLOCKERS: &str = "DELETE FROM task_blockers WHERE task_id = ?1";
const INSERT_BLOCKER: &str =
    "INSERT INTO task_blockers (workspace_id, task_id, blocker_id) VALUES (?1, ?2, ?3)
     ON CONFLICT DO NOTHING";

/// Rows of which a task has several.
struct Set<'c> {
    delete: CachedStatement<'c>,
    insert: CachedStatement<'c>,
}

impl<'c> Set<'c> {
    fn new(
        connection: &'c Connection,
        delete: &str,
        insert: &str,
    ) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            delete: connection.prepare_cached(delete)?,
            insert: connection.prepare_cached(insert)?,
        })
    }

    fn clear(&mut self, cell: &Cell) -> Result<(), rusqlite::Error> {
        if cell.stored {
            self.delete.execute([cell.task.task_id.as_bytes()])?;
        }
        Ok(())
    }

    fn add(&mut self, task: &Task, values: &[&dyn ToSql]) -> Result<(), rusqlite::Error> {
        let ids: [&dyn ToSql; 2] = [&task.workspace_id.as_bytes(), &task.task_id.as_bytes()];
        self.insert.execute(&*[&ids[..], values].concat())?;
        Ok(())
    }
}

fn row(statement: &mut CachedStatement<'_>, cell: &Cell) -> Result<(), rusqlite::Error> {
    let task = &cell.task;
    let due = DueColumns::of(task.due.as_ref());
    statement.execute(params![
        cell.number,
        task.task_id.as_bytes(),
        task.workspace_id.as_bytes(),
        task.list_id.as_ref().map(ListId::as_bytes),
        task.parent_id.as_ref().map(TaskId::as_bytes),
        task.title,
        task.description,
        task.priority.rank(),
        due.date,
        due.time,
        due.zone,
        due.at,
        task.completed_at.is_some(),
        task.start.map(|date| date.to_string()),
        array(&task.tags),
        task.recurrence.as_ref().map(to_json),
        array(&task.reminders),
        task.rank,
        array(&task.blocked_by),
        task.assignee_id.as_ref().map(UserId::as_bytes),
        task.created_by.as_ref().map(UserId::as_bytes),
        task.created_at.as_millis(),
        task.updated_at.as_millis(),
        task.completed_at
            .map(taskfold_contracts::time::Timestamp::as_millis),
        task.deleted_at
            .map(taskfold_contracts::time::Timestamp::as_millis),
        task.previous_id.as_ref().map(TaskId::as_bytes),
        task.origin.as_ref().map(|origin| origin.source.as_str()),
        task.origin
            .as_ref()
            .map(|origin| origin.external_id.as_str()),
        signed(task.comments),
        signed(task.version),
    ])?;
    Ok(())
}

fn array<T: serde::Serialize>(values: &[T]) -> std::borrow::Cow<'static, str> {
    if values.is_empty() {
        "[]".into()
    } else {
        to_json(&values).into()
    }
}

#[derive(Default)]
struct DueColumns<'d> {
    date: Option<String>,
    time: Option<String>,
    zone: Option<&'d str>,
    at: Option<i64>,
}

impl<'d> DueColumns<'d> {
    fn of(due: Option<&'d Due>) -> Self {
        let Some(due) = due else {
            return Self::default();
        };
        Self {
            date: Some(due.date.to_string()),
            time: due.time.map(|time| time.to_string()),
            zone: due.zone.as_deref(),
            at: Some(due_at(due)),
        }
    }
}

/// For sorting: a whole day counts as its last millisecond in UTC; so does a zone that is unknown here.
fn due_at(due: &Due) -> i64 {
    let zone = match (due.time, &due.zone) {
        (Some(_), Some(zone)) => TimeZone::get(zone).unwrap_or(TimeZone::UTC),
        (Some(_), None) | (None, _) => TimeZone::UTC,
    };
    let time = due.time.unwrap_or(Time::constant(23, 59, 59, 999_000_000));
    match due.date.to_datetime(time).to_zoned(zone) {
        Ok(at) => at.timestamp().as_millisecond(),
        // Within hours of the calendar's ends.
        Err(_) if due.date.year() < 0 => i64::MIN,
        Err(_) => i64::MAX - 1,
    }
}
