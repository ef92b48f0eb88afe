//! What can go wrong with views.

use taskfold_sql::{Error, TakeError};

/// Views that cannot be used as they are.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another version of Taskfold made them, or on a server nobody did: build new ones beside them.
    #[error("the views have version {found}, this program keeps version {expected}: rebuild them")]
    OtherVersion {
        /// That is there; 0 when there are none.
        found: i64,
        /// Of this program.
        expected: i64,
    },
    /// They are damaged, or their building was never finished: build new ones.
    #[error("the views are not usable: {0}")]
    Corrupt(String),
    /// They cannot be read or written: a matter of permissions, of the disk, or of the server.
    #[error("the views cannot be opened: {0}")]
    Storage(String),
}

/// A batch that was not applied; nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// One event can never be applied. Apply those before it, [`bury`](crate::deadletters::bury) it,
    /// and go on behind it.
    #[error("event {index} of the batch cannot be applied: {error}")]
    Poison {
        /// Its index in the batch.
        index: usize,
        /// Why, without content.
        error: String,
    },
    /// The database failed; the same batch may succeed later.
    #[error("views storage: {0}")]
    Storage(String),
}

impl From<Error> for OpenError {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::Sqlite(error) => error.sqlite_error_code(),
            Error::File(_)
            | Error::Postgres { .. }
            | Error::Away(_)
            | Error::Column { .. }
            | Error::Address(_) => None,
        };
        match code {
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Self::Corrupt(error.to_string())
            }
            Some(_) | None => Self::Storage(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<TakeError> for OpenError {
    fn from(error: TakeError) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<QueryError> for OpenError {
    fn from(error: QueryError) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<Error> for ApplyError {
    fn from(error: Error) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<TakeError> for ApplyError {
    fn from(error: TakeError) -> Self {
        Self::Storage(error.to_string())
    }
}

/// A question that got no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The cursor is not one of ours, or belongs to another query.
    #[error("the cursor {0}")]
    Cursor(&'static str),
    /// The limit is out of range.
    #[error("limit {given} is out of range: 1 to {most}")]
    Limit {
        /// As asked.
        given: u32,
        /// The greatest.
        most: u32,
    },
    /// All readers stayed busy.
    #[error("all view readers are busy")]
    Busy,
    /// The database cannot be asked now; the same question may be answered later.
    #[error("views storage cannot be reached: {0}")]
    Away(String),
    /// The database failed, or a row of it cannot be read.
    #[error("views storage: {0}")]
    Storage(String),
}

impl From<Error> for QueryError {
    fn from(error: Error) -> Self {
        if error.is_transient() {
            Self::Away(error.to_string())
        } else {
            Self::Storage(error.to_string())
        }
    }
}

impl From<TakeError> for QueryError {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::Busy => Self::Busy,
            TakeError::Open(error) => error.into(),
        }
    }
}
