//! What can go wrong with a database.

use tokio_postgres::error::SqlState;

/// Why a database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite refused or failed.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The file of a database cannot be made.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// PostgreSQL refused; the message names no content.
    #[error("PostgreSQL: {message} ({code})")]
    Postgres {
        /// The five characters of the SQLSTATE.
        code: String,
        /// What it said.
        message: String,
    },
    /// PostgreSQL cannot be reached, or went away meanwhile: what was asked may or may not have happened.
    #[error("PostgreSQL cannot be reached: {0}")]
    Away(String),
    /// A column holds something else than what was expected there.
    #[error("column {index}: {reason}")]
    Column {
        /// Which, from 0.
        index: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The address of a server cannot be used.
    #[error("{0}")]
    Address(String),
}

impl Error {
    /// A column that should have been readable.
    pub fn column(index: usize, reason: impl std::fmt::Display) -> Self {
        Self::Column {
            index,
            reason: reason.to_string(),
        }
    }

    /// Whether a unique or primary key forbids it.
    pub fn is_duplicate(&self) -> bool {
        match self {
            Self::Sqlite(error) => {
                error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
            }
            Self::Postgres { code, .. } => code == SqlState::UNIQUE_VIOLATION.code(),
            Self::File(_) | Self::Away(_) | Self::Column { .. } | Self::Address(_) => false,
        }
    }

    /// Whether the same may work when it is tried again: locked, busy, restarted, away.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
            ),
            // Connection exceptions, resources, operator intervention, rollbacks, lock timeouts.
            Self::Postgres { code, .. } => ["08", "40", "53", "55", "57"]
                .iter()
                .any(|class| code.starts_with(class)),
            Self::Away(_) => true,
            Self::File(_) | Self::Column { .. } | Self::Address(_) => false,
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refused) => Self::Postgres {
                code: refused.code().code().to_owned(),
                message: refused.message().to_owned(),
            },
            None => Self::Away(with_sources(&error)),
        }
    }
}

/// The whole chain: the outer text of the driver says little.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
