//! A connection to either database.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::params_from_iter;

use crate::dialect::Dialect;
use crate::error::Error;
use crate::postgres::{Client, Server};
use crate::private::make_private;
use crate::row::Row;
use crate::value::{ToValue, ValueRef};

/// Statements that stay prepared, on SQLite; PostgreSQL has its own bound.
const PREPARED: usize = 128;
/// How long somebody else may hold the lock of a file.
const BUSY: Duration = Duration::from_secs(5);
/// Rows that one statement inserts on PostgreSQL at most: more of them gain little, and each placeholder costs.
const ROWS: usize = 64;
/// Rows that are inserted with one round trip there.
const LOT: usize = 16 * ROWS;

/// One connection, used by one thread at a time. Statements have `?1`, `?2`, … for their values.
pub struct Connection {
    database: Database,
}

enum Database {
    Sqlite(rusqlite::Connection),
    Postgres(Box<Client>),
}

/// What a transaction may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read one snapshot.
    Read,
    /// Write. On SQLite it has the write lock from its beginning.
    Write,
}

impl Connection {
    /// Over an open SQLite connection.
    pub fn sqlite(connection: rusqlite::Connection) -> Self {
        connection.set_prepared_statement_cache_capacity(PREPARED);
        Self {
            database: Database::Sqlite(connection),
        }
    }

    /// To a file of SQLite, which is made for its owner alone when there is none. What is committed there is on disk; foreign keys hold.
    pub fn file(path: &Path) -> Result<Self, Error> {
        make_private(path)?;
        let connection = rusqlite::Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.busy_timeout(BUSY)?;
        Ok(Self::sqlite(connection))
    }

