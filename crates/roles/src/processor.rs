//! The processor role: keeps the views.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use taskfold_bus::kafka::Letters;
use taskfold_bus::{ApplyError, Bus, Consumer, Options, Sharing, Sink, StatusHandle, Tenure};
use taskfold_contracts::envelope::{Envelope, Recorded};
use taskfold_contracts::time::Clock;
use taskfold_log::{Log, crash};
use taskfold_spans::Recorder;
use taskfold_views::rebuild::{self, Fact, RebuildError, Switched};
use taskfold_views::{OpenError, QueryError, Views, deadletters};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::process::ViewsServer;

/// Rows read from the log at once while the views are built.
const BUILD_PAGE: usize = 5_000;
/// Without events for so long, there is time for what can wait.
const QUIET: Duration = Duration::from_millis(500);
/// How old the views may be while events come fast and nobody waits for one of them: what is projected
/// together costs less than half.
const LINGER: Duration = Duration::from_millis(50);
/// Between a building that failed and the next try.
const BUILD_PAUSE: Duration = Duration::from_secs(5);
/// How long the partitions of a processor that died wait for another one.
pub(crate) const TAKEN_OVER: Duration = Duration::from_secs(3);
/// Between two looks whether another process has built them.
const ELSEWHERE_PAUSE: Duration = Duration::from_millis(250);

/// The views as a place where events take effect.
struct ViewsSink(Views);

impl Sink for ViewsSink {
    fn name(&self) -> &'static str {
        "views"
    }

    fn watermark(&self, partition: u32) -> u64 {
        self.0.watermark(partition)
    }

    fn apply(&self, batch: &[Envelope]) -> Result<(), ApplyError> {
        crash::hit("views.before_apply");
        self.0.apply(batch).map_err(refused)?;
        crash::hit("views.after_apply");
        Ok(())
    }

    fn bury(&self, row: &Recorded, error: &str, attempts: u32) -> Result<(), ApplyError> {
        deadletters::bury(&self.0, &row.header, error, attempts).map_err(refused)
    }
}

fn refused(error: taskfold_views::ApplyError) -> ApplyError {
    match error {
        taskfold_views::ApplyError::Poison { index, error } => ApplyError::Poison {
            index: Some(index),
            error,
        },
        taskfold_views::ApplyError::Storage(error) => ApplyError::Retry { error },
    }
}

/// How events come to the views, and where those go that cannot be applied.
#[derive(Debug, Clone, Default)]
pub struct Feed {
    /// What brings them.
    pub bus: Bus,
    /// Who tells the world outside of what is given up.
    pub letters: Option<Letters>,
    /// Who is told of what takes effect.
    pub spans: Recorder,
}

/// The processor role.
pub struct Processor {
    consumer: Consumer,
}

impl Processor {
    /// Brings the events of `log` to `views`, of the partitions that are `owned`, or of all.
    pub fn new(
        log: Log,
        feed: Feed,
        views: Views,
        clock: Arc<dyn Clock>,
        owned: Option<watch::Receiver<BTreeSet<u32>>>,
    ) -> Self {
        let wanted = views.wanted();
        let sink = Arc::new(ViewsSink(views));
        let options = Options {
            bus: feed.bus,
            letters: feed.letters,
            spans: feed.spans,
            linger: LINGER,
            owned,
            ..Options::default()
        };
        Self {
            consumer: Consumer::hurried_by(log, sink, clock, options, wanted),
        }
    }

    /// Tells how far it is.
    pub fn status(&self) -> StatusHandle {
        self.consumer.status()
    }

    /// Works until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        self.consumer.run(shutdown).await;
    }
}

/// Opens the views, or has them built, and gives them out; then keeps them if it is told to, as long as the
/// process lives.
pub(crate) struct Keeper {
    pub(crate) log: Log,
    pub(crate) feed: Feed,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) home: Home,
    /// Whether this process keeps them, or reads what others keep.
    pub(crate) keeps: bool,
    /// With whom it shares the keeping. Without, it does all of it.
    pub(crate) sharing: Option<Sharing>,
    pub(crate) views: watch::Sender<Option<Views>>,
    pub(crate) status: watch::Sender<Option<StatusHandle>>,
}

/// Where the views are.
#[derive(Clone)]
pub(crate) enum Home {
    /// In a file of this process.
    File(PathBuf),
    /// On PostgreSQL, for any number of processes.
    Server(Box<ViewsServer>),
}

/// How the views were found.
pub(crate) enum Opened {
    /// They can be read.
    Ready(Views),
    /// They must be built.
    Missing,
}

