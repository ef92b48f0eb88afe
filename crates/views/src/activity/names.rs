//! Names beside the ids of activity: one statement for each kind of thing on a page, so that whoever shows
//! it looks up nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_sql::ValueRef;
use uuid::Uuid;

use super::row::{Activity, Change, Named};
use crate::error::QueryError;
use crate::reader::Reader;
use crate::sql::{padded, placeholders, uuid};

/// Names looked up with one statement.
const CHUNK: usize = 512;
/// What stands before the id of a member in the name of a field.
const MEMBERS: &str = "member:";

pub(super) type Names = BTreeMap<Uuid, String>;

/// What an id of a field is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Task,
    List,
    Person,
}

/// Names the tasks and lists of these rows as they are called in this snapshot.
pub(super) fn name_things(
    r: &Reader,
    workspace: WorkspaceId,
    rows: &mut [Activity],
) -> Result<(), QueryError> {
    let tasks = rows.iter().filter_map(|row| row.task_id.map(|id| id.0));
    let tasks = look_up(
        r,
        "SELECT task_id, title FROM tasks WHERE workspace_id = ?1 AND task_id IN",
        workspace,
        tasks.chain(within(rows, Kind::Task)).collect(),
    )?;
    let lists = rows.iter().filter_map(|row| row.list_id.map(|id| id.0));
    let lists = lists_called(
        r,
        workspace,
        lists.chain(within(rows, Kind::List)).collect(),
    )?;
    for row in rows {
        row.task_title = row.task_id.and_then(|id| tasks.get(&id.0).cloned());
        row.list_name = row.list_id.and_then(|id| lists.get(&id.0).cloned());
        name_values(&mut row.changes, Kind::Task, &tasks);
        name_values(&mut row.changes, Kind::List, &lists);
    }
    Ok(())
}

/// The names of lists, also of those in the trash.
pub(super) fn lists_called(
    r: &Reader,
    workspace: WorkspaceId,
    ids: BTreeSet<Uuid>,
) -> Result<Names, QueryError> {
    let sql = "SELECT list_id, name FROM lists WHERE workspace_id = ?1 AND list_id IN";
    look_up(r, sql, workspace, ids)
}

/// The people of these rows: actors, assignees, members.
pub fn people(rows: &[Activity]) -> BTreeSet<UserId> {
    let actors = rows.iter().filter_map(|row| row.actor.user());
    let members = rows.iter().flat_map(|row| &row.changes).filter_map(member);
    let assignees = within(rows, Kind::Person);
    actors.chain(members.chain(assignees).map(UserId)).collect()
}

/// Names the people of these rows. The past of one workspace does not hold their names, as people belong to
/// no workspace: ask the live views.
pub fn name_people(rows: &mut [Activity], names: &BTreeMap<UserId, String>) {
    let named = names.iter().map(|(id, name)| (id.0, name.clone()));
    let people: Names = named.collect();
    for row in rows {
        row.actor_name = row.actor.user().and_then(|id| people.get(&id.0).cloned());
        name_values(&mut row.changes, Kind::Person, &people);
        for change in &mut row.changes {
            change.member_name = member(change).and_then(|id| people.get(&id).cloned());
        }
    }
}

fn kind_of(change: &Change) -> Option<Kind> {
    match change.field.as_str() {
        "parent_id" | "blocked_by" => Some(Kind::Task),
        "list_id" => Some(Kind::List),
        "assignee_id" => Some(Kind::Person),
        _ => None,
    }
}

/// The member that a field is about.
fn member(change: &Change) -> Option<Uuid> {
    change.field.strip_prefix(MEMBERS)?.parse().ok()
}

/// Ids of this kind in the values of all changes.
fn within(rows: &[Activity], kind: Kind) -> impl Iterator<Item = Uuid> {
    rows.iter()
        .flat_map(|row| &row.changes)
        .filter(move |change| kind_of(change) == Some(kind))
        .flat_map(|change| [&change.from, &change.to])
        .flat_map(|value| {
            let several = value.as_array().map(Vec::as_slice);
            several.unwrap_or_else(|| std::slice::from_ref(value))
        })
        .filter_map(id)
}

fn id(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}

fn name_values(changes: &mut [Change], kind: Kind, names: &Names) {
    let name = |value: &Value| id(value).and_then(|id| names.get(&id).cloned());
    let named = |value: &Value| match value.as_array() {
        Some(values) => Some(Named::Several(values.iter().map(name).collect())),
        None => name(value).map(Named::One),
    };
    for change in changes
        .iter_mut()
        .filter(|change| kind_of(change) == Some(kind))
    {
        change.from_name = named(&change.from);
        change.to_name = named(&change.to);
    }
}

/// Ids and names; `sql` ends where the list of ids begins.
fn look_up(
    r: &Reader,
    sql: &str,
    workspace: WorkspaceId,
    ids: BTreeSet<Uuid>,
) -> Result<Names, QueryError> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let connection = r.of(workspace)?;
    let mut names = Names::new();
    for part in ids.chunks(CHUNK) {
        let asked = padded(part);
        let sql = format!("{sql} ({})", placeholders(2, asked.len()));
        let bound = asked.iter().map(Uuid::as_bytes);
        let bound = std::iter::once(workspace.as_bytes()).chain(bound);
        let bound: Vec<ValueRef> = bound.map(|id| ValueRef::Blob(id)).collect();
        names.extend(connection.query(&sql, &bound, |row| {
            Ok((uuid(row, 0)?, row.get::<String>(1)?))
        })?);
    }
    Ok(names)
}