    /// To a PostgreSQL server.
    pub fn postgres(server: &Server) -> Result<Self, Error> {
        Ok(Self {
            database: Database::Postgres(Box::new(Client::connect(server)?)),
        })
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        match self.database {
            Database::Sqlite(_) => Dialect::Sqlite,
            Database::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The SQLite connection, for what only SQLite has; none on PostgreSQL.
    pub fn as_sqlite(&self) -> Option<&rusqlite::Connection> {
        match &self.database {
            Database::Sqlite(connection) => Some(connection),
            Database::Postgres(_) => None,
        }
    }

    /// Whether it is of no use any more: the server went away, or took too long.
    pub fn is_closed(&self) -> bool {
        match &self.database {
            Database::Sqlite(_) => false,
            Database::Postgres(client) => client.is_closed(),
        }
    }

    /// Runs a statement; the number of rows that it changed.
    pub fn execute(&self, sql: &str, values: &[ValueRef]) -> Result<u64, Error> {
        match &self.database {
            Database::Sqlite(connection) => {
                let changed = connection
                    .prepare_cached(sql)?
                    .execute(params_from_iter(values))?;
                Ok(u64::try_from(changed).unwrap_or(u64::MAX))
            }
            Database::Postgres(client) => client.execute(sql, values),
        }
    }

    /// Runs a statement once for each set of values, in their order; the rows changed by each. On
    /// PostgreSQL many are sent before the first is answered, so that a thousand take little longer than one.
    pub fn execute_many<V: ToValue>(
        &self,
        sql: &str,
        sets: impl IntoIterator<Item = Vec<V>>,
    ) -> Result<Vec<u64>, Error> {
        match &self.database {
            Database::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                sets.into_iter()
                    .map(|set| {
                        let values = set.iter().map(ToValue::to_value);
                        let changed = statement.execute(params_from_iter(values))?;
                        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
                    })
                    .collect()
            }
            Database::Postgres(client) => client.execute_many(sql, sets),
        }
    }

    /// Inserts rows. `into` is `INSERT INTO table (columns)`, `rest` what stands behind the values, such as
    /// `ON CONFLICT …`; each set has `columns` values. On PostgreSQL one statement takes many rows: no two
    /// of them may have the same key.
    pub fn insert_many<V: ToValue>(
        &self,
        into: &str,
        columns: usize,
        rest: &str,
        sets: impl IntoIterator<Item = Vec<V>>,
    ) -> Result<(), Error> {
        let Database::Postgres(client) = &self.database else {
            let one = insertion(into, columns, 1, rest);
            return self.execute_many(&one, sets).map(|_| ());
        };
        let mut sets = sets.into_iter();
        let mut statements: BTreeMap<usize, String> = BTreeMap::new();
        loop {
            let lot: Vec<Vec<V>> = sets.by_ref().take(LOT).collect();
            if lot.is_empty() {
                return Ok(());
            }
            let parts = parts(&lot);
            for rows in parts.iter().map(|rows| rows.len()) {
                let statement = || insertion(into, columns, rows, rest);
                statements.entry(rows).or_insert_with(statement);
            }
            let all = parts.iter().map(|rows| {
                let values = rows.iter().flatten().map(ToValue::to_value);
                (statements[&rows.len()].as_str(), values.collect())
            });
            client.execute_all(&all.collect::<Vec<_>>())?;
        }
    }

    /// All rows that a statement gives, read by `read`.
    pub fn query<T>(
        &self,
        sql: &str,
        values: &[ValueRef],
        mut read: impl FnMut(&Row) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        match &self.database {
            Database::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let mut rows = statement.query(params_from_iter(values))?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.push(read(&Row::Sqlite(row))?);
                }
                Ok(found)
            }
            Database::Postgres(client) => {
                let rows = client.query(sql, values)?;
                rows.iter().map(|row| read(&Row::Postgres(row))).collect()
            }
        }
    }

    /// The first row that a statement gives, if any.
    pub fn first<T>(
        &self,
        sql: &str,
        values: &[ValueRef],
        read: impl FnOnce(&Row) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        match &self.database {
            Database::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let mut rows = statement.query(params_from_iter(values))?;
                rows.next()?.map(|row| read(&Row::Sqlite(row))).transpose()
            }
            Database::Postgres(client) => {
                let rows = client.query(sql, values)?;
                rows.first()
                    .map(|row| read(&Row::Postgres(row)))
                    .transpose()
            }
        }
    }

    /// The first row for each set of values, in their order; pipelined like
    /// [`execute_many`](Self::execute_many).
    pub fn first_of_many<V: ToValue, T>(
        &self,
        sql: &str,
        sets: impl IntoIterator<Item = Vec<V>>,
        mut read: impl FnMut(&Row) -> Result<T, Error>,
    ) -> Result<Vec<Option<T>>, Error> {
        match &self.database {
            Database::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                sets.into_iter()
                    .map(|set| {
                        let values = set.iter().map(ToValue::to_value);
                        let mut rows = statement.query(params_from_iter(values))?;
                        rows.next()?.map(|row| read(&Row::Sqlite(row))).transpose()
                    })
                    .collect()
            }
            Database::Postgres(client) => client
                .query_many(sql, sets)?
                .iter()
                .map(|rows| {
                    rows.first()
                        .map(|row| read(&Row::Postgres(row)))
                        .transpose()
                })
                .collect(),
        }
    }

    /// Hands each row that a statement gives to `take`, as they come: for more rows than memory should hold.
    pub fn each(
        &self,
        sql: &str,
        values: &[ValueRef],
        mut take: impl FnMut(&Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match &self.database {
            Database::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let mut rows = statement.query(params_from_iter(values))?;
                while let Some(row) = rows.next()? {
                    take(&Row::Sqlite(row))?;
                }
                Ok(())
            }
            Database::Postgres(client) => client.each(sql, values, |row| take(&Row::Postgres(row))),
        }
    }

    /// Runs statements without values, one after another.
    pub fn batch(&self, sql: &str) -> Result<(), Error> {
        match &self.database {
            Database::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Database::Postgres(client) => client.batch(sql),
        }
    }

    /// Runs `work` in a transaction: all of it takes effect, or nothing when it fails or panics. An error of
    /// the commit itself on PostgreSQL may mean that it has happened.
    pub fn transaction<T, E: From<Error>>(
        &mut self,
        access: Access,
        work: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.batch(match (self.dialect(), access) {
            (Dialect::Sqlite, Access::Write) => "BEGIN IMMEDIATE",
            (Dialect::Postgres, Access::Read) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            (Dialect::Sqlite, Access::Read) | (Dialect::Postgres, Access::Write) => "BEGIN",
        })?;
        let open = Open(self);
        let done = work(open.0)?;
        open.commit()?;
        Ok(done)
    }
}

/// Rows as they are inserted together: by the greatest power of two that is left, [`ROWS`] at most, so that a few
/// prepared statements serve any number.
fn parts<R>(mut rows: &[R]) -> Vec<&[R]> {
    let mut parts = Vec::new();
    while let Some(power) = rows.len().checked_ilog2() {
        let (part, left) = rows.split_at(ROWS.min(1 << power));
        parts.push(part);
        rows = left;
    }
    parts
}

/// An insertion of so many rows: `… VALUES (?1, ?2), (?3, ?4) …`.
fn insertion(into: &str, columns: usize, rows: usize, rest: &str) -> String {
    let row = |row: usize| {
        let first = row * columns + 1;
        let places: Vec<String> = (first..first + columns).map(|n| format!("?{n}")).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!("{into} VALUES {} {rest}", rows.join(", "))
}

/// A transaction that is rolled back unless it is committed.
struct Open<'c>(&'c Connection);

impl Open<'_> {
    /// When it fails the rollback follows: SQLite keeps a transaction open whose commit was refused.
    fn commit(self) -> Result<(), Error> {
        self.0.batch("COMMIT")?;
        std::mem::forget(self);
        Ok(())
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if self.0.is_closed() {
            return;
        }
        if let Err(error) = self.0.batch("ROLLBACK") {
            // SQLite has rolled back by itself after some errors, and says that nothing is open.
            tracing::debug!(%error, "nothing to roll back");
        }
    }
}