impl Keeper {
    /// Looks at the views; never reads a log that has something. Views that can be read are given out at once.
    pub(crate) async fn open(&self) -> Result<Opened, OpenError> {
        let empty_log = (0..self.log.partitions()).all(|p| self.log.head(p).number == 0);
        if let Home::File(path) = &self.home
            && !empty_log
            && !Views::are_at(path)
        {
            return Ok(Opened::Missing);
        }
        match self.home.open().await {
            Ok(views) if self.keeps && self.is_ahead(&views).await? => {
                tracing::warn!("the views know more than the log and are built anew");
                Ok(Opened::Missing)
            }
            Ok(views) => {
                self.views.send_replace(Some(views.clone()));
                Ok(Opened::Ready(views))
            }
            Err(OpenError::OtherVersion { found: 0, .. }) if self.keeps && empty_log => {
                // They are empty as well, which does not take long.
                let built = self.build(&CancellationToken::new()).await;
                let Ok(views) = built else {
                    return Ok(Opened::Missing);
                };
                self.views.send_replace(Some(views.clone()));
                Ok(Opened::Ready(views))
            }
            Err(error @ (OpenError::OtherVersion { .. } | OpenError::Corrupt(_))) => {
                tracing::warn!(%error, "there are no views to read yet");
                Ok(Opened::Missing)
            }
            Err(error @ OpenError::Storage(_)) => Err(error),
        }
    }

