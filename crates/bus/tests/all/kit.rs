//! A log, a sink that fails when told to, and a consumer between them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use taskfold_bus::{ApplyError, Consumer, Options, Retry, Sink, StatusHandle};
use taskfold_contracts::envelope::{Envelope, Recorded};
use taskfold_contracts::ids::{EventId, WorkspaceId};
use taskfold_contracts::time::{Clock, SystemClock};
use taskfold_log::Log;
use taskfold_log::conformance::kit::{append, stream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What the sink holds; one lock is one transaction.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) watermark: BTreeMap<u32, u64>,
    /// Numbers of the events that took effect, in order.
    pub(crate) effects: Vec<u64>,
    /// The events themselves.
    pub(crate) events: Vec<EventId>,
    /// Number, error and attempts.
    pub(crate) letters: Vec<(u64, String, u32)>,
    pub(crate) parked: BTreeSet<WorkspaceId>,
    /// Sizes of the batches that were tried.
    pub(crate) tries: Vec<usize>,
}

/// What goes wrong.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// Numbers of events that can never be applied.
    pub(crate) poison: BTreeSet<u64>,
    /// The sink says which one it was.
    pub(crate) tells: bool,
    /// For each coming try: refuse it before anything is stored, or store it and then lose the answer.
    pub(crate) script: Vec<Fault>,
    /// The sink stores effects and loses the watermark: it is broken.
    pub(crate) forgets_watermark: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    Refuse,
    LoseAnswer,
    Panic,
}

#[derive(Debug, Default)]
pub(crate) struct Memory {
    tables: Mutex<Tables>,
    pub(crate) faults: Mutex<Faults>,
    /// Held by a test that wants an apply to take long.
    pub(crate) gate: Mutex<()>,
}

impl Memory {
    pub(crate) fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap()
    }
}

impl Sink for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn watermark(&self, partition: u32) -> u64 {
        self.tables()
            .watermark
            .get(&partition)
            .copied()
            .unwrap_or_default()
    }

    fn apply(&self, batch: &[Envelope]) -> Result<(), ApplyError> {
        self.tables().tries.push(batch.len());
        drop(self.gate.lock().unwrap());
        let (fault, poison, tells, forgets) = {
            let mut faults = self.faults.lock().unwrap();
            let fault = faults.script.pop().unwrap_or(Fault::None);
            (
                fault,
                faults.poison.clone(),
                faults.tells,
                faults.forgets_watermark,
            )
        };
        let refused = || ApplyError::Retry {
            error: "the storage is away".to_owned(),
        };
        match fault {
            Fault::Refuse => return Err(refused()),
            Fault::Panic => panic!("told to"),
            Fault::None | Fault::LoseAnswer => {}
        }
        let mut tables = self.tables();
        for (index, envelope) in batch.iter().enumerate() {
            let parked = tables.parked.contains(&envelope.header.workspace_id);
            if !parked && poison.contains(&envelope.header.position.number) {
                let index = tells.then_some(index);
                return Err(ApplyError::Poison {
                    index,
                    error: "bad event".to_owned(),
                });
            }
        }
        for envelope in batch {
            let at = envelope.header.position;
            let mark = tables
                .watermark
                .get(&at.partition)
                .copied()
                .unwrap_or_default();
            if at.number <= mark {
                continue;
            }
            if tables.parked.contains(&envelope.header.workspace_id) {
                tables
                    .letters
                    .push((at.number, "behind another".to_owned(), 0));
            } else {
                tables.effects.push(at.number);
                tables.events.push(envelope.header.event_id);
            }
            if !(forgets && fault == Fault::LoseAnswer) {
                tables.watermark.insert(at.partition, at.number);
            }
        }
        if fault == Fault::LoseAnswer {
            Err(refused())
        } else {
            Ok(())
        }
    }

    fn bury(&self, row: &Recorded, error: &str, attempts: u32) -> Result<(), ApplyError> {
        let at = row.header.position;
        let mut tables = self.tables();
        let mark = tables
            .watermark
            .get(&at.partition)
            .copied()
            .unwrap_or_default();
        assert_eq!(
            at.number,
            mark + 1,
            "nothing is left out, nothing comes twice"
        );
        tables.letters.push((at.number, error.to_owned(), attempts));
        tables.parked.insert(row.header.workspace_id);
        tables.watermark.insert(at.partition, at.number);
        Ok(())
    }
}

pub(crate) fn open(directory: &Path) -> Log {
    let options = taskfold_log::Options::default();
    Log::open(&directory.join("log.db"), options, Arc::new(SystemClock)).unwrap()
}

/// Appends `count` events, one each append, to `workspaces` in turn.
pub(crate) async fn fill(log: &Log, workspaces: &[WorkspaceId], count: usize) {
    for index in 0..count {
        log.append(append(workspaces[index % workspaces.len()], stream(), 0, 1))
            .await
            .unwrap();
    }
}

pub(crate) fn options() -> Options {
    let first = Duration::from_micros(100);
    let longest = Duration::from_millis(2);
    Options {
        bus: taskfold_bus::Bus::Log,
        batch: 50,
        linger: Duration::ZERO,
        retry: Retry {
            first,
            longest,
            poison_attempts: 3,
        },
        letters: None,
        owned: None,
        spans: taskfold_spans::Recorder::default(),
    }
}

/// A consumer that runs.
pub(crate) struct Running {
    pub(crate) status: StatusHandle,
    pub(crate) shutdown: CancellationToken,
    pub(crate) task: JoinHandle<()>,
}

pub(crate) fn run(log: &Log, sink: &Arc<Memory>) -> Running {
    run_with(log, sink, Arc::new(SystemClock))
}

pub(crate) fn run_with(log: &Log, sink: &Arc<Memory>, clock: Arc<dyn Clock>) -> Running {
    start(Consumer::new(
        log.clone(),
        Arc::clone(sink) as _,
        clock,
        options(),
    ))
}

#[allow(clippy::disallowed_methods, reason = "the handle is kept")]
pub(crate) fn start(consumer: Consumer) -> Running {
    let (status, shutdown) = (consumer.status(), CancellationToken::new());
    let task = tokio::spawn(consumer.run(shutdown.clone()));
    Running {
        status,
        shutdown,
        task,
    }
}

impl Running {
    /// Waits for a status, at most 20 seconds.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&taskfold_bus::Status) -> bool) {
        let waiting = async {
            while !self.status.now().first().is_some_and(&wanted) {
                assert!(self.status.changed().await, "the consumer is gone");
            }
        };
        let waited = tokio::time::timeout(Duration::from_mins(2), waiting).await;
        waited.unwrap_or_else(|_| panic!("still {:?}", self.status.now()));
    }

    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        tokio::time::timeout(Duration::from_mins(2), self.task)
            .await
            .unwrap()
            .unwrap();
    }
}
