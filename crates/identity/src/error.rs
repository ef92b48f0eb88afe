//! What can go wrong with identities.

use std::time::Duration;

/// The accounts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Permissions, disk, damage, no such server.
    #[error("the accounts cannot be opened: {0}")]
    Storage(String),
    /// A newer version of Taskfold made them.
    #[error("a newer version of Taskfold made the accounts: they are {steps} steps ahead")]
    Newer {
        /// Steps that this program does not know.
        steps: usize,
    },
    /// They were not migrated to this version.
    #[error("the accounts are {steps} steps behind: run taskfold migrate")]
    Behind {
        /// Steps that are missing.
        steps: usize,
    },
}

/// The store failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Disk full, file locked or damaged.
    #[error("identity storage: {0}")]
    Storage(String),
}

impl From<taskfold_sql::Error> for Error {
    fn from(error: taskfold_sql::Error) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<taskfold_sql::TakeError> for Error {
    fn from(error: taskfold_sql::TakeError) -> Self {
        Self::Storage(error.to_string())
    }
}

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Fewer than 8 characters.
    #[error("must have at least 8 characters")]
    Short,
    /// More than 128 characters.
    #[error("must have at most 128 characters")]
    Long,
    /// One of those that are tried first.
    #[error("is one of the most common passwords")]
    Common,
}

/// Nobody was registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// The address has no form of an address.
    #[error("the address is not an e-mail address")]
    Email,
    /// The password is not taken.
    #[error("the password {0}")]
    Password(Weakness),
    /// Somebody has this address.
    #[error("the address is taken")]
    Taken,
    /// Too many passwords are being checked.
    #[error("too many passwords are being checked")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Nobody was signed in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Unknown address or wrong password: which of them is not said.
    #[error("address or password is wrong")]
    Wrong,
    /// Too many failures of this account from this address.
    #[error("too many failed attempts; try again in {} s", .retry_after.as_secs())]
    Throttled {
        /// When to try again.
        retry_after: Duration,
    },
    /// Too many passwords are being checked.
    #[error("too many passwords are being checked")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}