    /// Views of another log, or of one that was set back to an earlier state.
    async fn is_ahead(&self, views: &Views) -> Result<bool, OpenError> {
        for partition in 0..self.log.partitions() {
            let applied = views.watermark(partition);
            if applied > self.log.head(partition).number {
                // Another process may have appended it a moment ago.
                let head = self.log.refresh(partition).await;
                let head = head.map_err(|error| OpenError::Storage(error.to_string()))?;
                if applied > head.number {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    pub(crate) async fn run(self, opened: Opened, shutdown: CancellationToken) {
        let views = match opened {
            Opened::Ready(views) => views,
            Opened::Missing => match self.wait_for_views(&shutdown).await {
                Some(views) => views,
                None => return,
            },
        };
        if !self.keeps {
            self.views.send_replace(Some(views));
            return;
        }
        let (owning, owned) = watch::channel(BTreeSet::new());
        let owned = self.sharing.is_some().then_some(owned);
        let processor = Processor::new(self.log, self.feed, views.clone(), self.clock, owned);
        self.status.send_replace(Some(processor.status()));
        self.views.send_replace(Some(views.clone()));
        let resting = merge_in_quiet(views, processor.status(), shutdown.clone());
        let sharing = share(self.sharing, owning, shutdown.clone());
        tokio::join!(processor.run(shutdown), resting, sharing);
    }

    /// Tries until there are views, built here or by others; none when `shutdown` came first.
    async fn wait_for_views(&self, shutdown: &CancellationToken) -> Option<Views> {
        loop {
            let pause = match self.build(shutdown).await {
                Ok(views) => return Some(views),
                Err(_) if shutdown.is_cancelled() => return None,
                Err(Unbuilt::Elsewhere) => ELSEWHERE_PAUSE,
                Err(Unbuilt::Failed(error)) => {
                    tracing::error!(error, "the views cannot be built; trying again");
                    BUILD_PAUSE
                }
            };
            shutdown
                .run_until_cancelled(tokio::time::sleep(pause))
                .await?;
        }
    }

    async fn build(&self, shutdown: &CancellationToken) -> Result<Views, Unbuilt> {
        if self.keeps {
            let (log, home, stop) = (self.log.clone(), self.home.clone(), shutdown.clone());
            let runtime = tokio::runtime::Handle::current();
            let build = move || build(&log, &home, &runtime, &stop);
            let building = tokio::task::spawn_blocking(build).await;
            building.map_err(|error| Unbuilt::Failed(error.to_string()))??;
        }
        self.home.open().await.map_err(|error| match error {
            OpenError::OtherVersion { .. } if !self.keeps => Unbuilt::Elsewhere,
            OpenError::OtherVersion { .. } | OpenError::Corrupt(_) | OpenError::Storage(_) => {
                Unbuilt::Failed(error.to_string())
            }
        })
    }
}

impl Home {
    async fn open(&self) -> Result<Views, OpenError> {
        let home = self.clone();
        let opening = tokio::task::spawn_blocking(move || match home {
            Self::File(path) => Views::open(&path),
            Self::Server(there) => Views::connect(&there.server, &there.options),
        });
        let opened = opening.await;
        opened.unwrap_or_else(|error| Err(OpenError::Storage(error.to_string())))
    }
}

/// Why there are no views yet.
enum Unbuilt {
    /// Another process builds them, or is to.
    Elsewhere,
    Failed(String),
}

impl From<RebuildError> for Unbuilt {
    fn from(error: RebuildError) -> Self {
        match error {
            RebuildError::UnderWay => Self::Elsewhere,
            RebuildError::Source(_) | RebuildError::File(_) => Self::Failed(error.to_string()),
        }
    }
}

/// Keeps telling which partitions are this processor's. That two have one for a moment does no harm: whoever
/// comes second to the watermark's row finds that nothing is left to do.
async fn share(
    sharing: Option<Sharing>,
    owning: watch::Sender<BTreeSet<u32>>,
    shutdown: CancellationToken,
) {
    let Some(sharing) = sharing else {
        return;
    };
    let hold = move |tenure: Tenure| {
        let owning = owning.clone();
        async move {
            let partition = tenure.partition();
            owning.send_modify(|all| {
                all.insert(partition);
            });
            tenure.stop().cancelled().await;
            owning.send_modify(|all| {
                all.remove(&partition);
            });
        }
    };
    sharing.run(hold, shutdown).await;
}

/// Puts the search index together whenever no events came for a moment, until they come again.
async fn merge_in_quiet(views: Views, mut status: StatusHandle, shutdown: CancellationToken) {
    let work = async {
        loop {
            while tokio::time::timeout(QUIET, status.changed()).await == Ok(true) {}
            let (own, events) = (views.clone(), status.clone());
            let merging = tokio::task::spawn_blocking(move || {
                while own.merge_search()? && !events.has_changed() {}
                Ok::<(), QueryError>(())
            });
            if let Ok(Err(error)) = merging.await {
                tracing::warn!(%error, "the search index stays in pieces");
            }
            if !status.changed().await {
                return;
            }
        }
    };
    shutdown.run_until_cancelled(work).await;
}

fn build(
    log: &Log,
    home: &Home,
    runtime: &Handle,
    stop: &CancellationToken,
) -> Result<(), Unbuilt> {
    let source = |partition, after| {
        if stop.is_cancelled() {
            Err("the server stops".to_owned())
        } else {
            facts(log, runtime, partition, after)
        }
    };
    let events = match home {
        Home::File(path) => {
            // What operators gave up for ever stays so.
            let dropped = deadletters::dropped_in_file(path);
            rebuild::build(path, log.partitions(), &dropped, source, |_| {})?
        }
        Home::Server(there) => {
            let head = |partition| {
                let head = runtime.block_on(log.refresh(partition));
                head.map(|head| head.number)
                    .map_err(|error| error.to_string())
            };
            rebuild::build_on_server(&there.server, log.partitions(), head, source, |_| {})?
        }
    };
    tracing::info!(events, "the views were built anew");
    Ok(())
}

/// Builds the views anew beside those in use and switches to them, while reads and writes go on; to `verify`
/// also compares them. Blocks.
pub(crate) fn rebuild_and_switch(
    log: &Log,
    views: &Views,
    runtime: &Handle,
    verify: bool,
) -> Result<Switched, RebuildError> {
    let source = |partition, after| facts(log, runtime, partition, after);
    let switched = rebuild::build_beside(views, log.partitions(), verify, source, |_| {})?;
    let (events, generation) = (switched.events, switched.generation);
    let differing = switched
        .comparison
        .as_ref()
        .map(|all| all.differing.join(", "));
    match differing {
        None => tracing::info!(events, generation, "the views were rebuilt and switched to"),
        Some(none) if none.is_empty() => {
            tracing::info!(
                events,
                generation,
                "the views were rebuilt; the old ones were equal"
            );
        }
        Some(differing) => tracing::error!(
            events,
            generation,
            differing,
            "the views were not what the log says; new ones are in use"
        ),
    }
    Ok(switched)
}

/// The next rows of a partition, as views are built from them; none at its end. Blocks.
///
/// # Errors
/// The log cannot be read.
pub fn facts(log: &Log, runtime: &Handle, partition: u32, after: u64) -> Result<Vec<Fact>, String> {
    let reading = async {
        let rows = log.read_partition(partition, after, BUILD_PAGE).await?;
        if rows.is_empty() && log.refresh(partition).await?.number > after {
            // Another process has appended, and a third has applied it already.
            return log.read_partition(partition, after, BUILD_PAGE).await;
        }
        Ok(rows)
    };
    let rows = runtime
        .block_on(reading)
        .map_err(|error| error.to_string())?;
    Ok(rows.iter().map(|row| fact(log, row)).collect())
}

fn fact(log: &Log, row: &Recorded) -> Fact {
    match log.open_envelope(row) {
        Ok(envelope) => Fact::Event(envelope),
        Err(error) => Fact::Unreadable {
            header: row.header.clone(),
            error: error.to_string(),
        },
    }
}
