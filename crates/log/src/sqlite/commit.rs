//! One batch of appends as one transaction.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use rusqlite::types::Value;
use rusqlite::{Connection, params};
use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::position::Position;
use taskfold_contracts::time::{Clock, Timestamp};

use super::checkpoint::Checkpoints;
use super::schema::place;
use super::{facts, forget, read, row, schema, snapshot};
use crate::head::Head;
use crate::job::{Batch, Side};
use crate::plan::Plan;
use crate::{Append, AppendError, OpenError, Options, WriteError, crash};

/// The write connection, and the heads as they stand after the last commit.
pub(crate) struct Writer {
    connection: Connection,
    heads: Vec<Head>,
    /// A commit failed and could not be ruled out: nothing is written before that is settled.
    doubtful: bool,
    path: PathBuf,
    options: Options,
    clock: Arc<dyn Clock>,
}

/// A transaction that did not come to its end.
enum Failure {
    /// Nothing was committed.
    Before(rusqlite::Error),
    /// COMMIT itself failed: it may have happened.
    AtCommit(rusqlite::Error, Box<Batch>),
}

impl Writer {
    pub(crate) fn open(
        path: PathBuf,
        options: Options,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let connection = schema::open_writer(&path, &options)?;
        let heads = read_heads(&connection).map_err(|error| OpenError::Storage {
            path: path.clone(),
            message: error.to_string(),
        })?;
        Ok(Self {
            connection,
            heads,
            doubtful: false,
            path,
            options,
            clock,
        })
    }

