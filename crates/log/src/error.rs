//! Why the log cannot be opened, read or written.

use std::path::PathBuf;

/// Why a log cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process writes to this log.
    #[error("{path} is in use by another process")]
    InUse {
        /// The log's file.
        path: PathBuf,
    },
    /// The file cannot be made, read or locked.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// `P` is fixed when the log is created.
    #[error("the log has {stored} partitions, not {asked}")]
    Partitions {
        /// What the log was created with.
        stored: u32,
        /// What the options say.
        asked: u32,
    },
    /// A newer version of Taskfold wrote this log, or it is no log.
    #[error("the log has format {stored}, this program knows {known}")]
    Format {
        /// Format of the file.
        stored: i64,
        /// Format of this program.
        known: i64,
    },
    /// A log in databases cannot be opened.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The file is damaged, or no database.
    #[error("{path}: {message}")]
    Damaged {
        /// The log's file.
        path: PathBuf,
        /// What it said.
        message: String,
    },
    /// The storage refused: locked, full, not to be written.
    #[error("{path}: {message}")]
    Storage {
        /// The log's file.
        path: PathBuf,
        /// What it said.
        message: String,
    },
}

/// Why a log in databases cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// An address cannot be used.
    #[error("the address of the log's database: {0}")]
    Address(String),
    /// The server cannot be reached, or refuses.
    #[error("the log's database {name}: {message}")]
    Unusable {
        /// Host and database.
        name: String,
        /// What it said.
        message: String,
    },
    /// The schema is older than this program, or there is none.
    #[error("the log's database {name} lacks {missing} migrations: run `taskfold migrate`")]
    Migrate {
        /// Host and database.
        name: String,
        /// How many.
        missing: usize,
    },
    /// A migration that was applied is not the one that this program knows.
    #[error("migration {migration} of the log's database {name} is not the one of this program")]
    Changed {
        /// Host and database.
        name: String,
        /// The migration.
        migration: String,
    },
    /// A log was not copied to its end into this database.
    #[error("a log was not copied to its end into {name}: run `taskfold migrate-store` again")]
    HalfCopied {
        /// Host and database.
        name: String,
    },
    /// The databases of the log are named in another order or number.
    #[error("the log's database {name} is shard {stored} (counted from 0), not {asked}")]
    Shard {
        /// Host and database.
        name: String,
        /// What it was made as.
        stored: String,
        /// As what it was opened.
        asked: String,
    },
}

/// Why rows cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A row does not have the form of a row.
    #[error("the row at {place} is damaged: {field}")]
    Damaged {
        /// `<partition>:<number>`.
        place: String,
        /// The field that cannot be read.
        field: &'static str,
    },
    /// The storage refused: damaged, locked.
    #[error("storage: {0}")]
    Storage(String),
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(crate::sqlite::schema::describe(&error))
    }
}

/// Why something beside the events (a snapshot, a watermark, a backup) cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The queue stayed full for as long as a caller may wait. Try again later.
    #[error("the log's queue is full")]
    Busy,
    /// The log was shut down or is read-only.
    #[error("the log is closed")]
    Closed,
    /// The storage refused: disk full, file locked or damaged.
    #[error("storage: {0}")]
    Storage(String),
}

impl From<rusqlite::Error> for WriteError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(crate::sqlite::schema::describe(&error))
    }
}
