//! The processor role: keeps the views.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use taskfold_bus::kafka::Letters;
use taskfold_bus::{ApplyError, Bus, Consumer, Options, Sink, StatusHandle};
use taskfold_contracts::envelope::{Envelope, Recorded};
use taskfold_contracts::time::Clock;
use taskfold_log::{Log, crash};
use taskfold_views::rebuild::{self, Fact, RebuildError, Verified};
use taskfold_views::{OpenError, QueryError, Views, deadletters};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Rows read from the log at once while the views are built.
const BUILD_PAGE: usize = 5_000;
/// Without events for so long, there is time for what can wait.
const QUIET: Duration = Duration::from_millis(500);
/// How old the views may be while events come fast and nobody waits for one of them: what is projected
/// together costs less than half.
const LINGER: Duration = Duration::from_millis(50);
/// Between a building that failed and the next try.
const BUILD_PAUSE: Duration = Duration::from_secs(5);

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
}

/// The processor role.
pub struct Processor {
    consumer: Consumer,
}

impl Processor {
    /// Brings the events of `log` to `views`.
    pub fn new(log: Log, feed: Feed, views: Views, clock: Arc<dyn Clock>) -> Self {
        let wanted = views.wanted();
        let sink = Arc::new(ViewsSink(views));
        let options = Options {
            bus: feed.bus,
            letters: feed.letters,
            linger: LINGER,
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

/// Opens the views or has them built, then keeps them, as long as the process lives.
pub(crate) struct Keeper {
    pub(crate) log: Log,
    pub(crate) feed: Feed,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) views: watch::Sender<Option<Views>>,
    pub(crate) status: watch::Sender<Option<StatusHandle>>,
}

/// How the views were found.
pub(crate) enum Opened {
    /// They can be read.
    Ready(Views),
    /// They must be built, here.
    Missing(PathBuf),
}

impl Keeper {
    /// Looks at the views; never reads the log. Views that can be read are given out at once.
    pub(crate) fn open(&self, path: &Path) -> Result<Opened, OpenError> {
        let empty_log = (0..self.log.partitions()).all(|p| self.log.head(p).number == 0);
        if !empty_log && !Views::are_at(path) {
            return Ok(Opened::Missing(path.to_owned()));
        }
        match Views::open(path) {
            Ok(views) if self.is_ahead(&views) => {
                tracing::warn!("the views know more than the log and are built anew");
                Ok(Opened::Missing(path.to_owned()))
            }
            Ok(views) => {
                self.views.send_replace(Some(views.clone()));
                Ok(Opened::Ready(views))
            }
            Err(error @ (OpenError::OtherVersion { .. } | OpenError::Corrupt(_))) => {
                tracing::warn!(%error, "the views are built anew");
                Ok(Opened::Missing(path.to_owned()))
            }
            Err(error @ OpenError::Storage(_)) => Err(error),
        }
    }

    /// Views of another log, or of one that was set back to an earlier state.
    fn is_ahead(&self, views: &Views) -> bool {
        (0..self.log.partitions()).any(|p| views.watermark(p) > self.log.head(p).number)
    }

    pub(crate) async fn run(self, opened: Opened, shutdown: CancellationToken) {
        let views = match opened {
            Opened::Ready(views) => views,
            Opened::Missing(path) => match self.build_until_done(path, &shutdown).await {
                Some(views) => views,
                None => return,
            },
        };
        let processor = Processor::new(self.log, self.feed, views.clone(), self.clock);
        self.status.send_replace(Some(processor.status()));
        self.views.send_replace(Some(views.clone()));
        let resting = merge_in_quiet(views, processor.status(), shutdown.clone());
        tokio::join!(processor.run(shutdown), resting);
    }

    /// Tries until it works; none when `shutdown` came first.
    async fn build_until_done(&self, path: PathBuf, shutdown: &CancellationToken) -> Option<Views> {
        loop {
            let (log, path, stop) = (self.log.clone(), path.clone(), shutdown.clone());
            let runtime = tokio::runtime::Handle::current();
            let building = tokio::task::spawn_blocking(move || build(&log, &path, &runtime, &stop));
            let built = building.await.map_err(|error| error.to_string()).flatten();
            match built {
                Ok(views) => return Some(views),
                Err(_) if shutdown.is_cancelled() => return None,
                Err(error) => tracing::error!(error, "the views cannot be built; trying again"),
            }
            shutdown
                .run_until_cancelled(tokio::time::sleep(BUILD_PAUSE))
                .await?;
        }
    }
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
    path: &Path,
    runtime: &Handle,
    stop: &CancellationToken,
) -> Result<Views, String> {
    let source = |partition, after| {
        if stop.is_cancelled() {
            Err("the server stops".to_owned())
        } else {
            facts(log, runtime, partition, after)
        }
    };
    // What operators gave up for ever stays so.
    let dropped = deadletters::dropped_in_file(path);
    let built = rebuild::build(path, log.partitions(), &dropped, source, |_| {});
    let events = built.map_err(|error| error.to_string())?;
    tracing::info!(events, "the views were built anew");
    Views::open(path).map_err(|error| error.to_string())
}

/// Builds the views anew beside those in use and switches to them, while reads and writes go on; to `verify`
/// also compares them. Blocks.
pub(crate) fn rebuild_and_switch(
    log: &Log,
    views: &Views,
    runtime: &Handle,
    verify: bool,
) -> Result<Verified, RebuildError> {
    let source = |partition, after| facts(log, runtime, partition, after);
    if !verify {
        let events = rebuild::build_beside(views, log.partitions(), source, |_| {})?;
        tracing::info!(events, "the views were rebuilt and switched to");
        let differing = Vec::new();
        return Ok(Verified { events, differing });
    }
    let verified = rebuild::verify_beside(views, log.partitions(), source, |_| {})?;
    let (events, differing) = (verified.events, verified.differing.join(", "));
    if differing.is_empty() {
        tracing::info!(events, "the views were rebuilt; the old ones were equal");
    } else {
        tracing::error!(
            events,
            differing,
            "the views were not what the log says; new ones are in use"
        );
    }
    Ok(verified)
}

fn facts(log: &Log, runtime: &Handle, partition: u32, after: u64) -> Result<Vec<Fact>, String> {
    let rows = runtime.block_on(log.read_partition(partition, after, BUILD_PAGE));
    let rows = rows.map_err(|error| error.to_string())?;
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
