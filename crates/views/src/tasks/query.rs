//! Questions about tasks.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Zoned;
use taskfold_contracts::ids::{CommentId, TaskId, UserId, WorkspaceId};
use taskfold_sql::{Dialect, Error, Row, ToValue, ValueRef, values};

use super::sort::{DONE, OPEN, Order, Stage, halves};
use super::{COLUMN_COUNT, COLUMNS, Comment, Subtasks, Tag, Task, read};
use crate::cursor::{Cursor, Key};
use crate::error::QueryError;
use crate::filter::{Filter, FilterContext, Param, Sort};
use crate::page::{Page, check_limit};
use crate::reader::Reader;
use crate::sql::{instant, optional_instant, optional_uuid, padded, placeholders, unsigned, uuid};

/// Which tasks, in what order, and how many.
#[derive(Debug, Clone)]
pub struct TaskQuery {
    /// What must hold of them.
    pub filter: Filter,
    /// Their order; without keys by rank.
    pub sort: Sort,
    /// Whether done tasks are shown though the filter does not ask about being done.
    pub done: bool,
    /// At most so many, 1 to 500.
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Now, in the zone of whoever asks.
    pub now: Zoned,
    /// Whoever asks.
    pub me: UserId,
}

/// A page of tasks. Tasks in the trash are left out unless the filter asks about the trash.
pub fn list(
    r: &Reader,
    workspace: WorkspaceId,
    query: &TaskQuery,
) -> Result<Page<Task>, QueryError> {
    let limit = check_limit(query.limit)?;
    let order = Order::of(&query.sort);
    let fingerprint = Cursor::query(&[
        "tasks",
        &workspace.to_string(),
        &query.filter.to_string(),
        &query.sort.to_string(),
        &query.done.to_string(),
    ]);
    let cursor = query.cursor.as_deref();
    let cursor = cursor
        .map(|text| Cursor::parse(text, &fingerprint, order.keys()))
        .transpose()?;
    let mut params = vec![Param::Blob(workspace.as_bytes().to_vec())];
    let connection = r.of(workspace)?;
    let conditions = conditions(query, connection.dialect(), &mut params);
    let halves = halves(&query.filter, query.done);
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX) + 1;
    let mut rows = Vec::new();
    let place = cursor.as_ref().map(|cursor| cursor.keys.as_slice());
    for stage in order.stages(place, params.len()) {
        if rows.len() < wanted {
            let room = wanted - rows.len();
            let Some(sql) = statement(&order, &stage, &conditions, halves, room) else {
                continue;
            };
            let values = params.iter().chain(&stage.params);
            let values: Vec<ValueRef> = values.map(ToValue::to_value).collect();
            rows.extend(connection.query(&sql, &values, |row| {
                Ok((read(row)?, keys(row, order.keys())?))
            })?);
        }
    }
    let mut page = Cursor::page(rows, limit, &fingerprint, |task: &Task| task.task_id.0);
    complete(r, workspace, &mut page.items)?;
    Ok(page)
}

/// One stretch of the order; the halves are merged as they are walked along. None when it is in neither.
pub(super) fn statement(
    order: &Order,
    stage: &Stage,
    conditions: &str,
    halves: &[&str],
    room: usize,
) -> Option<String> {
    let fits = |half: &&&str| match stage.half {
        Some(only) if matches!(**half, OPEN | DONE) => only == **half,
        Some(_) | None => true,
    };
    let selects: Vec<String> = halves
        .iter()
        .filter(fits)
        .map(|half| {
            format!(
                "SELECT {COLUMNS}{} FROM tasks t WHERE {conditions} AND {half} AND {}",
                order.selected(),
                stage.condition
            )
        })
        .collect();
    (!selects.is_empty()).then(|| {
        let selects = selects.join(" UNION ALL ");
        format!("{selects} {} LIMIT {room}", stage.by)
    })
}

