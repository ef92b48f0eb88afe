//! Questions about activity.

use taskfold_contracts::ids::{ChangeId, EventId, ListId, StreamId, TaskId, UserId, WorkspaceId};
use taskfold_contracts::values::Actor;
use taskfold_sql::{Error, Row, ValueRef};
use uuid::Uuid;

use super::{Activity, names};
use crate::cursor::{Cursor, Key};
use crate::error::QueryError;
use crate::page::{Page, check_limit};
use crate::reader::Reader;
use crate::sql::{instant, json, optional_uuid, position, unsigned, uuid};

const COLUMNS: &str = "number, workspace_id, stream_id, version, task_id, list_id, event_id, event_type, \
    actor_kind, actor_id, occurred_at, recorded_at, change_id, undoes, changes";

/// What happened to a task, newest first.
pub fn of_task(
    r: &Reader,
    workspace: WorkspaceId,
    task: TaskId,
    limit: u32,
    cursor: Option<&str>,
) -> Result<Page<Activity>, QueryError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM activity
         WHERE workspace_id = ?1 AND number < ?2 AND task_id = ?4 ORDER BY number DESC LIMIT ?3"
    );
    page(r, &sql, workspace, Some(("task", task.0)), limit, cursor)
}

/// What happened to a list and to the tasks that were in it then, newest first.
pub fn of_list(
    r: &Reader,
    workspace: WorkspaceId,
    list: ListId,
    limit: u32,
    cursor: Option<&str>,
) -> Result<Page<Activity>, QueryError> {
    // Two index walks that end after a page each: `OR` would read and sort all of the list's past.
    let walk = |column: &str| {
        format!(
            "SELECT * FROM (SELECT {COLUMNS} FROM activity
             WHERE workspace_id = ?1 AND {column} = ?4 AND number < ?2
             ORDER BY number DESC LIMIT ?3) AS walk"
        )
    };
    let sql = format!(
        "{} UNION ALL {} ORDER BY number DESC LIMIT ?3",
        walk("list_id"),
        walk("left_list_id")
    );
    page(r, &sql, workspace, Some(("list", list.0)), limit, cursor)
}

/// What happened in a workspace, newest first.
pub fn of_workspace(
    r: &Reader,
    workspace: WorkspaceId,
    limit: u32,
    cursor: Option<&str>,
) -> Result<Page<Activity>, QueryError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM activity
         WHERE workspace_id = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3"
    );
    page(r, &sql, workspace, None, limit, cursor)
}

fn page(
    r: &Reader,
    sql: &str,
    workspace: WorkspaceId,
    of: Option<(&str, Uuid)>,
    limit: u32,
    cursor: Option<&str>,
) -> Result<Page<Activity>, QueryError> {
    let limit = check_limit(limit)?;
    let (kind, id) = of.map_or(("all", String::new()), |(kind, id)| (kind, id.to_string()));
    let query = Cursor::query(&["activity", &workspace.to_string(), kind, &id]);
    let before = match cursor {
        None => i64::MAX,
        Some(text) => Cursor::parse(text, &query, 1)?.keys[0]
            .int()
            .ok_or(QueryError::Cursor("is damaged"))?,
    };
    let mut values = vec![
        ValueRef::Blob(workspace.as_bytes()),
        ValueRef::Int(before),
        ValueRef::Int(i64::from(limit) + 1),
    ];
    if let Some((_, id)) = &of {
        values.push(ValueRef::Blob(id.as_bytes()));
    }
    let rows = r.of(workspace)?.query(sql, &values, |row| {
        Ok((read(row)?, vec![Key::Int(row.get(0)?)]))
    })?;
    let mut page = Cursor::page(rows, limit, &query, |activity: &Activity| {
        activity.event_id.0
    });
    names::name_things(r, workspace, &mut page.items)?;
    Ok(page)
}

fn read(row: &Row) -> Result<Activity, Error> {
    let actor = match (row.get(8)?, optional_uuid(row, 9)?) {
        (1_i64, Some(user)) => Actor::User(UserId(user)),
        (2, Some(user)) => Actor::Agent(UserId(user)),
        _ => Actor::System,
    };
    Ok(Activity {
        position: position(row.get(0)?),
        event_id: EventId(uuid(row, 6)?),
        event_type: row.get(7)?,
        workspace_id: WorkspaceId(uuid(row, 1)?),
        stream_id: StreamId(uuid(row, 2)?),
        version: unsigned(row, 3)?,
        task_id: optional_uuid(row, 4)?.map(TaskId),
        task_title: None,
        list_id: optional_uuid(row, 5)?.map(ListId),
        list_name: None,
        actor,
        actor_name: None,
        occurred_at: instant(row, 10)?,
        recorded_at: instant(row, 11)?,
        change_id: ChangeId(uuid(row, 12)?),
        undoes: optional_uuid(row, 13)?.map(ChangeId),
        changes: json(row, 14)?,
    })
}
