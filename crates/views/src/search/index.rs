//! The full-text index: what is particular to SQLite's FTS5.

use rusqlite::{CachedStatement, Connection, params};

use crate::tasks::Cell;

/// Indexes all tasks, at the end of a rebuild: the same words as [`Index::task`] takes. Of a JSON array without
/// escapes those are the words of its text.
pub(crate) const INDEX_ALL: &str = "
    INSERT INTO search (rowid, workspace, title, description, tags, comments)
        SELECT t.number, hex(t.workspace_id), t.title, t.description,
            CASE WHEN instr(t.tags, '\\') = 0 THEN t.tags
                 ELSE (SELECT group_concat(value, ' ') FROM json_each(t.tags)) END,
            CASE WHEN t.comment_count = 0 THEN ''
                 ELSE (SELECT group_concat(body, char(10)) FROM
                     (SELECT c.body FROM comments c
                      WHERE c.task_id = t.task_id AND c.deleted_at IS NULL
                      ORDER BY c.comment_id)) END
        FROM tasks t ORDER BY t.number;";

/// Indexes tasks one after another.
pub(crate) struct Index<'c> {
    delete: CachedStatement<'c>,
    comments: CachedStatement<'c>,
    insert: CachedStatement<'c>,
}

impl<'c> Index<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            delete: connection.prepare_cached("DELETE FROM search WHERE rowid = ?1")?,
            comments: connection.prepare_cached(
                "SELECT group_concat(body, char(10)) FROM
                     (SELECT body FROM comments WHERE task_id = ?1 AND deleted_at IS NULL
                      ORDER BY comment_id)",
            )?,
            insert: connection.prepare_cached(
                "INSERT INTO search (rowid, workspace, title, description, tags, comments)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?,
        })
    }

    /// Indexes one task, new or again.
    pub(crate) fn task(&mut self, cell: &Cell) -> Result<(), rusqlite::Error> {
        let task = &cell.task;
        if cell.stored {
            self.delete.execute([cell.number])?;
        }
        let comments: Option<String> = if task.comments == 0 {
            None
        } else {
            let id = task.task_id.as_bytes();
            self.comments.query_row([id], |row| row.get(0))?
        };
        self.insert.execute(params![
            cell.number,
            word(&task.workspace_id),
            task.title,
            task.description,
            task.tags.join(" "),
            comments.unwrap_or_default(),
        ])?;
        Ok(())
    }
}

/// A workspace's id as one word.
pub(super) fn word(workspace: &taskfold_contracts::ids::WorkspaceId) -> String {
    workspace.0.simple().to_string()
}
