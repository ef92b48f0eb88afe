//! How folded tasks reach the tables.

use std::collections::BTreeMap;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use taskfold_contracts::ids::{ListId, TaskId, UserId};
use taskfold_contracts::values::Due;
use taskfold_sql::{Bound, Connection, Dialect, Error};

use super::cell::{Cell, part};
use crate::counts::Tally;
use crate::held::replacing;
use crate::sql::{bound, signed, to_json};
use crate::{filter, search};

/// Writes what changed, in the order of creation, so that new rows go to the end of their table.
/// While building, search may wait for the end.
pub(crate) fn all<'c>(
    connection: &Connection,
    cells: impl Iterator<Item = &'c Cell>,
    building: bool,
) -> Result<(), Error> {
    let mut changed: Vec<&Cell> = cells.filter(|cell| cell.changed != 0).collect();
    if changed.is_empty() {
        return Ok(());
    }
    changed.sort_unstable_by_key(|cell| cell.number);
    match connection.dialect() {
        Dialect::Sqlite => parts(connection, &changed)?,
        Dialect::Postgres => whole(connection, &changed)?,
    }
    tags(connection, &changed)?;
    blockers(connection, &changed)?;
    let texts: Vec<&Cell> = changed
        .iter()
        .filter(|cell| cell.changed & part::TEXT != 0)
        .copied()
        .collect();
    search::index(connection, &texts, building)?;
    let mut tally = Tally::default();
    for cell in changed {
        tally.change(cell.counted.as_ref(), &cell.task);
    }
    tally.write(connection)
}

/// New rows, and of old ones what changed: SQLite leaves the rest alone, and the indexes on it.
fn parts(connection: &Connection, changed: &[&Cell]) -> Result<(), Error> {
    let new = changed.iter().filter(|cell| !cell.stored);
    connection.insert_many(&into(), COLUMNS.len(), "", new.map(|cell| row(cell)))?;
    // By the parts that they write.
    let mut old: BTreeMap<u16, Vec<&Cell>> = BTreeMap::new();
    for cell in changed.iter().filter(|cell| cell.stored) {
        old.entry(cell.changed).or_default().push(cell);
    }
    for (parts, cells) in old {
        connection.execute_many(&update(parts), cells.into_iter().map(row))?;
    }
    Ok(())
}

/// New rows and old ones with one statement: PostgreSQL writes a row as a whole in any case.
fn whole(connection: &Connection, changed: &[&Cell]) -> Result<(), Error> {
    connection.insert_many(
        &into(),
        COLUMNS.len(),
        &replacing(COLUMNS, 1),
        changed.iter().map(|cell| row(cell)),
    )
}

/// In the order of [`row`].
const COLUMNS: &[&str] = &[
    "number",
    "task_id",
    "workspace_id",
    "list_id",
    "parent_id",
    "title",
    "description",
    "priority",
    "due_date",
    "due_time",
    "due_zone",
    "due_at",
    "done",
    "start_date",
    "tags",
    "recurrence",
    "reminders",
    "rank",
    "blocked_by",
    "assignee_id",
    "created_by",
    "created_at",
    "updated_at",
    "completed_at",
    "deleted_at",
    "previous_id",
    "origin_source",
    "origin_id",
    "comment_count",
    "version",
];

fn into() -> String {
    format!("INSERT INTO tasks ({})", COLUMNS.join(", "))
}

/// The columns of each part; the numbers are those of [`COLUMNS`].
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

fn tags(connection: &Connection, changed: &[&Cell]) -> Result<(), Error> {
    let changed = with(changed, part::TAGS);
    clear(
        connection,
        "DELETE FROM task_tags WHERE task_id = ?1",
        &changed,
    )?;
    let tags = changed.iter().flat_map(|cell| {
        let task = &cell.task;
        task.tags.iter().map(move |tag| {
            bound![
                task.workspace_id.as_bytes(),
                task.task_id.as_bytes(),
                tag,
                filter::fold(tag)
            ]
        })
    });
    let into = "INSERT INTO task_tags (workspace_id, task_id, tag, tag_folded)";
    connection.insert_many(into, 4, "ON CONFLICT DO NOTHING", tags)
}

fn blockers(connection: &Connection, changed: &[&Cell]) -> Result<(), Error> {
    let changed = with(changed, part::BLOCKERS);
    clear(
        connection,
        "DELETE FROM task_blockers WHERE task_id = ?1",
        &changed,
    )?;
    let blockers = changed.iter().flat_map(|cell| {
        let task = &cell.task;
        task.blocked_by.iter().map(move |blocker| {
            bound![
                task.workspace_id.as_bytes(),
                task.task_id.as_bytes(),
                blocker.as_bytes()
            ]
        })
    });
    let into = "INSERT INTO task_blockers (workspace_id, task_id, blocker_id)";
    connection.insert_many(into, 3, "ON CONFLICT DO NOTHING", blockers)
}

/// The tasks of which one of these parts changed.
fn with<'c>(changed: &[&'c Cell], parts: u16) -> Vec<&'c Cell> {
    let cells = changed.iter().filter(|cell| cell.changed & parts != 0);
    cells.copied().collect()
}

/// Runs `delete` for each of these tasks that has rows.
fn clear(connection: &Connection, delete: &str, changed: &[&Cell]) -> Result<(), Error> {
    let stored = changed.iter().filter(|cell| cell.stored);
    let mut stored = stored
        .map(|cell| bound![cell.task.task_id.as_bytes()])
        .peekable();
    if stored.peek().is_some() {
        connection.execute_many(delete, stored)?;
    }
    Ok(())
}

fn row(cell: &Cell) -> Vec<Bound<'_>> {
    let task = &cell.task;
    let due = DueColumns::of(task.due.as_ref());
    bound![
        cell.number,
        task.task_id.as_bytes(),
        task.workspace_id.as_bytes(),
        task.list_id.as_ref().map(ListId::as_bytes),
        task.parent_id.as_ref().map(TaskId::as_bytes),
        &task.title,
        &task.description,
        i64::from(task.priority.rank()),
        due.date,
        due.time,
        due.zone,
        due.at,
        i64::from(task.completed_at.is_some()),
        task.start.map(|date| date.to_string()),
        array(&task.tags),
        task.recurrence.as_ref().map(to_json),
        array(&task.reminders),
        &task.rank,
        array(&task.blocked_by),
        task.assignee_id.as_ref().map(UserId::as_bytes),
        task.created_by.as_ref().map(UserId::as_bytes),
        &task.created_at,
        &task.updated_at,
        task.completed_at.as_ref(),
        task.deleted_at.as_ref(),
        task.previous_id.as_ref().map(TaskId::as_bytes),
        task.origin.as_ref().map(|origin| &origin.source),
        task.origin.as_ref().map(|origin| &origin.external_id),
        signed(task.comments),
        signed(task.version),
    ]
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
