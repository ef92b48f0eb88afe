//! Where credentials are kept: a file of SQLite, or a schema of PostgreSQL.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use taskfold_contracts::time::Timestamp;
use taskfold_sql::{Access, Connection, Migrations, Pool, Server, Stand, ValueRef};

use crate::error::{Error, OpenError};

/// Connections of one process to PostgreSQL.
const CONNECTIONS: usize = 4;
/// How long work waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// The tables, step by step.
pub(crate) const MIGRATIONS: Migrations = Migrations {
    schema: "identity",
    steps: &[
        "
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
",
        "
ALTER TABLE tokens ADD COLUMN revoked_at INTEGER;
",
    ],
};

/// The tables, and the connections to them.
pub(crate) struct Store {
    connections: Arc<Pool>,
}

impl Store {
    /// The file at `path`, brought to this version.
    pub(crate) fn file(path: &Path) -> Result<Self, OpenError> {
        let path = path.to_owned();
        let connections = Pool::new(1, move || Connection::file(&path));
        connections.with(PATIENCE, |connection| -> Result<(), OpenError> {
            MIGRATIONS.apply(connection)?;
            current(MIGRATIONS.stand(connection)?)
        })?;
        Ok(Self {
            connections: Arc::new(connections),
        })
    }

    /// The schema of a server, which must be of this version.
    pub(crate) fn server(server: &Server) -> Result<Self, OpenError> {
        let server = server.clone().with_schema(MIGRATIONS.schema);
        let connections = Pool::new(CONNECTIONS, move || Connection::postgres(&server));
        connections.with(PATIENCE, |connection| -> Result<(), OpenError> {
            current(MIGRATIONS.stand(connection)?)
        })?;
        Ok(Self {
            connections: Arc::new(connections),
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
        let connections = Arc::clone(&self.connections);
        let running = tokio::task::spawn_blocking(move || {
            let done = connections.with(PATIENCE, |connection| -> Result<T, Failed<E>> {
                connection.transaction(Access::Write, |c| work(c).map_err(Failed::Work))
            });
            done.map_err(|failed| match failed {
                Failed::Work(error) => error,
                Failed::Store(error) => error.into(),
            })
        });
        running
            .await
            .map_err(|error| Error::Storage(error.to_string()))?
    }
}

/// Why a transaction came to nothing.
enum Failed<E> {
    /// The work in it says so.
    Work(E),
    /// The store does.
    Store(Error),
}

impl<E, S: Into<Error>> From<S> for Failed<E> {
    fn from(error: S) -> Self {
        Self::Store(error.into())
    }
}

impl From<taskfold_sql::Error> for OpenError {
    fn from(error: taskfold_sql::Error) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<taskfold_sql::TakeError> for OpenError {
    fn from(error: taskfold_sql::TakeError) -> Self {
        Self::Storage(error.to_string())
    }
}

/// Refuses tables that are not of this version.
pub(crate) fn current(stand: Stand) -> Result<(), OpenError> {
    match stand {
        Stand::Current => Ok(()),
        Stand::Behind(steps) => Err(OpenError::Behind { steps }),
        Stand::Ahead(steps) => Err(OpenError::Newer { steps }),
    }
}

/// Copies everything to a new file, all pages in one step.
pub(crate) fn copy(source: &Connection, target: &Path) -> Result<(), Error> {
    let storage = |error: rusqlite::Error| Error::Storage(error.to_string());
    let Some(source) = source.as_sqlite() else {
        let detail = "accounts on PostgreSQL are backed up with the database";
        return Err(Error::Storage(detail.to_owned()));
    };
    if target.exists() {
        return Err(Error::Storage(format!("{} exists", target.display())));
    }
    // A connection of its own: that of the caller is in a transaction, which a backup waits for.
    let source = rusqlite::Connection::open(source.path().unwrap_or_default()).map_err(storage)?;
    taskfold_sql::make_private(target).map_err(|error| Error::Storage(error.to_string()))?;
    let mut copy = rusqlite::Connection::open(target).map_err(storage)?;
    let copied = Backup::new(&source, &mut copy).and_then(|backup| backup.step(-1));
    if copied.map_err(storage)? != StepResult::Done {
        return Err(Error::Storage(
            "the accounts were locked during the backup".into(),
        ));
    }
    // A file of its own: no write-ahead file beside it that could be left behind.
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
        .map_err(storage)?;
    copy.close().map_err(|(_, error)| storage(error))
}

/// Notes uses of secrets (by their hashes), whichever table they are in.
pub(crate) fn write_last_used(
    connection: &Connection,
    used: &[([u8; 32], Timestamp)],
) -> Result<(), Error> {
    for table in ["sessions", "tokens"] {
        let sql = format!("UPDATE {table} SET last_used_at = ?2 WHERE secret_hash = ?1");
        let sets = used
            .iter()
            .map(|(hash, when)| vec![ValueRef::Blob(hash), ValueRef::Int(when.as_millis())]);
        connection.execute_many(&sql, sets)?;
    }
    Ok(())
}
