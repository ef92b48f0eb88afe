//! How counts follow the tasks.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use taskfold_contracts::ids::WorkspaceId;

use crate::tasks::Counted;

/// All counts from nothing, at the end of a rebuild; the same rows as [`Tally`] keeps.
pub(crate) const RECOUNT: &str = "
    INSERT INTO list_counts (workspace_id, list_id, open, done)
        SELECT workspace_id, coalesce(list_id, x''), count(*) - count(completed_at), count(completed_at)
        FROM tasks WHERE deleted_at IS NULL GROUP BY 1, 2;
    INSERT INTO tag_counts (workspace_id, tag, open, done)
        SELECT t.workspace_id, g.tag, count(*) - count(t.completed_at), count(t.completed_at)
        FROM task_tags g JOIN tasks t ON t.task_id = g.task_id
        WHERE t.deleted_at IS NULL GROUP BY 1, 2;";

#[derive(Debug, Default, Clone, Copy)]
struct Difference {
    open: i64,
    done: i64,
}

/// What a batch changes of the counts.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    lists: BTreeMap<(WorkspaceId, Vec<u8>), Difference>,
    tags: BTreeMap<(WorkspaceId, String), Difference>,
}

impl Tally {
    /// A task counted like this and now counts like that.
    pub(crate) fn change(
        &mut self,
        workspace: WorkspaceId,
        before: Option<&Counted>,
        now: Option<&Counted>,
    ) {
        if before == now {
            return;
        }
        for (counted, by) in [(before, -1), (now, 1)] {
            let Some(counted) = counted else { continue };
            let add = |difference: &mut Difference| {
                *(if counted.done {
                    &mut difference.done
                } else {
                    &mut difference.open
                }) += by;
            };
            let list = counted
                .list_id
                .map_or_else(Vec::new, |list| list.as_bytes().to_vec());
            add(self.lists.entry((workspace, list)).or_default());
            for tag in &counted.tags {
                add(self.tags.entry((workspace, tag.clone())).or_default());
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
        for ((workspace, tag), by) in &self.tags {
            add.execute(params![workspace.as_bytes(), tag, by.open, by.done])?;
            if by.open < 0 || by.done < 0 {
                clear.execute(params![workspace.as_bytes(), tag])?;
            }
        }
        Ok(())
    }
}
