//! Tables that are changed from version to version, forward only.

use crate::connection::{Access, Connection};
use crate::dialect::Dialect;
use crate::error::Error;

/// Steps from nothing to the tables of this program; a step that was released never changes.
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    /// Whose tables: the name of the schema on PostgreSQL.
    pub schema: &'static str,
    /// Statements of each step, as SQLite takes them.
    pub steps: &'static [&'static str],
}

/// What the tables are, measured against this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// As this program wants them.
    Current,
    /// So many steps are missing.
    Behind(usize),
    /// A newer program made so many steps more.
    Ahead(usize),
}

impl Migrations {
    /// How the tables stand. Changes nothing.
    pub fn stand(&self, connection: &Connection) -> Result<Stand, Error> {
        let done = self.done(connection)?;
        let known = self.steps.len();
        Ok(match done.cmp(&known) {
            std::cmp::Ordering::Equal => Stand::Current,
            std::cmp::Ordering::Less => Stand::Behind(known - done),
            std::cmp::Ordering::Greater => Stand::Ahead(done - known),
        })
    }

    /// Makes the missing steps, each as a transaction of its own, one process at a time; the number of
    /// steps made. Tables of a newer program are left alone.
    pub fn apply(&self, connection: &mut Connection) -> Result<usize, Error> {
        if connection.dialect() == Dialect::Postgres {
            self.found(connection)?;
        }
        let mut made = 0;
        while self.step(connection)? {
            made += 1;
        }
        Ok(made)
    }

    /// The schema, and the table that counts its steps.
    fn found(&self, connection: &mut Connection) -> Result<(), Error> {
        let schema = self.schema;
        connection.transaction(Access::Write, |c| {
            self.lock(c)?;
            c.batch(&format!(
                "CREATE SCHEMA IF NOT EXISTS {schema};
                 CREATE TABLE IF NOT EXISTS {schema}.migrations (
                     step INTEGER PRIMARY KEY,
                     made_at TIMESTAMPTZ NOT NULL DEFAULT now()
                 )"
            ))
        })
    }

    /// Makes the next step; false when there is none.
    fn step(&self, connection: &mut Connection) -> Result<bool, Error> {
        connection.transaction(Access::Write, |c| {
            self.lock(c)?;
            let done = self.done(c)?;
            let Some(step) = self.steps.get(done) else {
                return Ok(false);
            };
            match c.dialect() {
                Dialect::Sqlite => {
                    c.batch(step)?;
                    c.batch(&format!("PRAGMA user_version = {}", done + 1))?;
                }
                Dialect::Postgres => {
                    let schema = self.schema;
                    c.batch(&format!("SET LOCAL search_path = {schema}"))?;
                    c.batch(&c.dialect().tables(step))?;
                    c.batch(&format!(
                        "INSERT INTO migrations (step) VALUES ({})",
                        done + 1
                    ))?;
                }
            }
            Ok(true)
        })
    }

    /// Until the end of the transaction nobody else migrates these tables.
    fn lock(&self, connection: &Connection) -> Result<(), Error> {
        if connection.dialect() == Dialect::Postgres {
            let schema = self.schema;
            connection.batch(&format!(
                "SELECT pg_advisory_xact_lock(hashtext('taskfold migrations of {schema}'))"
            ))?;
        }
        Ok(())
    }

    /// Steps that the tables have behind them.
    fn done(&self, connection: &Connection) -> Result<usize, Error> {
        let number = match connection.dialect() {
            Dialect::Sqlite => connection.first("PRAGMA user_version", &[], |row| row.get(0))?,
            Dialect::Postgres => {
                let table = format!("{}.migrations", self.schema);
                let exists = "SELECT to_regclass(?1) IS NOT NULL";
                let is_there = connection.first(exists, crate::values![table], |row| row.get(0))?;
                if is_there == Some(true) {
                    let count = format!("SELECT coalesce(max(step), 0) FROM {table}");
                    connection.first(&count, &[], |row| row.get(0))?
                } else {
                    None
                }
            }
        };
        Ok(usize::try_from(number.unwrap_or(0_i64)).unwrap_or(0))
    }
}
