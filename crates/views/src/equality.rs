//! Whether two sets of views are equal row for row.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};
use sha2::{Digest, Sha256};
use taskfold_contracts::ids::WorkspaceId;

use crate::error::QueryError;
use crate::views::Reader;

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
    ("list_counts", "workspace_id, list_id", "workspace_id"),
    ("tag_counts", "workspace_id, tag", "workspace_id"),
    ("activity", "number", "workspace_id"),
];

/// Every occurrence of every word in the full-text index.
const WORDS: &str = "SELECT w.doc, w.col, w.\"offset\", w.term FROM temp.search_words w";

/// SHA-256 of all rows of each table, in the order of their keys, and of the full-text index. Equal
/// digests mean equal views. The number of the generation and the dead letters are left out: how often
/// something was tried is not in the log.
pub fn digest(r: &Reader) -> Result<BTreeMap<String, [u8; 32]>, QueryError> {
    let mut digests = BTreeMap::new();
    for (table, key, _) in TABLES {
        let sql = format!("SELECT * FROM {table} ORDER BY {key}");
        digests.insert((*table).to_owned(), hash(r.connection, &sql, &[])?);
    }
    let watermarks = "SELECT * FROM watermarks ORDER BY partition";
    digests.insert(
        "watermarks".to_owned(),
        hash(r.connection, watermarks, &[])?,
    );
    let parked = "SELECT * FROM parked ORDER BY workspace_id";
    digests.insert("parked".to_owned(), hash(r.connection, parked, &[])?);
    let words = format!("{WORDS} ORDER BY 1, 2, 3, 4");
    digests.insert("search".to_owned(), hash_words(r.connection, &words, &[])?);
    Ok(digests)
}

/// [`digest`] of the rows of one workspace, for comparing with the views as they were at a moment.
pub fn digest_of_workspace(
    r: &Reader,
    workspace: WorkspaceId,
) -> Result<BTreeMap<String, [u8; 32]>, QueryError> {
    let mut digests = BTreeMap::new();
    let id = [*workspace.as_bytes()];
    for (table, key, column) in TABLES {
        let sql = format!("SELECT * FROM {table} WHERE {column} = ?1 ORDER BY {key}");
        digests.insert((*table).to_owned(), hash(r.connection, &sql, &id)?);
    }
    let words = format!(
        "{WORDS} JOIN tasks t ON t.number = w.doc WHERE t.workspace_id = ?1 ORDER BY 1, 2, 3, 4"
    );
    digests.insert("search".to_owned(), hash_words(r.connection, &words, &id)?);
    Ok(digests)
}

fn hash_words(
    connection: &Connection,
    sql: &str,
    params: &[[u8; 16]],
) -> Result<[u8; 32], QueryError> {
    // Of this connection alone, which may otherwise only read.
    connection.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_words USING fts5vocab(main, search, instance);",
    )?;
    hash(connection, sql, params)
}

fn hash(connection: &Connection, sql: &str, params: &[[u8; 16]]) -> Result<[u8; 32], QueryError> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query(params_from_iter(params))?;
    let mut hasher = Sha256::new();
    while let Some(row) = rows.next()? {
        for index in 0..columns {
            value(&mut hasher, row.get_ref(index)?);
        }
    }
    Ok(hasher.finalize().into())
}

/// A kind byte, and the value behind its length where that varies: no two rows hash alike.
fn value(hasher: &mut Sha256, value: ValueRef) {
    match value {
        ValueRef::Null => hasher.update([0]),
        ValueRef::Integer(number) => {
            hasher.update([1]);
            hasher.update(number.to_be_bytes());
        }
        ValueRef::Real(number) => {
            hasher.update([2]);
            hasher.update(number.to_bits().to_be_bytes());
        }
        ValueRef::Text(bytes) => variable(hasher, 3, bytes),
        ValueRef::Blob(bytes) => variable(hasher, 4, bytes),
    }
}

fn variable(hasher: &mut Sha256, kind: u8, bytes: &[u8]) {
    hasher.update([kind]);
    hasher.update(bytes.len().to_be_bytes());
    hasher.update(bytes);
}
