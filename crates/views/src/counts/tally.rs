//! How counts follow the tasks.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use taskfold_contracts::ids::{ListId, WorkspaceId};

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
    pub(crate) fn write(&self, connection: &Connection) -> Result<(), rusqlite::Error> {
        let mut add = connection.prepare_cached(
            "INSERT INTO list_counts (workspace_id, list_id, open, done) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (workspace_id, list_id) DO UPDATE
             SET open = list_counts.open + excluded.open, done = list_counts.done + excluded.done",
        )?;
        let mut clear = connection.prepare_cached(
            "DELETE FROM list_counts
             WHERE workspace_id = ?1 AND list_id = ?2 AND open = 0 AND done = 0",
        )?;
        for ((workspace, list), by) in &self.lists {
            // The inbox is the empty id.
            let list = list.as_ref().map_or(&[][..], |list| &list.as_bytes()[..]);
            add.execute(params![workspace.as_bytes(), list, by.open, by.done])?;
            if by.open < 0 || by.done < 0 {
                clear.execute(params![workspace.as_bytes(), list])?;
            }
        }
        let mut add = connection.prepare_cached(
            "INSERT INTO tag_counts (workspace_id, tag, open, done) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (workspace_id, tag) DO UPDATE
             SET open = tag_counts.open + excluded.open, done = tag_counts.done + excluded.done",
        )?;
        let mut clear = connection.prepare_cached(
            "DELETE FROM tag_counts WHERE workspace_id = ?1 AND tag = ?2 AND open = 0 AND done = 0",
        )?;
        let tags = self.tags.iter();
        let tags = tags.flat_map(|(workspace, tags)| tags.iter().map(move |of| (workspace, of)));
        for (workspace, (tag, by)) in tags {
            add.execute(params![workspace.as_bytes(), tag, by.open, by.done])?;
            if by.open < 0 || by.done < 0 {
                clear.execute(params![workspace.as_bytes(), tag])?;
            }
        }
        Ok(())
    }
}
