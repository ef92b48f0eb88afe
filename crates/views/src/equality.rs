//! Whether two sets of views are equal row for row.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use taskfold_contracts::ids::WorkspaceId;
use taskfold_sql::{Connection, Dialect, ValueRef};

use crate::error::QueryError;
use crate::reader::Reader;

/// Each table, its key, and the column that names the workspace.
const TABLES: &[(&str, &str, &str)] = &[
    ("tasks", "number", "workspace_id"),
    ("task_tags", "task_id, tag", "workspace_id"),
    ("task_blockers", "task_id, blocker_id", "workspace_id"),
    ("comments", "task_id, comment_id", "workspace_id"),
    ("lists", "list_id", "workspace_id"),
    ("workspaces", "workspace_id", "workspace_id"),
    ("members", "workspace_id, user_id", "workspace_id"),
    ("invitations", "invitation_id", "workspace_id"),
    ("users", "user_id", "personal_workspace_id"),
    ("saved_filters", "filter_id", "workspace_id"),
    ("reminders", "task_id, reminder_id", "workspace_id"),
    ("list_counts", "workspace_id, list_id", "workspace_id"),
    ("tag_counts", "workspace_id, tag", "workspace_id"),
    ("activity", "number", "workspace_id"),
];

/// The words of each text of each task in the full-text index.
const SQLITE_WORDS: &str = "SELECT DISTINCT w.doc, w.col, w.term FROM temp.search_words w";
const POSTGRES_WORDS: &str =
    "SELECT DISTINCT w.doc, w.col COLLATE \"C\", w.term COLLATE \"C\" FROM (
    SELECT s.number AS doc, CASE weight WHEN 'A' THEN 'title' WHEN 'B' THEN 'description'
        WHEN 'C' THEN 'tags' ELSE 'comments' END AS col, u.lexeme AS term
    FROM search s, unnest(s.words) u, unnest(u.weights) weight) w";

/// SHA-256 of all rows of each table, in the order of their keys, and of the words of the full-text index.
/// Equal digests mean equal views, on whichever database. The number of the generation and the dead letters
/// are left out: how often something was tried is not in the log.
pub fn digest(r: &Reader) -> Result<BTreeMap<String, [u8; 32]>, QueryError> {
    let connection = r.everywhere()?;
    let mut digests = BTreeMap::new();
    for (table, key, _) in TABLES {
        let sql = format!("SELECT * FROM {table} ORDER BY {key}");
        digests.insert((*table).to_owned(), hash(connection, &sql, &[])?);
    }
    // A watermark is 0 as well where nothing was applied yet.
    let watermarks = "SELECT * FROM watermarks WHERE number > 0 ORDER BY partition";
    digests.insert("watermarks".to_owned(), hash(connection, watermarks, &[])?);
    let parked = "SELECT * FROM parked ORDER BY workspace_id";
    digests.insert("parked".to_owned(), hash(connection, parked, &[])?);
    digests.insert("search".to_owned(), hash_words(connection, None)?);
    Ok(digests)
}

/// SHA-256 over a [`digest`].
pub fn whole(digest: &BTreeMap<String, [u8; 32]>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for (table, hash) in digest {
        variable(&mut hasher, 3, table.as_bytes());
        hasher.update(hash);
    }
    hasher.finalize().into()
}

/// [`digest`] of the rows of one workspace, for comparing with the views as they were at a moment.
pub fn digest_of_workspace(
    r: &Reader,
    workspace: WorkspaceId,
) -> Result<BTreeMap<String, [u8; 32]>, QueryError> {
    let connection = r.everywhere()?;
    let mut digests = BTreeMap::new();
    let id = [ValueRef::Blob(workspace.as_bytes())];
    for (table, key, column) in TABLES {
        let sql = format!("SELECT * FROM {table} WHERE {column} = ?1 ORDER BY {key}");
        digests.insert((*table).to_owned(), hash(connection, &sql, &id)?);
    }
    let words = hash_words(connection, Some(workspace))?;
    digests.insert("search".to_owned(), words);
    Ok(digests)
}

fn hash_words(
    connection: &Connection,
    workspace: Option<WorkspaceId>,
) -> Result<[u8; 32], QueryError> {
    let (words, texts) = match connection.dialect() {
        Dialect::Sqlite => {
            // Of this connection alone, which may otherwise only read.
            connection.batch(
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_words USING fts5vocab(main, search, instance);",
            )?;
            (SQLITE_WORDS, "w.col <> 'workspace'")
        }
        // The workspace's own word.
        Dialect::Postgres => (POSTGRES_WORDS, "w.term NOT LIKE 'w:%'"),
    };
    Ok(match &workspace {
        None => {
            let sql = format!("{words} WHERE {texts} ORDER BY 1, 2, 3");
            hash(connection, &sql, &[])?
        }
        Some(workspace) => {
            let sql = format!(
                "{words} JOIN tasks t ON t.number = w.doc
                 WHERE {texts} AND t.workspace_id = ?1 ORDER BY 1, 2, 3"
            );
            hash(connection, &sql, &[ValueRef::Blob(workspace.as_bytes())])?
        }
    })
}

fn hash(connection: &Connection, sql: &str, values: &[ValueRef]) -> Result<[u8; 32], QueryError> {
    let mut hasher = Sha256::new();
    connection.each(sql, values, |row| {
        for index in 0..row.columns() {
            value(&mut hasher, row.value(index)?);
        }
        Ok(())
    })?;
    Ok(hasher.finalize().into())
}

/// A kind byte, and the value behind its length where that varies: no two rows hash alike.
fn value(hasher: &mut Sha256, value: ValueRef) {
    match value {
        ValueRef::Null => hasher.update([0]),
        ValueRef::Int(number) => {
            hasher.update([1]);
            hasher.update(number.to_be_bytes());
        }
        ValueRef::Real(number) => {
            hasher.update([2]);
            hasher.update(number.to_bits().to_be_bytes());
        }
        ValueRef::Text(text) => variable(hasher, 3, text.as_bytes()),
        ValueRef::Blob(bytes) => variable(hasher, 4, bytes),
    }
}

fn variable(hasher: &mut Sha256, kind: u8, bytes: &[u8]) {
    hasher.update([kind]);
    hasher.update(bytes.len().to_be_bytes());
    hasher.update(bytes);
}