pub(super) fn conditions(query: &TaskQuery, dialect: Dialect, params: &mut Vec<Param>) -> String {
    let mut conditions = "t.workspace_id = ?1".to_owned();
    if !query.filter.mentions_trash() {
        conditions.push_str(" AND t.deleted_at IS NULL");
    } else if !query.done && !query.filter.mentions_completion() {
        conditions.push_str(" AND t.completed_at IS NULL");
    }
    if query.filter.condition.is_some() {
        let context = FilterContext {
            now: query.now.clone(),
            me: query.me,
        };
        conditions.push_str(" AND (");
        conditions.push_str(&query.filter.to_sql(dialect, params, &context));
        conditions.push(')');
    }
    conditions
}

/// The keys behind the columns, and the number.
fn keys(row: &Row, count: usize) -> Result<Vec<Key>, Error> {
    (COLUMN_COUNT..COLUMN_COUNT + count - 1)
        .chain([0])
        .map(|index| match row.value(index)? {
            ValueRef::Null => Ok(Key::Null),
            ValueRef::Text(text) => Ok(Key::Text(text.to_owned())),
            ValueRef::Int(_) | ValueRef::Real(_) | ValueRef::Blob(_) => {
                Ok(Key::Int(row.get(index)?))
            }
        })
        .collect()
}

/// One task, in the trash or not.
pub fn get(r: &Reader, workspace: WorkspaceId, task: TaskId) -> Result<Option<Task>, QueryError> {
    let sql = format!("SELECT {COLUMNS} FROM tasks t WHERE t.task_id = ?1 AND t.workspace_id = ?2");
    let found =
        r.of(workspace)?
            .first(&sql, values![task.as_bytes(), workspace.as_bytes()], read)?;
    let Some(found) = found else { return Ok(None) };
    let mut tasks = [found];
    complete(r, workspace, &mut tasks)?;
    let [task] = tasks;
    Ok(Some(task))
}

/// These tasks, in the order of their ids, those in the trash too; ids that are of no task here are left out.
pub fn named(
    r: &Reader,
    workspace: WorkspaceId,
    tasks: &[TaskId],
) -> Result<Vec<Task>, QueryError> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let ids = padded(tasks);
    let sql = format!(
        "SELECT {COLUMNS} FROM tasks t WHERE t.workspace_id = ?1 AND t.task_id IN ({})
         ORDER BY t.task_id",
        placeholders(2, ids.len())
    );
    let connection = r.of(workspace)?;
    let mut found = connection.query(&sql, &behind(&workspace, &ids), read)?;
    complete(r, workspace, &mut found)?;
    Ok(found)
}

/// Tasks in the order of their ids, those in the trash too, behind one of them: for reading all of a
/// workspace. Whether they are blocked, and their subtasks, is not filled in.
pub fn by_id(
    r: &Reader,
    workspace: WorkspaceId,
    after: Option<TaskId>,
    limit: u32,
) -> Result<Vec<Task>, QueryError> {
    let limit = check_limit(limit)?;
    let connection = r.of(workspace)?;
    let own = match connection.dialect() {
        // The plus keeps to the index of ids: any other one would have to be sorted for each page.
        Dialect::Sqlite => "+t.workspace_id",
        Dialect::Postgres => "t.workspace_id",
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM tasks t WHERE {own} = ?1 AND t.task_id > ?2
         ORDER BY t.task_id LIMIT ?3"
    );
    let after = after.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
    Ok(connection.query(&sql, values![workspace.as_bytes(), after, limit], read)?)
}

/// Fills in what other rows say of these tasks (whether they are blocked, their subtasks), with one
/// statement each.
pub(crate) fn complete(
    r: &Reader,
    workspace: WorkspaceId,
    tasks: &mut [Task],
) -> Result<(), QueryError> {
    if tasks.is_empty() {
        return Ok(());
    }
    let subtasks = subtasks(r, workspace, tasks)?;
    for task in &mut *tasks {
        task.subtasks = subtasks.get(&task.task_id).copied().unwrap_or_default();
    }
    if tasks.iter().all(|task| task.blocked_by.is_empty()) {
        return Ok(());
    }
    let ids = ids(tasks);
    let sql = format!(
        "SELECT DISTINCT b.task_id FROM task_blockers b JOIN tasks o ON o.task_id = b.blocker_id
         WHERE o.workspace_id = ?1 AND o.completed_at IS NULL AND o.deleted_at IS NULL
             AND b.task_id IN ({})",
        placeholders(2, ids.len())
    );
    let connection = r.of(workspace)?;
    let found = connection.query(&sql, &behind(&workspace, &ids), |row| uuid(row, 0))?;
    let blocked: BTreeSet<TaskId> = found.into_iter().map(TaskId).collect();
    for task in tasks {
        task.blocked = blocked.contains(&task.task_id);
    }
    Ok(())
}

