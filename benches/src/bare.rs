//! SQLite by itself: one row, one commit, one fsync.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use rusqlite::Connection;

/// Commits a second, each of one 300-byte row, WAL with `synchronous=FULL`.
pub(crate) fn one_commit_a_row(folder: &Path, length: Duration) -> Result<f64> {
    let connection = Connection::open(folder.join("bare.db"))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection
        .execute_batch("CREATE TABLE rows (id INTEGER PRIMARY KEY, payload BLOB NOT NULL)")?;
    let payload = [7_u8; 300];
    let mut insert = connection.prepare("INSERT INTO rows (payload) VALUES (?1)")?;
    let started = Instant::now();
    let mut commits = 0_u32;
    while started.elapsed() < length {
        insert.execute([&payload[..]])?;
        commits += 1;
    }
    Ok(f64::from(commits) / started.elapsed().as_secs_f64())
}
