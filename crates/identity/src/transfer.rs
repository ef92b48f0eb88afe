//! Accounts, sessions and tokens copied into another store, all or nothing.

use std::path::PathBuf;

use sha2::{Digest as _, Sha256};
use taskfold_sql::{Access, Connection, Error as SqlError, Row, Server, Value};

use crate::error::OpenError;
use crate::store::{MIGRATIONS, current};

/// Rows that are written together.
const LOT: usize = 1_000;

/// The tables with their columns, those that others refer to first.
const TABLES: [(&str, &str); 3] = [
    (
        "accounts",
        "user_id, email, password_hash, is_admin, personal_workspace, created_at, confirmed_at",
    ),
    (
        "sessions",
        "session_id, secret_hash, user_id, user_agent, created_at, last_used_at, expires_at",
    ),
    (
        "tokens",
        "token_id, secret_hash, user_id, name, scopes, workspace_id, created_at, last_used_at, \
         expires_at, revoked_at",
    ),
];

/// Where credentials are.
#[derive(Debug, Clone)]
pub enum Place {
    /// In a file, which is made when there is none.
    File(PathBuf),
    /// On a server, [migrated](crate::Identity::migrate).
    Server(Box<Server>),
}

/// What a store of credentials holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Contents {
    /// Accounts.
    pub accounts: u64,
    /// Sessions.
    pub sessions: u64,
    /// Tokens.
    pub tokens: u64,
    /// Of all columns of all rows: equal when they are.
    pub hash: [u8; 32],
}

/// Why credentials are not copied.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// One of the stores cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The target has other ones.
    #[error("the target has {0} accounts that are not those of the source")]
    NotEmpty(u64),
    /// The target has not what was written to it.
    #[error("the accounts of the target are not those of the source")]
    Unequal,
}

impl From<SqlError> for TransferError {
    fn from(error: SqlError) -> Self {
        Self::Open(error.into())
    }
}

impl Place {
    /// What is there. Blocks.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn contents(&self) -> Result<Contents, TransferError> {
        self.connect()?.transaction(Access::Read, contents)
    }

    /// Copies everything to `target`, which must be empty or equal, unless `replace` says that what it has is an
    /// earlier copy; then compares. Blocks.
    ///
    /// # Errors
    /// See [`TransferError`]; the target is as it was, except that [`TransferError::Unequal`] is told of what
    /// was written.
    pub fn copy_to(&self, target: &Self, replace: bool) -> Result<Contents, TransferError> {
        let mut source = self.connect()?;
        let mut target = target.connect()?;
        let copied = source.transaction(Access::Read, |source| {
            let held = contents(source)?;
            target.transaction(Access::Write, |target| {
                let there = contents(target)?;
                if there == held {
                    return Ok(());
                }
                if there.accounts > 0 && !replace {
                    return Err(TransferError::NotEmpty(there.accounts));
                }
                copy(source, target)
            })?;
            Ok::<_, TransferError>(held)
        })?;
        if target.transaction(Access::Read, contents)? == copied {
            Ok(copied)
        } else {
            Err(TransferError::Unequal)
        }
    }

    fn connect(&self) -> Result<Connection, TransferError> {
        let mut connection = match self {
            Self::File(path) => Connection::file(path)?,
            Self::Server(server) => {
                let server = server.as_ref().clone();
                Connection::postgres(&server.with_schema(MIGRATIONS.schema))?
            }
        };
        if let Self::File(_) = self {
            MIGRATIONS.apply(&mut connection)?;
        }
        current(MIGRATIONS.stand(&connection)?)?;
        Ok(connection)
    }
}

fn copy(source: &Connection, target: &Connection) -> Result<(), TransferError> {
    for (table, _) in TABLES.iter().rev() {
        target.batch(&format!("DELETE FROM {table}"))?;
    }
    for (table, columns) in TABLES {
        let insertion = format!("INSERT INTO {table} ({columns})");
        let count = columns.split(',').count();
        let mut lot: Vec<Vec<Value>> = Vec::with_capacity(LOT);
        let select = format!("SELECT {columns} FROM {table}");
        source.each(&select, &[], |row| {
            lot.push(values(row)?);
            if lot.len() == LOT {
                target.insert_many(&insertion, count, "", lot.drain(..))?;
            }
            Ok(())
        })?;
        target.insert_many(&insertion, count, "", lot)?;
    }
    Ok(())
}

fn values(row: &Row<'_>) -> Result<Vec<Value>, SqlError> {
    (0..row.columns()).map(|index| row.get(index)).collect()
}

fn contents(connection: &Connection) -> Result<Contents, TransferError> {
    let mut hash = Sha256::new();
    let mut counts = [0; TABLES.len()];
    for ((table, columns), count) in TABLES.iter().zip(&mut counts) {
        hash.update(table);
        let select = format!("SELECT {columns} FROM {table} ORDER BY 1");
        connection.each(&select, &[], |row| {
            *count += 1;
            for value in values(row)? {
                add(&mut hash, &value);
            }
            Ok(())
        })?;
    }
    let [accounts, sessions, tokens] = counts;
    Ok(Contents {
        accounts,
        sessions,
        tokens,
        hash: hash.finalize().into(),
    })
}

/// A value with its kind and, where it varies, its length.
fn add(hash: &mut Sha256, value: &Value) {
    let (kind, bytes): (u8, &[u8]) = match value {
        Value::Null => (0, &[]),
        Value::Int(number) => (1, &number.to_be_bytes()),
        Value::Real(number) => (2, &number.to_be_bytes()),
        Value::Text(text) => (3, text.as_bytes()),
        Value::Blob(bytes) => (4, bytes),
    };
    hash.update([kind]);
    hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(bytes);
}
