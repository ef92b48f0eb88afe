//! A lane: a task that owns one connection and commits everything that waits for its partitions as one
//! transaction. While a commit is in flight the next batch fills; an idle lane commits at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

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

/// Callers who were just answered come back with their next append a moment later. A lane that commits
/// without them makes two half batches of each whole one, and each waits for both. So a busy lane waits
/// for as many as were there, for a fraction of what a commit takes, and only while they do come back.
struct Gathering {
    /// Callers who were there last time.
    expected: usize,
    /// Batches until it is tried again, after they did not come.
    pause: u32,
}

impl Gathering {
    /// Fewer than these make no difference.
    const WORTHWHILE: usize = 8;
    /// Much less than a commit takes.
    const LONGEST: Duration = Duration::from_millis(1);
    const PAUSE: u32 = 16;

    async fn fill(&mut self, queue: &mut mpsc::Receiver<Job>, jobs: &mut Vec<Job>, most: usize) {
        let expected = self.expected.min(most);
        if expected < Self::WORTHWHILE || jobs.len() >= expected {
            return;
        }
        if self.pause > 0 {
            self.pause -= 1;
            return;
        }
        let until = Instant::now() + Self::LONGEST;
        while jobs.len() < expected {
            let room = most - jobs.len();
            match timeout_at(until, queue.recv_many(jobs, room)).await {
                Ok(0) => return,
                Ok(_) => {}
                Err(_) => {
                    if jobs.len() < expected / 4 * 3 {
                        self.pause = Self::PAUSE;
                    }
                    return;
                }
            }
        }
    }
}

impl Lane {
    /// Runs until everybody who could send is gone, or [`Job::Stop`].
    pub(crate) async fn run(mut self) {
        let mut jobs = Vec::with_capacity(self.batch);
        let mut gathering = Gathering {
            expected: 0,
            pause: 0,
        };
        while self.queue.recv_many(&mut jobs, self.batch).await > 0 {
            gathering.fill(&mut self.queue, &mut jobs, self.batch).await;
            let taken = jobs.len();
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
            gathering.expected = taken + self.queue.len();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn gathering(expected: usize) -> Gathering {
        Gathering { expected, pause: 0 }
    }

    #[tokio::test]
    async fn a_busy_lane_waits_for_those_who_come_back() {
        let (send, mut queue) = mpsc::channel(100);
        let mut jobs = vec![Job::Stop, Job::Stop];
        let coming = async {
            for _ in 0..20 {
                tokio::task::yield_now().await;
                assert!(send.try_send(Job::Stop).is_ok());
            }
        };
        let mut gathering = gathering(12);
        tokio::join!(gathering.fill(&mut queue, &mut jobs, 500), coming);
        assert!(jobs.len() >= 12 && gathering.pause == 0);
    }

    #[tokio::test]
    async fn nobody_is_waited_for_who_does_not_come() {
        let (_send, mut queue) = mpsc::channel(100);
        let mut jobs = vec![Job::Stop];
        let mut busy = gathering(12);
        busy.fill(&mut queue, &mut jobs, 500).await;
        assert_eq!((jobs.len(), busy.pause), (1, Gathering::PAUSE));
        for left in (0..Gathering::PAUSE).rev() {
            busy.fill(&mut queue, &mut jobs, 500).await;
            assert_eq!(busy.pause, left);
        }
        // It is tried again then.
        busy.fill(&mut queue, &mut jobs, 500).await;
        assert_eq!(busy.pause, Gathering::PAUSE);
    }
}
