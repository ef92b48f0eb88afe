//! The loop that brings events to a sink.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use taskfold_contracts::envelope::{Envelope, Recorded};
use taskfold_contracts::time::Clock;
use taskfold_log::Log;
use taskfold_spans::Recorder;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::hands::{Hands, Panicked};
use crate::kafka::Letters;
use crate::owned::Owned;
use crate::pace::Pace;
use crate::retry::Retry;
use crate::sink::{ApplyError, Sink};
use crate::source::{Bus, Source};
use crate::status::{Failure, Progress, StatusHandle};
use crate::told::Teller;
use crate::window::Window;

/// How a consumer works.
#[derive(Debug, Clone)]
pub struct Options {
    /// What brings it its events.
    pub bus: Bus,
    /// Events that are applied together at most.
    pub batch: usize,
    /// How long events wait for more while they come fast, so that many share one transaction; zero is not
    /// at all. Events that come one by one never wait, and nobody who asks for one does
    /// ([`Consumer::hurried_by`]).
    pub linger: Duration,
    /// How it tries again.
    pub retry: Retry,
    /// Who tells the world outside of what it gives up.
    pub letters: Option<Letters>,
    /// The partitions that it works on, as long as they are in the set; none is all. Whoever shares them out
    /// need not be right about who works: the sink's watermark refuses what was applied elsewhere.
    pub owned: Option<watch::Receiver<BTreeSet<u32>>>,
    /// Who is told of what it does.
    pub spans: Recorder,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bus: Bus::Log,
            batch: 5000,
            linger: Duration::ZERO,
            retry: Retry::default(),
            letters: None,
            owned: None,
            spans: Recorder::default(),
        }
    }
}

/// Brings the events of a log to one sink, from the sink's watermark on.
pub struct Consumer {
    shared: Arc<Shared>,
}

struct Shared {
    log: Log,
    sink: Arc<dyn Sink>,
    clock: Arc<dyn Clock>,
    options: Options,
    hurry: Option<watch::Receiver<()>>,
    progress: watch::Sender<Vec<Progress>>,
}

/// One partition on its way to the sink.
struct Line {
    shared: Arc<Shared>,
    partition: u32,
    hands: Hands,
    shutdown: CancellationToken,
}

impl Consumer {
    /// A consumer that does nothing until it is [run](Self::run).
    pub fn new(log: Log, sink: Arc<dyn Sink>, clock: Arc<dyn Clock>, options: Options) -> Self {
        Self::with(log, sink, clock, options, None)
    }

    /// The same; `hurry` changes when somebody waits for an effect.
    pub fn hurried_by(
        log: Log,
        sink: Arc<dyn Sink>,
        clock: Arc<dyn Clock>,
        options: Options,
        hurry: watch::Receiver<()>,
    ) -> Self {
        Self::with(log, sink, clock, options, Some(hurry))
    }

    fn with(
        log: Log,
        sink: Arc<dyn Sink>,
        clock: Arc<dyn Clock>,
        options: Options,
        hurry: Option<watch::Receiver<()>>,
    ) -> Self {
        let progress = (0..log.partitions()).map(|partition| Progress {
            position: sink.watermark(partition),
            ..Progress::default()
        });
        let progress = watch::Sender::new(progress.collect());
        Self {
            shared: Arc::new(Shared {
                log,
                sink,
                clock,
                options,
                hurry,
                progress,
            }),
        }
    }

    /// Tells how it is doing.
    pub fn status(&self) -> StatusHandle {
        StatusHandle {
            log: self.shared.log.clone(),
            clock: Arc::clone(&self.shared.clock),
            progress: self.shared.progress.subscribe(),
        }
    }

    /// Tails the log until `shutdown`; then it finishes what it is applying and returns.
    pub async fn run(self, shutdown: CancellationToken) {
        self.shared.all_partitions(&shutdown, None).await;
    }

    /// Applies everything that the log holds at this moment of its partitions, then returns. `false` when `shutdown` came
    /// first.
    pub async fn catch_up(&self, shutdown: &CancellationToken) -> bool {
        let log = &self.shared.log;
        let heads = (0..log.partitions())
            .map(|partition| log.head(partition).number)
            .collect();
        self.shared.all_partitions(shutdown, Some(heads)).await
    }
}

impl Shared {
    async fn all_partitions(
        self: &Arc<Self>,
        shutdown: &CancellationToken,
        until: Option<Vec<u64>>,
    ) -> bool {
        let mut partitions = JoinSet::new();
        for partition in 0..self.log.partitions() {
            let until = until
                .as_ref()
                .and_then(|heads| heads.get(partition as usize).copied());
            let (shared, shutdown) = (Arc::clone(self), shutdown.clone());
            partitions.spawn(shared.partition(partition, shutdown, until));
        }
        partitions
            .join_all()
            .await
            .into_iter()
            .all(|finished| finished)
    }