fn subtasks(
    r: &Reader,
    workspace: WorkspaceId,
    tasks: &[Task],
) -> Result<BTreeMap<TaskId, Subtasks>, QueryError> {
    let ids = ids(tasks);
    let sql = format!(
        "SELECT parent_id, count(*) - count(completed_at), count(completed_at) FROM tasks
         WHERE parent_id IN ({}) AND workspace_id = ?1 AND deleted_at IS NULL GROUP BY parent_id",
        placeholders(2, ids.len())
    );
    let connection = r.of(workspace)?;
    let found = connection.query(&sql, &behind(&workspace, &ids), |row| {
        let subtasks = Subtasks {
            open: unsigned(row, 1)?,
            done: unsigned(row, 2)?,
        };
        Ok((TaskId(uuid(row, 0)?), subtasks))
    })?;
    Ok(found.into_iter().collect())
}

fn ids(tasks: &[Task]) -> Vec<TaskId> {
    let ids: Vec<TaskId> = tasks.iter().map(|task| task.task_id).collect();
    padded(&ids)
}

/// The workspace, and behind it the tasks.
fn behind<'v>(workspace: &'v WorkspaceId, ids: &'v [TaskId]) -> Vec<ValueRef<'v>> {
    let ids = ids.iter().map(|id| ValueRef::Blob(id.as_bytes()));
    std::iter::once(ValueRef::Blob(workspace.as_bytes()))
        .chain(ids)
        .collect()
}

/// The comments of a task that still stand, oldest first.
pub fn comments(
    r: &Reader,
    workspace: WorkspaceId,
    task: TaskId,
    limit: u32,
    cursor: Option<&str>,
) -> Result<Page<Comment>, QueryError> {
    let limit = check_limit(limit)?;
    let query = Cursor::query(&["comments", &workspace.to_string(), &task.to_string()]);
    let (at, after) = match cursor {
        None => (i64::MIN, [0; 16]),
        Some(text) => {
            let cursor = Cursor::parse(text, &query, 1)?;
            let at = cursor.keys[0]
                .int()
                .ok_or(QueryError::Cursor("is damaged"))?;
            (at, cursor.id.into_bytes())
        }
    };
    let sql = "SELECT comment_id, task_id, author_id, body, created_at, edited_at FROM comments
         WHERE workspace_id = ?1 AND task_id = ?2 AND deleted_at IS NULL
             AND (created_at, comment_id) > (?3, ?4)
         ORDER BY created_at, comment_id LIMIT ?5";
    let rows = r.of(workspace)?.query(
        sql,
        values![workspace.as_bytes(), task.as_bytes(), at, after, limit + 1],
        |row| Ok((comment(row)?, vec![Key::Int(row.get(4)?)])),
    )?;
    Ok(Cursor::page(rows, limit, &query, |comment: &Comment| {
        comment.comment_id.0
    }))
}

fn comment(row: &Row) -> Result<Comment, Error> {
    Ok(Comment {
        comment_id: CommentId(uuid(row, 0)?),
        task_id: TaskId(uuid(row, 1)?),
        author_id: optional_uuid(row, 2)?.map(UserId),
        author_name: None,
        body: row.get(3)?,
        created_at: instant(row, 4)?,
        edited_at: optional_instant(row, 5)?,
    })
}

/// All tags in use, in alphabetical order.
pub fn tags(r: &Reader, workspace: WorkspaceId) -> Result<Vec<Tag>, QueryError> {
    let sql = "SELECT tag, open, done FROM tag_counts WHERE workspace_id = ?1 ORDER BY tag";
    Ok(r.of(workspace)?
        .query(sql, values![workspace.as_bytes()], |row| {
            Ok(Tag {
                tag: row.get(0)?,
                open: unsigned(row, 1)?,
                done: unsigned(row, 2)?,
            })
        })?)
}
