//! The lane: one thread that owns the write connection and commits everything that waits as one
//! transaction. While a commit is in flight the next batch fills; an idle lane commits at once.

use std::fs::File;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::checkpoint::{Checkpoints, checkpoint};
use super::commit::Writer;
use crate::WriteError;
use crate::job::{Job, Pending};
use crate::ring::Rings;

/// The thread's state.
pub(crate) struct Lane {
    pub(crate) writer: Writer,
    pub(crate) queue: mpsc::Receiver<Job>,
    pub(crate) batch: usize,
    pub(crate) rings: Arc<Rings>,
    /// Held for as long as the lane lives: no second process writes to this log.
    pub(crate) _lock: File,
}

impl Lane {
    /// Runs until everybody who could send is gone, or [`Job::Stop`].
    pub(crate) fn run(mut self) {
        let mut jobs = Vec::with_capacity(self.batch);
        let mut checkpoints = self.writer.checkpoints();
        while self.queue.blocking_recv_many(&mut jobs, self.batch) > 0 {
            let mut pending = Pending::default();
            for job in jobs.drain(..) {
                match job {
                    Job::Append(append, answer) => pending.append(append, answer),
                    Job::Side(side, answer) => pending.side(side, answer),
                    Job::Checkpoint(answer) => {
                        self.commit(std::mem::take(&mut pending));
                        drop(answer.send(self.empty_ahead(&mut checkpoints)));
                    }
                    Job::Stop => self.queue.close(),
                }
                if pending.is_full() {
                    self.commit(std::mem::take(&mut pending));
                }
            }
            self.commit(pending);
            checkpoints.when_due(self.writer.connection());
        }
        if let Err(error) = self.empty_ahead(&mut checkpoints) {
            tracing::warn!(%error, "the log's last checkpoint failed");
        }
    }

    fn commit(&mut self, pending: Pending) {
        if pending.is_empty() {
            return;
        }
        let (appends, sides, waiting) = pending.into_parts();
        let batch = self.writer.commit(appends, &sides);
        waiting.answer(batch, &self.rings);
    }

    /// Moves everything from the write-ahead file to the log's file.
    fn empty_ahead(&self, checkpoints: &mut Checkpoints) -> Result<(), WriteError> {
        checkpoints.end();
        Ok(checkpoint(self.writer.connection(), "TRUNCATE")?)
    }
}
