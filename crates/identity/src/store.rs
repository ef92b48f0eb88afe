//! The file: one connection, used by one thread at a time.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, TransactionBehavior};
use taskfold_contracts::time::Timestamp;

use crate::error::{Error, OpenError};

const FORMAT: i64 = 1;

const TABLES: &str = "
CREATE TABLE accounts (
    user_id BLOB PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    is_admin INTEGER NOT NULL,
    personal_workspace BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER
) WITHOUT ROWID;
CREATE TABLE sessions (
    session_id BLOB PRIMARY KEY,
    secret_hash BLOB NOT NULL UNIQUE,
    user_id BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,
    user_agent TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE TABLE tokens (
    token_id BLOB PRIMARY KEY,
    secret_hash BLOB NOT NULL UNIQUE,
    user_id BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,
    name TEXT NOT NULL,
    scopes INTEGER NOT NULL,
    workspace_id BLOB,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at INTEGER
) WITHOUT ROWID;
CREATE INDEX tokens_of_user ON tokens (user_id);
PRAGMA user_version = 1;
";

/// The file.
pub(crate) struct Store {
    connection: Arc<Mutex<Connection>>,
}

impl Store {
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        let connection = open(path).map_err(|error| OpenError::Storage(error.to_string()))?;
        let stored =
            format_of(&connection).map_err(|error| OpenError::Storage(error.to_string()))?;
        if stored != FORMAT {
            return Err(OpenError::Format {
                stored,
                known: FORMAT,
            });
        }
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    /// Runs `work` in a transaction, on a thread that may block. It runs to its end even when the caller
    /// goes away.
    pub(crate) async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let connection = Arc::clone(&self.connection);
        let running = tokio::task::spawn_blocking(move || {
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(Error::from)?;
            let done = work(&transaction)?;
            transaction.commit().map_err(Error::from)?;
            Ok(done)
        });
        running
            .await
            .map_err(|error| Error::Storage(error.to_string()))?
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    if format_of(&connection)? == 0 {
        connection.execute_batch(&format!("BEGIN IMMEDIATE; {TABLES} COMMIT;"))?;
    }
    Ok(connection)
}

fn format_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Copies everything to a new file, all pages in one step.
pub(crate) fn copy(source: &Connection, target: &Path) -> Result<(), Error> {
    if target.exists() {
        return Err(Error::Storage(format!("{} exists", target.display())));
    }
    // A connection of its own: that of the caller is in a transaction, which a backup waits for.
    let source = Connection::open(source.path().unwrap_or_default())?;
    let mut copy = Connection::open(target)?;
    if Backup::new(&source, &mut copy)?.step(-1)? != StepResult::Done {
        return Err(Error::Storage(
            "the accounts were locked during the backup".into(),
        ));
    }
    // A file of its own: no write-ahead file beside it that could be left behind.
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error.into())
}

/// Notes uses of secrets (by their hashes), whichever table they are in.
pub(crate) fn write_last_used(
    connection: &Connection,
    used: &[([u8; 32], Timestamp)],
) -> Result<(), Error> {
    for table in ["sessions", "tokens"] {
        let sql = format!("UPDATE {table} SET last_used_at = ?2 WHERE secret_hash = ?1");
        let mut statement = connection.prepare_cached(&sql)?;
        for (hash, when) in used {
            statement.execute((hash.as_slice(), when.as_millis()))?;
        }
    }
    Ok(())
}
