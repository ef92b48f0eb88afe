//! When the write-ahead file is moved to the log's file, and by whom: mostly by a thread of its own, as an
//! append must not wait until thousands of pages are on disk a second time.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::schema;
use crate::{OpenError, Options, crash};

/// Frames (4 KiB each) that wait in the write-ahead file before they are moved.
const DUE_FRAMES: u64 = 4_000;
/// Frames from which on the file is to begin anew. Somebody who keeps writing is never caught up with from
/// outside, so the lane moves the last few frames itself.
const RESTART_FRAMES: u64 = 16_000;
/// Frames until the lane tries that again, when a reader stood in the way.
const RESTART_STEP: u64 = 2_000;

/// Keeps the write-ahead file of one lane short.
pub(crate) struct Checkpoints {
    path: PathBuf,
    options: Options,
    thread: Option<Background>,
    restart_at: u64,
}

struct Background {
    wake: SyncSender<()>,
    thread: JoinHandle<()>,
}

/// The frames of the write-ahead file: all, and those that are not in the log's file yet.
#[derive(Debug, Clone, Copy)]
struct Frames {
    all: u64,
    waiting: u64,
}

impl Checkpoints {
    /// The thread begins with the first work that there is for it.
    pub(crate) fn new(path: &Path, options: &Options) -> Self {
        Self {
            path: path.to_owned(),
            options: options.clone(),
            thread: None,
            restart_at: RESTART_FRAMES,
        }
    }

    /// Called by the lane after each commit, with its own connection.
    pub(crate) fn when_due(&mut self, writer: &Connection) {
        let frames = match Frames::of(writer) {
            Ok(frames) => frames,
            Err(error) => {
                tracing::warn!(%error, "the log's write-ahead file cannot be measured");
                return;
            }
        };
        if frames.waiting >= DUE_FRAMES {
            self.wake();
        } else if frames.all < RESTART_FRAMES {
            self.restart_at = RESTART_FRAMES;
        } else if frames.all >= self.restart_at {
            self.restart_at = frames.all + RESTART_STEP;
            move_frames(writer);
        }
    }

    fn wake(&mut self) {
        if self.thread.is_none() {
            match Background::start(&self.path, &self.options) {
                Ok(thread) => self.thread = Some(thread),
                Err(error) => {
                    tracing::warn!(%error, "the log's checkpoints cannot be made");
                    return;
                }
            }
        }
        if let Some(background) = &self.thread {
            // Full means that it has not begun the last one yet.
            let _ = background.wake.try_send(());
        }
    }

    /// Waits for what is under way.
    pub(crate) fn end(&mut self) {
        if let Some(Background { wake, thread }) = self.thread.take() {
            drop(wake);
            if thread.join().is_err() {
                tracing::error!("the thread that makes the log's checkpoints panicked");
            }
        }
    }
}

impl Background {
    fn start(path: &Path, options: &Options) -> Result<Self, OpenError> {
        let connection = schema::open_writer(path, options)?;
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("log-checkpoint".to_owned())
            .spawn(move || work(&connection, &woken))
            .map_err(|error| OpenError::File {
                path: path.to_owned(),
                error,
            })?;
        Ok(Self { wake, thread })
    }
}

fn work(connection: &Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        // Its last frames may have been moved since it was woken.
        if Frames::of(connection).is_ok_and(|frames| frames.waiting >= DUE_FRAMES) {
            move_frames(connection);
        }
    }
}

fn move_frames(connection: &Connection) {
    if let Err(error) = checkpoint(connection, "PASSIVE") {
        tracing::warn!(%error, "a checkpoint of the log failed");
    }
}

/// Moves frames as `mode` of `PRAGMA wal_checkpoint` says.
pub(crate) fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    crash::hit("log.before_checkpoint");
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    connection.prepare_cached(&sql)?.query_row([], |_| Ok(()))?;
    crash::hit("log.after_checkpoint");
    Ok(())
}

impl Frames {
    fn of(connection: &Connection) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?;
        statement.query_row([], |row| {
            let (all, moved): (i64, i64) = (row.get(1)?, row.get(2)?);
            Ok(Self {
                all: u64::try_from(all).unwrap_or(0),
                waiting: u64::try_from(all - moved).unwrap_or(0),
            })
        })
    }
}