    /// Number of the last row, for each partition.
    pub(crate) fn numbers(&self) -> Vec<u64> {
        self.heads.iter().map(|head| head.number).collect()
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// What keeps this connection's write-ahead file short.
    pub(crate) fn checkpoints(&self) -> Checkpoints {
        Checkpoints::new(&self.path, &self.options)
    }

    /// Commits `appends` and `sides` together. Each append is answered for itself.
    pub(crate) fn commit(&mut self, appends: Vec<Append>, sides: &[Side]) -> Batch {
        let mut recovered = Vec::new();
        if self.doubtful {
            let known = self.heads.clone();
            match self.settle().and_then(|()| self.rows_since(&known)) {
                Ok(rows) => recovered = rows,
                Err(error) => return Batch::refused(appends.len(), schema::describe(&error)),
            }
        }
        let mut batch = self.commit_settled(appends, sides);
        batch.rows.splice(0..0, recovered);
        batch
    }

    fn commit_settled(&mut self, appends: Vec<Append>, sides: &[Side]) -> Batch {
        let count = appends.len();
        crash::hit("log.before_begin");
        let before = self.heads.clone();
        match self.attempt(appends, sides) {
            Ok(batch) => batch,
            Err(failure) => {
                let after = std::mem::replace(&mut self.heads, before);
                match failure {
                    Failure::Before(error) => {
                        self.roll_back();
                        Batch::refused(count, schema::describe(&error))
                    }
                    Failure::AtCommit(error, batch) => self.resolve(&error, *batch, &after),
                }
            }
        }
    }

    fn attempt(&mut self, appends: Vec<Append>, sides: &[Side]) -> Result<Batch, Failure> {
        self.run("BEGIN IMMEDIATE").map_err(Failure::Before)?;
        let batch = self.write(appends, sides).map_err(Failure::Before)?;
        crash::hit("log.before_commit");
        if crash::fault("log.commit_refused") {
            return Err(Failure::AtCommit(injected(), Box::new(batch)));
        }
        let forgotten = crash::bug("log.commit_forgotten");
        if let Err(error) = self.run(if forgotten { "ROLLBACK" } else { "COMMIT" }) {
            return Err(Failure::AtCommit(error, Box::new(batch)));
        }
        crash::hit("log.after_commit");
        if crash::fault("log.commit_unclear") {
            return Err(Failure::AtCommit(injected(), Box::new(batch)));
        }
        Ok(batch)
    }

    fn write(&mut self, appends: Vec<Append>, sides: &[Side]) -> rusqlite::Result<Batch> {
        let facts = facts::load(&self.connection, &appends)?;
        let plan = Plan::new(self.heads.clone(), facts, self.clock.now(), appends);
        store_plan(&self.connection, &plan)?;
        self.heads = plan.heads;
        for side in sides {
            self.store_side(side)?;
        }
        Ok(Batch {
            answers: plan.answers,
            rows: plan.rows,
            sides: Ok(()),
        })
    }

    fn store_side(&self, side: &Side) -> rusqlite::Result<()> {
        match side {
            Side::PutSnapshot(key, snapshot) => snapshot::put(&self.connection, key, snapshot),
            Side::RemoveSnapshots(key) => snapshot::remove(&self.connection, key),
            Side::ForgetKeys(keys) => forget::forget(&self.connection, keys),
            Side::PutWatermark(consumer, at) => {
                snapshot::put_watermark(&self.connection, consumer, *at)
            }
        }
    }

    /// After a failed COMMIT: finds out what happened, so that nobody is told something wrong.
    fn resolve(&mut self, error: &rusqlite::Error, mut batch: Batch, after: &[Head]) -> Batch {
        let before = self.heads.clone();
        self.doubtful = true;
        let settled = self.settle();
        if settled.is_ok() && self.heads == after && after != before {
            return batch;
        }
        batch.rows.clear();
        batch.sides = Err(WriteError::Storage(schema::describe(error)));
        for answer in &mut batch.answers {
            // What a failed transaction said about conflicts is no longer true either.
            *answer = Err(match &settled {
                Ok(()) => AppendError::Storage(schema::describe(error)),
                Err(settling) => AppendError::Unknown(format!("{error}; then {settling}")),
            });
        }
        batch
    }

    /// Opens the file anew, reads the heads that are really there, and commits a counter: once that
    /// stands, the frames of a commit that failed are overwritten and cannot come back with a crash.
    fn settle(&mut self) -> Result<(), rusqlite::Error> {
        if crash::fault("log.fence_refused") {
            return Err(injected());
        }
        self.roll_back();
        let connection = schema::open_writer(&self.path, &self.options)
            .map_err(|error| rusqlite::Error::ModuleError(error.to_string()))?;
        connection.execute("UPDATE fence SET count = count + 1", [])?;
        self.heads = read_heads(&connection)?;
        self.connection = connection;
        self.doubtful = false;
        Ok(())
    }

    /// Rows of an earlier batch that turned out to be stored after its appends were answered `Unknown`.
    fn rows_since(&mut self, known: &[Head]) -> rusqlite::Result<Vec<Arc<Recorded>>> {
        let mut rows = Vec::new();
        for (partition, (known, now)) in (0..).zip(known.iter().zip(&self.heads)) {
            if now.number > known.number {
                let found = read::partition(&self.connection, partition, known.number, usize::MAX);
                rows.extend(found.map_err(|error| {
                    self.doubtful = true;
                    rusqlite::Error::ModuleError(error.to_string())
                })?);
            }
        }
        Ok(rows)
    }

    fn roll_back(&mut self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.run("ROLLBACK")
        {
            tracing::warn!(%error, "the log could not roll back");
            self.doubtful = true;
        }
    }

    fn run(&self, sql: &'static str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(drop)
    }
}

/// Stores what was planned, within the caller's transaction.
pub(crate) fn store_plan(connection: &Connection, plan: &Plan) -> rusqlite::Result<()> {
    {
        let mut insert = connection.prepare_cached(row::INSERT)?;
        for row in &plan.rows {
            row::insert(&mut insert, row)?;
        }
    }
    facts::store_claims(connection, &plan.claims)?;
    for (idempotency, appended) in &plan.keys {
        facts::store_key(connection, idempotency, appended)?;
    }
    store_heads(connection, plan)
}

fn store_heads(connection: &Connection, plan: &Plan) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "UPDATE partitions SET head = ?2, recorded_at = ?3, hash = ?4 WHERE partition = ?1",
    )?;
    for partition in plan.touched() {
        let head = &plan.heads[partition as usize];
        statement.execute(params![
            partition,
            head.number.cast_signed(),
            head.recorded_at.as_millis(),
            head.hash.as_slice()
        ])?;
    }
    Ok(())
}

/// The head of each partition, in order.
pub(crate) fn read_heads(connection: &Connection) -> rusqlite::Result<Vec<Head>> {
    let mut statement =
        connection.prepare("SELECT head, recorded_at, hash FROM partitions ORDER BY partition")?;
    let heads = statement.query_map([], |row| {
        Ok(Head {
            number: row.get::<_, i64>(0)?.cast_unsigned(),
            recorded_at: Timestamp::from_millis(row.get(1)?),
            hash: row.get(2)?,
        })
    })?;
    heads.collect()
}

/// A list of byte strings that a statement can read as a table.
pub(crate) fn table<'a>(ids: impl Iterator<Item = &'a [u8]>) -> Rc<Vec<Value>> {
    Rc::new(ids.map(|id| Value::Blob(id.to_vec())).collect())
}

/// Position of a stored idempotency key or snapshot as `SQLite` keeps it.
pub(crate) fn place_of(position: Position) -> i64 {
    place(position.partition, position.number)
}

fn injected() -> rusqlite::Error {
    rusqlite::Error::ModuleError("fault put in by a test".to_owned())
}

#[cfg(all(test, feature = "crash-points", feature = "conformance"))]
#[path = "commit_tests.rs"]
pub(crate) mod tests;
