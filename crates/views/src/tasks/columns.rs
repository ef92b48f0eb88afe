//! The columns of a task, in one order for reading and writing.

use taskfold_contracts::ids::{ListId, TaskId, UserId, WorkspaceId};
use taskfold_contracts::values::{Due, Origin, Priority};
use taskfold_sql::{Error, Row, ValueRef};

use super::{Subtasks, Task};
use crate::sql::{instant, json, optional_instant, optional_uuid, parsed, unsigned, uuid};

macro_rules! columns {
    () => {
        "t.number, t.task_id, t.workspace_id, t.list_id, t.parent_id, t.title, t.description, t.priority, \
         t.due_date, t.due_time, t.due_zone, t.start_date, t.tags, t.recurrence, t.reminders, t.rank, \
         t.blocked_by, t.assignee_id, t.created_by, t.created_at, t.updated_at, t.completed_at, \
         t.deleted_at, t.previous_id, t.origin_source, t.origin_id, t.comment_count, t.version"
    };
}
/// One task by its id.
pub(crate) const BY_ID: &str = concat!("SELECT ", columns!(), " FROM tasks t WHERE t.task_id = ?1");

/// What [`read`] reads, of the tasks table under the alias `t`.
pub(crate) const COLUMNS: &str = columns!();

/// How many they are.
pub(crate) const COLUMN_COUNT: usize = 28;

/// A task from [`COLUMNS`]. Whether it is blocked, and its subtasks, are in other rows.
pub(crate) fn read(row: &Row) -> Result<Task, Error> {
    Ok(Task {
        task_id: TaskId(uuid(row, 1)?),
        workspace_id: WorkspaceId(uuid(row, 2)?),
        list_id: optional_uuid(row, 3)?.map(ListId),
        parent_id: optional_uuid(row, 4)?.map(TaskId),
        title: row.get(5)?,
        description: row.get(6)?,
        priority: priority(row.get(7)?),
        due: due(row)?,
        start: optional_parsed(row, 11)?,
        tags: array(row, 12)?,
        recurrence: if is_null(row, 13)? {
            None
        } else {
            Some(json(row, 13)?)
        },
        reminders: array(row, 14)?,
        rank: row.get(15)?,
        blocked_by: array(row, 16)?,
        blocked: false,
        assignee_id: optional_uuid(row, 17)?.map(UserId),
        created_by: optional_uuid(row, 18)?.map(UserId),
        created_at: instant(row, 19)?,
        updated_at: instant(row, 20)?,
        completed_at: optional_instant(row, 21)?,
        deleted_at: optional_instant(row, 22)?,
        previous_id: optional_uuid(row, 23)?.map(TaskId),
        origin: origin(row.get(24)?, row.get(25)?),
        comments: unsigned(row, 26)?,
        version: unsigned(row, 27)?,
        subtasks: Subtasks::default(),
    })
}

/// An origin from its two columns, which are set together.
pub(crate) fn origin(source: Option<String>, external_id: Option<String>) -> Option<Origin> {
    Some(Origin {
        source: source?,
        external_id: external_id?,
    })
}

fn priority(rank: u8) -> Priority {
    Priority::ALL
        .into_iter()
        .find(|priority| priority.rank() == rank)
        .unwrap_or_default()
}

fn due(row: &Row) -> Result<Option<Due>, Error> {
    let Some(date) = optional_parsed(row, 8)? else {
        return Ok(None);
    };
    Ok(Some(Due {
        date,
        time: optional_parsed(row, 9)?,
        zone: row.get(10)?,
    }))
}

fn is_null(row: &Row, index: usize) -> Result<bool, Error> {
    Ok(row.value(index)? == ValueRef::Null)
}

fn optional_parsed<T>(row: &Row, index: usize) -> Result<Option<T>, Error>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    if is_null(row, index)? {
        Ok(None)
    } else {
        parsed(row, index).map(Some)
    }
}

/// A JSON array; nearly all are empty, and those cost no parsing.
fn array<T: serde::de::DeserializeOwned>(row: &Row, index: usize) -> Result<Vec<T>, Error> {
    if row.get::<&str>(index)? == "[]" {
        Ok(Vec::new())
    } else {
        json(row, index)
    }
}
