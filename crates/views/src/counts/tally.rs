//! How counts follow the tasks.

use std::collections::BTreeMap;

use taskfold_contracts::ids::{ListId, WorkspaceId};
use taskfold_sql::{Connection, Error, ValueRef};

use crate::tasks::{Counted, Task};

#[derive(Debug, Default, Clone, Copy)]
struct Difference {
    open: i64,
    done: i64,
}

impl Difference {
    fn add(&mut self, done: bool, by: i64) {
        *(if done { &mut self.done } else { &mut self.open }) += by;
    }
}

/// What a batch changes of the counts.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    lists: BTreeMap<(WorkspaceId, Option<ListId>), Difference>,
    tags: BTreeMap<WorkspaceId, BTreeMap<String, Difference>>,
}

impl Tally {
    /// A task counted like `before`, and now counts as it is.
    pub(crate) fn change(&mut self, before: Option<&Counted>, task: &Task) {
        let now = task.deleted_at.is_none();
        let same = match before {
            Some(before) => now && before.is(task),
            None => !now,
        };
        if same {
            return;
        }
        let workspace = task.workspace_id;
        if let Some(before) = before {
            self.count(workspace, before.list_id, &before.tags, before.done, -1);
        }
        if now {
            let done = task.completed_at.is_some();
            self.count(workspace, task.list_id, &task.tags, done, 1);
        }
    }

    fn count(
        &mut self,
        workspace: WorkspaceId,
        list: Option<ListId>,
        tags: &[String],
        done: bool,
        by: i64,
    ) {
        let lists = self.lists.entry((workspace, list)).or_default();
        lists.add(done, by);
        if tags.is_empty() {
            return;
        }
        let counted = self.tags.entry(workspace).or_default();
        for tag in tags {
            if let Some(difference) = counted.get_mut(tag) {
                difference.add(done, by);
            } else {
                counted.entry(tag.clone()).or_default().add(done, by);
            }
        }
    }

    /// Writes the differences; what counts nothing any more has no row.
    pub(crate) fn write(&self, connection: &Connection) -> Result<(), Error> {
        let lists = self.lists.iter().map(|((workspace, list), by)| {
            // The inbox is the empty id.
            let list = list.as_ref().map_or(&[][..], |list| &list.as_bytes()[..]);
            (workspace, ValueRef::Blob(list), by)
        });
        write(connection, "list_counts", "list_id", lists)?;
        let tags = self.tags.iter().flat_map(|(workspace, tags)| {
            let tags = tags.iter();
            tags.map(move |(tag, by)| (workspace, ValueRef::Text(tag), by))
        });
        write(connection, "tag_counts", "tag", tags)
    }
}

fn write<'t>(
    connection: &Connection,
    table: &str,
    key: &str,
    counts: impl Iterator<Item = (&'t WorkspaceId, ValueRef<'t>, &'t Difference)> + Clone,
) -> Result<(), Error> {
    let of = |workspace: &'t WorkspaceId, key| vec![ValueRef::Blob(workspace.as_bytes()), key];
    let counted = |by: &Difference| [ValueRef::Int(by.open), ValueRef::Int(by.done)];
    let into = format!("INSERT INTO {table} (workspace_id, {key}, open, done)");
    let adding = format!(
        "ON CONFLICT (workspace_id, {key}) DO UPDATE
         SET open = {table}.open + excluded.open, done = {table}.done + excluded.done"
    );
    let rows = counts
        .clone()
        .map(|(workspace, key, by)| [of(workspace, key), counted(by).to_vec()].concat());
    connection.insert_many(&into, 4, &adding, rows)?;
    let clear = format!(
        "DELETE FROM {table} WHERE workspace_id = ?1 AND {key} = ?2 AND open = 0 AND done = 0"
    );
    let fewer = counts.filter(|(_, _, by)| by.open < 0 || by.done < 0);
    let fewer: Vec<_> = fewer
        .map(|(workspace, key, _)| of(workspace, key))
        .collect();
    if !fewer.is_empty() {
        connection.execute_many(&clear, fewer)?;
    }
    Ok(())
}
