//! A file into which a log is copied. It gets its name when the copy is complete.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, params};
use taskfold_contracts::position::Position;

use super::commit::{read_heads, store_plan};
use super::{backup, schema, snapshot, store};
use crate::plan::Plan;
use crate::transfer::{MARK, Standing};
use crate::{OpenError, Options, WriteError};

/// See the module.
pub(crate) struct Target {
    /// What it is called at the end.
    name: PathBuf,
    /// Where it is until then; the same when it was complete before.
    path: PathBuf,
    /// None when it was given its name.
    connection: Arc<Mutex<Option<Connection>>>,
    _lock: File,
}

impl Target {
    /// Opens the file that is to be `name`, or makes it.
    pub(crate) fn open(name: &Path, partitions: u32) -> Result<Self, OpenError> {
        let lock = store::lock(name)?;
        let path = if name.exists() {
            name.to_owned()
        } else {
            backup::partial_name(name)
        };
        let options = Options {
            partitions,
            ..Options::default()
        };
        let connection = schema::open_writer(&path, &options)?;
        Ok(Self {
            name: name.to_owned(),
            path,
            connection: Arc::new(Mutex::new(Some(connection))),
            _lock: lock,
        })
    }

    /// Where it is now.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn standing(&self) -> Result<Standing, WriteError> {
        let read = |connection: &mut Option<Connection>| {
            let connection = opened(connection)?;
            let mut marks = connection
                .prepare("SELECT partition, number FROM watermarks WHERE consumer = ?1")?;
            let marks = marks.query_map(params![MARK], |row| {
                Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
            })?;
            Ok(Standing {
                heads: read_heads(connection)?,
                marks: marks.collect::<Result<_, _>>()?,
            })
        };
        self.work(read).await
    }

    /// Stores what was planned and moves the marks, together.
    pub(crate) async fn store(&self, plan: Plan, marks: Vec<Position>) -> Result<(), WriteError> {
        let write = move |connection: &mut Option<Connection>| {
            let transaction = opened(connection)?.transaction()?;
            store_plan(&transaction, &plan)?;
            for mark in marks {
                snapshot::put_watermark(&transaction, MARK, mark)?;
            }
            Ok(transaction.commit()?)
        };
        self.work(write).await
    }

    pub(crate) async fn put_watermark(
        &self,
        consumer: String,
        at: Position,
    ) -> Result<(), WriteError> {
        let write = move |connection: &mut Option<Connection>| {
            Ok(snapshot::put_watermark(opened(connection)?, &consumer, at)?)
        };
        self.work(write).await
    }

    pub(crate) async fn clear_keys(&self) -> Result<(), WriteError> {
        let write = |connection: &mut Option<Connection>| {
            Ok(opened(connection)?.execute_batch("DELETE FROM idempotency")?)
        };
        self.work(write).await
    }

    /// Removes the marks, closes the file and gives it its name.
    pub(crate) async fn finish(&self) -> Result<(), WriteError> {
        let (path, name) = (self.path.clone(), self.name.clone());
        let write = move |slot: &mut Option<Connection>| {
            opened(slot)?.execute("DELETE FROM watermarks WHERE consumer = ?1", params![MARK])?;
            if let Some(connection) = slot.take() {
                backup::alone(connection)?;
            }
            if path == name {
                return Ok(());
            }
            backup::put_in_place(&path, &name)
        };
        self.work(write).await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Option<Connection>) -> Result<T, WriteError> + Send + 'static,
    ) -> Result<T, WriteError> {
        let connection = Arc::clone(&self.connection);
        let done = tokio::task::spawn_blocking(move || {
            work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner))
        });
        done.await
            .map_err(|error| WriteError::Storage(error.to_string()))?
    }
}

fn opened(connection: &mut Option<Connection>) -> Result<&mut Connection, WriteError> {
    connection.as_mut().ok_or(WriteError::Closed)
}