    async fn partition(
        self: Arc<Self>,
        partition: u32,
        shutdown: CancellationToken,
        until: Option<u64>,
    ) -> bool {
        let mut failures = 0;
        let hands = loop {
            match Hands::start(format!("{}-{partition}", self.sink.name())) {
                Ok(hands) => break hands,
                Err(error) => {
                    failures += 1;
                    self.failed(partition, &error.to_string(), failures);
                    self.pause(failures, &shutdown).await;
                }
            }
            if shutdown.is_cancelled() {
                return false;
            }
        };
        let line = Line {
            shared: self,
            partition,
            hands,
            shutdown,
        };
        line.tail(until).await
    }

    fn teller(&self) -> Teller<'_> {
        Teller {
            spans: &self.options.spans,
            consumer: self.sink.name(),
            bus: &self.options.bus,
        }
    }

    fn check_moved(&self, partition: u32, last: u64) -> Result<(), Trouble> {
        let watermark = self.sink.watermark(partition);
        if watermark >= last {
            return Ok(());
        }
        let error = format!("the watermark is {watermark} after {last} was applied");
        Err(Trouble::Apply(ApplyError::Retry { error }))
    }

    async fn pause(&self, failures: u32, shutdown: &CancellationToken) {
        let wait = self.options.retry.wait(failures);
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }

    fn failed(&self, partition: u32, error: &str, failures: u32) {
        let consumer = self.sink.name();
        tracing::warn!(
            consumer,
            partition,
            failures,
            error,
            "a consumer failed and tries again"
        );
        let failure = Failure {
            at: self.clock.now(),
            error: error.to_owned(),
            failures,
        };
        self.note(partition, |own| {
            own.failing = Some(failure.clone());
            own.last_error = Some(failure);
        });
    }

    fn note(&self, partition: u32, change: impl FnOnce(&mut Progress)) {
        self.progress.send_modify(|all| {
            if let Some(own) = all.get_mut(partition as usize) {
                change(own);
            }
        });
    }
}

impl Line {
    /// Works on the partition whenever it is this consumer's; until `until` only if it is now.
    async fn tail(&self, until: Option<u64>) -> bool {
        let mut owned = Owned::new(self.shared.options.owned.clone(), self.partition);
        loop {
            self.note(|own| own.elsewhere = !owned.is());
            if until.is_some() && !owned.is() {
                return true;
            }
            let gained = self.shutdown.run_until_cancelled(owned.gained());
            if gained.await.is_none() {
                return false;
            }
            self.note(|own| own.elsewhere = false);
            match self.work(until, &mut owned).await {
                Ended::CaughtUp => return true,
                Ended::Stopped => return false,
                Ended::Lost => {}
            }
        }
    }

