//! The full-text index: what is particular to SQLite's FTS5.

use rusqlite::Connection;

/// The indexed text of tasks. It is read from their tables, so that a task is indexed alike whenever
/// that happens.
macro_rules! texts {
    () => {
        "INSERT INTO search (rowid, title, description, tags, comments)
         SELECT t.number, t.title, t.description,
             CASE WHEN t.tags = '[]' THEN ''
                  ELSE (SELECT group_concat(value, ' ') FROM json_each(t.tags)) END,
             CASE WHEN t.comment_count = 0 THEN ''
                  ELSE (SELECT group_concat(body, char(10)) FROM
                      (SELECT c.body FROM comments c
                       WHERE c.task_id = t.task_id AND c.deleted_at IS NULL
                       ORDER BY c.comment_id)) END
         FROM tasks t"
    };
}

/// Indexes all tasks, at the end of a rebuild.
pub(crate) const INDEX_ALL: &str = concat!(texts!(), " ORDER BY t.number");

/// Indexes one task, new or again.
pub(crate) fn index(
    connection: &Connection,
    number: i64,
    again: bool,
) -> Result<(), rusqlite::Error> {
    if again {
        connection
            .prepare_cached("DELETE FROM search WHERE rowid = ?1")?
            .execute([number])?;
    }
    connection
        .prepare_cached(concat!(texts!(), " WHERE t.number = ?1"))?
        .execute([number])?;
    Ok(())
}
