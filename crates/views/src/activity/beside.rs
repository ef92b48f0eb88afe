//! Activity that is written to a file of its own, by a thread of its own, while the other tables are built.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use taskfold_sql::{Connection, Error, values};

use super::project::{Row, write};
use crate::error::OpenError;
use crate::{db, tables};

/// How many lots of rows may wait to be written.
const AHEAD: usize = 8;

/// A file with the table of activity and its indexes, being filled. Dropped, it waits for its thread.
pub(crate) struct Beside {
    path: PathBuf,
    rows: Option<SyncSender<Vec<Row>>>,
    thread: Option<JoinHandle<Result<(), Error>>>,
}

impl Beside {
    /// Begins a file, which must not be there.
    pub(crate) fn begin(path: &Path) -> Result<Self, OpenError> {
        let connection = db::open_activity(path)?;
        let (rows, taken) = sync_channel(AHEAD);
        Ok(Self {
            path: path.to_owned(),
            rows: Some(rows),
            thread: Some(std::thread::spawn(move || fill(&connection, &taken))),
        })
    }

    /// Takes rows to be written.
    pub(crate) fn push(&mut self, rows: Vec<Row>) -> Result<(), Error> {
        let taken = self.rows.as_ref().map(|sender| sender.send(rows));
        match taken {
            Some(Ok(())) => Ok(()),
            // The thread has given up; it says why.
            Some(Err(_)) | None => self.end(),
        }
    }

    /// Says that all rows were pushed.
    pub(crate) fn no_more(&mut self) {
        self.rows = None;
    }

    /// Waits until all is written and moves it into the empty table of `connection`, outside of a
    /// transaction: both have the same columns and indexes, so that SQLite copies them as they are.
    pub(crate) fn take_over(mut self, connection: &Connection) -> Result<(), OpenError> {
        self.end()?;
        let path = self.path.to_string_lossy();
        connection.execute("ATTACH ?1 AS beside", values![path])?;
        connection
            .batch("INSERT INTO main.activity SELECT * FROM beside.activity; DETACH beside;")?;
        db::remove_file(&self.path)
    }

    fn end(&mut self) -> Result<(), Error> {
        self.rows = None;
        let ended = self.thread.take().map(JoinHandle::join);
        match ended {
            Some(Ok(written)) => written,
            Some(Err(_)) | None => Err(gone()),
        }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.rows = None;
        if let Some(thread) = self.thread.take() {
            // Whoever drops it has failed already.
            let _ = thread.join();
        }
    }
}

fn gone() -> Error {
    Error::Away("the thread that writes activity is gone".to_owned())
}

fn fill(connection: &Connection, taken: &Receiver<Vec<Row>>) -> Result<(), Error> {
    connection.batch("BEGIN IMMEDIATE")?;
    for rows in taken {
        write(connection, &rows)?;
    }
    connection.batch(tables::ACTIVITY_INDEXES)?;
    connection.batch("COMMIT")
}