    async fn work(&self, until: Option<u64>, owned: &mut Owned) -> Ended {
        let shared = &self.shared;
        let mut source = Source::new(&shared.options.bus, &shared.log, self.partition);
        let mut hurry = shared.hurry.clone();
        let mut pace = Pace::default();
        let batch = shared.options.batch.max(1);
        let mut failures = 0;
        loop {
            // The sink is asked each time: a rebuild may have put another set of tables in place.
            let after = shared.sink.watermark(self.partition);
            self.note(|own| own.position = after);
            if until.is_some_and(|until| after >= until) {
                return Ended::CaughtUp;
            }
            let rows = tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return Ended::Stopped,
                () = owned.lost() => return Ended::Lost,
                rows = source.next(after, batch) => rows,
            };
            match rows {
                Ok(rows) => {
                    failures = 0;
                    let came = rows.len();
                    self.deliver(rows).await;
                    let fast = pace.is_fast(came, shared.options.linger, Instant::now());
                    if fast && came < batch && until.is_none() {
                        self.linger(&mut hurry).await;
                    }
                }
                Err(error) => {
                    failures += 1;
                    self.failed(&error.to_string(), failures);
                    self.pause(failures).await;
                }
            }
        }
    }

    /// Lets events gather, until somebody wants them.
    async fn linger(&self, hurry: &mut Option<watch::Receiver<()>>) {
        let wanted = async {
            let changed = match hurry {
                Some(hurry) => hurry.changed().await.is_ok(),
                None => false,
            };
            if !changed {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => {}
            () = wanted => {}
            () = tokio::time::sleep(self.shared.options.linger) => {}
        }
    }

    /// Brings `rows` to the sink, or as many as it can before `shutdown`.
    async fn deliver(&self, rows: Vec<Arc<Recorded>>) {
        let rows: Arc<[Arc<Recorded>]> = rows.into();
        let mut window = Window::over(rows.len());
        let mut failures = 0;
        while let Some(next) = rows.get(window.start) {
            let waiting_since = Some(next.header.recorded_at);
            self.note(|own| own.waiting_since = waiting_since);
            match self.apply(&rows, window.start..window.end).await {
                Ok(()) => {
                    failures = 0;
                    window.applied(rows.len());
                    let position = rows[window.start - 1].header.position.number;
                    self.note(|own| own.done(position));
                }
                Err(Trouble::Undecodable { index, error }) if index == window.start => {
                    window.narrow_to_first();
                    self.bury(next, &error, 1).await;
                    window.applied(rows.len());
                }
                Err(Trouble::Undecodable { index, .. }) => window.end = index,
                Err(Trouble::Apply(ApplyError::Poison { index, error })) => {
                    let index = index.map(|index| window.start + index);
                    if !window.poisoned(index) {
                        continue;
                    }
                    self.failed(&error, window.attempts);
                    if window.attempts < self.shared.options.retry.poison_attempts {
                        self.pause(window.attempts).await;
                    } else {
                        self.bury(next, &error, window.attempts).await;
                        window.applied(rows.len());
                    }
                }
                Err(Trouble::Apply(ApplyError::Retry { error })) => {
                    failures += 1;
                    self.failed(&error, failures);
                    self.pause(failures).await;
                }
            }
            if self.shutdown.is_cancelled() {
                return;
            }
        }
        self.note(|own| own.waiting_since = None);
    }

    /// One try, on a thread that may block.
    async fn apply(
        &self,
        rows: &Arc<[Arc<Recorded>]>,
        range: std::ops::Range<usize>,
    ) -> Result<(), Trouble> {
        let (shared, rows, partition) =
            (Arc::clone(&self.shared), Arc::clone(rows), self.partition);
        let work = move || {
            let began = Instant::now();
            let mut batch: Vec<Envelope> = Vec::with_capacity(range.len());
            for index in range {
                match shared.log.open_envelope(&rows[index]) {
                    Ok(envelope) => batch.push(envelope),
                    Err(error) => {
                        return Err(Trouble::Undecodable {
                            index,
                            error: error.to_string(),
                        });
                    }
                }
            }
            shared.sink.apply(&batch).map_err(Trouble::Apply)?;
            shared.teller().applied(&batch, began);
            let last = batch
                .last()
                .map_or(0, |envelope| envelope.header.position.number);
            shared.check_moved(partition, last)
        };
        self.hands
            .run(work)
            .await
            .unwrap_or_else(|panic: Panicked| {
                let error = panic.to_string();
                Err(Trouble::Apply(ApplyError::Poison { index: None, error }))
            })
    }

    /// Gives an event up, however long the sink takes to store that; unless `shutdown` comes.
    async fn bury(&self, row: &Arc<Recorded>, error: &str, attempts: u32) {
        if self.shared.sink.watermark(self.partition) >= row.header.position.number {
            // An earlier try stored it and its answer was lost.
            return;
        }
        let (mut failures, began) = (0, Instant::now());
        while !self.shutdown.is_cancelled() {
            let (shared, buried, reason) =
                (Arc::clone(&self.shared), Arc::clone(row), error.to_owned());
            let position = row.header.position;
            let consumer = self.shared.sink.name();
            tracing::error!(consumer, %position, attempts, %error, "an event is buried");
            let work = move || shared.sink.bury(&buried, &reason, attempts);
            let refused = match self.hands.run(work).await {
                Ok(Ok(())) => {
                    if let Some(letters) = &self.shared.options.letters {
                        letters.put(row, consumer, error, attempts);
                    }
                    self.shared.teller().buried(&row.header, error, began);
                    self.note(|own| {
                        own.buried += 1;
                        own.done(position.number);
                    });
                    return;
                }
                Ok(Err(refused)) => refused.to_string(),
                Err(panic) => panic.to_string(),
            };
            failures += 1;
            self.failed(&refused, failures);
            self.pause(failures).await;
        }
    }

    async fn pause(&self, failures: u32) {
        self.shared.pause(failures, &self.shutdown).await;
    }

    fn failed(&self, error: &str, failures: u32) {
        self.shared.failed(self.partition, error, failures);
    }

    fn note(&self, change: impl FnOnce(&mut Progress)) {
        self.shared.note(self.partition, change);
    }
}

/// Why the work on a partition ended.
enum Ended {
    CaughtUp,
    Stopped,
    /// It is another consumer's now.
    Lost,
}

/// Why a try failed.
enum Trouble {
    /// The row at this index cannot be decoded; nothing was applied.
    Undecodable { index: usize, error: String },
    /// The sink refused.
    Apply(ApplyError),
}

impl Progress {
    fn done(&mut self, position: u64) {
        self.position = position;
        self.failing = None;
    }
}
