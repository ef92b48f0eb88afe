//! What waits for a lane, and how it is put together to one transaction.

use std::sync::Arc;

use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::position::Position;
use tokio::sync::oneshot;

use crate::ring::Rings;
use crate::{Append, AppendError, Appended, Snapshot, WriteError, crash, payload};

/// What waits for a lane.
pub(crate) enum Job {
    Append(Append, oneshot::Sender<Result<Appended, AppendError>>),
    Side(Side, oneshot::Sender<Result<(), WriteError>>),
    /// Moves what the storage keeps beside its files into them.
    Checkpoint(oneshot::Sender<Result<(), WriteError>>),
    /// Finishes what waits, then ends.
    Stop,
}

/// What is written beside the events.
#[derive(Debug, Clone)]
pub(crate) enum Side {
    PutSnapshot(Vec<u8>, Snapshot),
    RemoveSnapshots(Vec<u8>),
    PutWatermark(String, Position),
    ForgetKeys(Vec<[u8; 32]>),
}

/// What became of a batch.
pub(crate) struct Batch {
    /// One for each append, in order.
    pub(crate) answers: Vec<Result<Appended, AppendError>>,
    /// The rows that were committed.
    pub(crate) rows: Vec<Arc<Recorded>>,
    /// One answer for all that is beside the events.
    pub(crate) sides: Result<(), WriteError>,
}

impl Batch {
    /// Nothing of `count` appends was stored.
    pub(crate) fn refused(count: usize, message: String) -> Self {
        Self {
            answers: vec![Err(AppendError::Storage(message.clone())); count],
            rows: Vec::new(),
            sides: Err(WriteError::Storage(message)),
        }
    }
}

/// Events after which a batch is full, however few appends they came from.
const BATCH_EVENTS: usize = 10_000;

/// Bytes of payload after which it is.
const BATCH_BYTES: usize = 32 << 20;

/// Appends and side writes that are committed together, with who waits for the answers.
#[derive(Default)]
pub(crate) struct Pending {
    pub(crate) appends: Vec<Append>,
    pub(crate) sides: Vec<Side>,
    events: usize,
    bytes: usize,
    waiting: Waiting,
}

/// Who waits for the answers of a batch.
#[derive(Default)]
pub(crate) struct Waiting {
    appenders: Vec<oneshot::Sender<Result<Appended, AppendError>>>,
    siders: Vec<oneshot::Sender<Result<(), WriteError>>>,
}

impl Pending {
    pub(crate) fn is_empty(&self) -> bool {
        self.appends.is_empty() && self.sides.is_empty()
    }

    /// It holds as many events as one transaction should.
    pub(crate) fn is_full(&self) -> bool {
        self.events >= BATCH_EVENTS || self.bytes >= BATCH_BYTES
    }

    pub(crate) fn append(
        &mut self,
        append: Append,
        answer: oneshot::Sender<Result<Appended, AppendError>>,
    ) {
        self.events += append.drafts.len();
        self.bytes += payload::stored_size(&append.drafts);
        self.appends.push(append);
        self.waiting.appenders.push(answer);
    }

    pub(crate) fn side(&mut self, side: Side, answer: oneshot::Sender<Result<(), WriteError>>) {
        self.sides.push(side);
        self.waiting.siders.push(answer);
    }

    /// The writes, and who waits for them.
    pub(crate) fn into_parts(self) -> (Vec<Append>, Vec<Side>, Waiting) {
        (self.appends, self.sides, self.waiting)
    }
}

impl Waiting {
    /// Tells everybody what became of the batch. First the rows, then the answers: whoever has an answer
    /// can read its rows.
    pub(crate) fn answer(self, batch: Batch, rings: &Rings) {
        rings.batches.count(self.appenders.len(), batch.rows.len());
        rings.publish(batch.rows);
        crash::hit("log.before_answer");
        for (waiting, answer) in self.appenders.into_iter().zip(batch.answers) {
            // An error means that the caller went away; the append stands all the same.
            drop(waiting.send(answer));
        }
        for waiting in self.siders {
            drop(waiting.send(batch.sides.clone()));
        }
    }
}
