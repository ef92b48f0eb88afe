//! The lane: one thread that owns the write connection and commits everything that waits as one
//! transaction. While a commit is in flight the next batch fills; an idle lane commits at once.

use std::fs::File;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::commit::{Side, Writer};
use crate::ring::Rings;
use crate::{Append, AppendError, Appended, WriteError, crash};

/// What waits for the lane.
pub(crate) enum Job {
    Append(Append, oneshot::Sender<Result<Appended, AppendError>>),
    Side(Side, oneshot::Sender<Result<(), WriteError>>),
    /// Moves what is in the write-ahead file to the log's file.
    Checkpoint(oneshot::Sender<Result<(), WriteError>>),
    /// Finishes what waits, then ends.
    Stop,
}

/// Events after which a batch is full, however few appends they came from.
const BATCH_EVENTS: usize = 10_000;

/// Frames in the write-ahead file from which on the lane checkpoints (4 KiB each).
const CHECKPOINT_FRAMES: i64 = 4_000;

/// The thread's state.
pub(crate) struct Lane {
    pub(crate) writer: Writer,
    pub(crate) queue: mpsc::Receiver<Job>,
    pub(crate) batch: usize,
    pub(crate) rings: Arc<Rings>,
    /// Held for as long as the lane lives: no second process writes to this log.
    pub(crate) _lock: File,
}

/// Appends and side writes that are committed together, with who waits for the answers.
#[derive(Default)]
struct Pending {
    appends: Vec<Append>,
    events: usize,
    appenders: Vec<oneshot::Sender<Result<Appended, AppendError>>>,
    sides: Vec<Side>,
    siders: Vec<oneshot::Sender<Result<(), WriteError>>>,
}

impl Lane {
    /// Runs until everybody who could send is gone, or [`Job::Stop`].
    pub(crate) fn run(mut self) {
        let mut jobs = Vec::with_capacity(self.batch);
        while self.queue.blocking_recv_many(&mut jobs, self.batch) > 0 {
            let mut pending = Pending::default();
            for job in jobs.drain(..) {
                match job {
                    Job::Append(append, answer) => pending.append(append, answer),
                    Job::Side(side, answer) => pending.side(side, answer),
                    Job::Checkpoint(answer) => {
                        self.commit(std::mem::take(&mut pending));
                        drop(answer.send(self.checkpoint("TRUNCATE")));
                    }
                    Job::Stop => self.queue.close(),
                }
                if pending.events >= BATCH_EVENTS {
                    self.commit(std::mem::take(&mut pending));
                }
            }
            self.commit(pending);
            self.checkpoint_when_due();
        }
        if let Err(error) = self.checkpoint("TRUNCATE") {
            tracing::warn!(%error, "the log's last checkpoint failed");
        }
    }

    fn commit(&mut self, pending: Pending) {
        if pending.is_empty() {
            return;
        }
        let batch = self.writer.commit(pending.appends, &pending.sides);
        // First the rows, then the answers: whoever has an answer can read its rows.
        self.rings.publish(batch.rows);
        crash::hit("log.before_answer");
        for (waiting, answer) in pending.appenders.into_iter().zip(batch.answers) {
            // An error means that the caller went away; the append stands all the same.
            drop(waiting.send(answer));
        }
        for waiting in pending.siders {
            drop(waiting.send(batch.sides.clone()));
        }
    }

    fn checkpoint_when_due(&self) {
        let frames = self
            .writer
            .connection()
            .prepare_cached("PRAGMA wal_checkpoint(NOOP)");
        let frames = frames.and_then(|mut statement| {
            statement.query_row([], |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?))
        });
        match frames {
            Ok(frames) if frames < CHECKPOINT_FRAMES => {}
            Ok(_) => {
                if let Err(error) = self.checkpoint("PASSIVE") {
                    tracing::warn!(%error, "a checkpoint of the log failed");
                }
            }
            Err(error) => tracing::warn!(%error, "the log's write-ahead file cannot be measured"),
        }
    }

    fn checkpoint(&self, mode: &str) -> Result<(), WriteError> {
        crash::hit("log.before_checkpoint");
        let sql = format!("PRAGMA wal_checkpoint({mode})");
        self.writer
            .connection()
            .prepare_cached(&sql)?
            .query_row([], |_| Ok(()))?;
        crash::hit("log.after_checkpoint");
        Ok(())
    }
}

impl Pending {
    fn is_empty(&self) -> bool {
        self.appends.is_empty() && self.sides.is_empty()
    }

    fn append(&mut self, append: Append, answer: oneshot::Sender<Result<Appended, AppendError>>) {
        self.events += append.drafts.len();
        self.appends.push(append);
        self.appenders.push(answer);
    }

    fn side(&mut self, side: Side, answer: oneshot::Sender<Result<(), WriteError>>) {
        self.sides.push(side);
        self.siders.push(answer);
    }
}
