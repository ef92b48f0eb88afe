//! A lane: a task that owns one connection and commits everything that waits for its partitions as one
//! transaction. While a commit is in flight the next batch fills; an idle lane commits at once.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::commit::Writer;
use super::connect::Session;
use crate::job::{Job, Pending};
use crate::ring::Rings;

/// The task's state.
pub(crate) struct Lane {
    pub(crate) writer: Writer,
    pub(crate) queue: mpsc::Receiver<Job>,
    pub(crate) batch: usize,
    pub(crate) rings: Arc<Rings>,
}

impl Lane {
    /// Runs until everybody who could send is gone, or [`Job::Stop`].
    pub(crate) async fn run(mut self) {
        let mut jobs = Vec::with_capacity(self.batch);
        while self.queue.recv_many(&mut jobs, self.batch).await > 0 {
            let mut pending = Pending::default();
            for job in jobs.drain(..) {
                match job {
                    Job::Append(append, answer) => pending.append(append, answer),
                    Job::Side(side, answer) => pending.side(side, answer),
                    Job::Checkpoint(answer) => {
                        self.commit(std::mem::take(&mut pending)).await;
                        // The server makes its own; what was asked for before is in its log.
                        drop(answer.send(Ok(())));
                    }
                    Job::Stop => self.queue.close(),
                }
                if pending.is_full() {
                    self.commit(std::mem::take(&mut pending)).await;
                }
            }
            self.commit(pending).await;
        }
        // Says goodbye to the server.
        drop::<Option<Session>>(self.writer.session.take());
    }

    async fn commit(&mut self, pending: Pending) {
        if pending.is_empty() {
            return;
        }
        let (appends, sides, waiting) = pending.into_parts();
        let batch = self.writer.commit(&appends, &sides).await;
        waiting.answer(batch, &self.rings);
    }
}
