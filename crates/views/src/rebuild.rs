//! Building the views anew beside those in use.

mod builder;
mod verify;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use taskfold_contracts::envelope::{Envelope, Header};
use taskfold_contracts::position::Position;
use taskfold_sql::{Error, Server};

use crate::activity::Beside;
use crate::apply::Reach;
use crate::db::{self, File};
use crate::error::{ApplyError, OpenError};
use crate::server::{Builds, Store};
use crate::views::{Generation, Views};
use crate::{deadletters, marks};

pub(crate) use builder::{Builder, derive};
pub use verify::Comparison;
use verify::{Snapshot, upto};

/// What the log gives for one position.
#[derive(Debug, Clone, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "nearly all are of the large kind"
)]
pub enum Fact {
    /// An event.
    Event(Envelope),
    /// A row whose payload cannot be read; it goes to the dead letters.
    Unreadable {
        /// What can be read of it.
        header: Header,
        /// Why the rest cannot.
        error: String,
    },
}

/// A rebuild that came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The log cannot be read.
    #[error("the log cannot be read: {0}")]
    Source(String),
    /// The new tables cannot be written.
    #[error(transparent)]
    File(#[from] OpenError),
    /// There is one already.
    #[error("another rebuild of these views is under way")]
    UnderWay,
}

/// How far a rebuild is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Events applied so far.
    pub events: u64,
    /// Where it is.
    pub position: Position,
}

/// New tables are in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switched {
    /// Events applied to them.
    pub events: u64,
    /// Their number.
    pub generation: u64,
    /// How old and new compare, if that was asked for and there were old ones.
    pub comparison: Option<Comparison>,
}

impl From<Error> for RebuildError {
    fn from(error: Error) -> Self {
        Self::File(error.into())
    }
}

/// How many pages of the log are read before they are needed.
const PAGES_AHEAD: usize = 2;
/// How long readers of the old tables may take to leave before their file is left for the next start.
const LEAVE: Duration = Duration::from_secs(10);

impl Fact {
    fn header(&self) -> &Header {
        match self {
            Self::Event(envelope) => &envelope.header,
            Self::Unreadable { header, .. } => header,
        }
    }
}

/// Builds the file at `path` from nothing, when it is not there or cannot be opened, or while nobody
/// has it open. `source(partition, after)` gives the next facts behind a number, none when there are no
/// more; it is called from a thread of its own. `dropped` are positions that an operator gave up ([`deadletters::dropped`]). The file takes its
/// place when it is whole. Gives the number of events applied.
pub fn build(
    path: &Path,
    partitions: u32,
    dropped: &BTreeSet<Position>,
    source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
    progress: impl FnMut(Progress),
) -> Result<u64, RebuildError> {
    let home = File::settle(path)?;
    let generation = home.generation() + 1;
    let events = fill(
        &home.other(),
        generation,
        partitions,
        dropped,
        source,
        progress,
    )?;
    File::settle(path)?;
    Ok(events)
}

fn fill(
    file: &File,
    generation: u64,
    partitions: u32,
    dropped: &BTreeSet<Position>,
    source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
    mut progress: impl FnMut(Progress),
) -> Result<u64, RebuildError> {
    file.remove()?;
    let connection = db::open_build(&file.path)?;
    let beside = Beside::begin(&file.activity())?;
    let mut builder = Builder::new(&connection, Some(beside))?;
    pour(&mut builder, partitions, dropped, source, &mut progress)?;
    Ok(builder.finish(generation)?)
}

/// Applies all that the log has.
fn pour(
    builder: &mut Builder,
    partitions: u32,
    dropped: &BTreeSet<Position>,
    source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
    progress: &mut impl FnMut(Progress),
) -> Result<(), RebuildError> {
    std::thread::scope(|scope| {
        let (pages, ahead) = sync_channel(PAGES_AHEAD);
        scope.spawn(move || read_ahead(partitions, source, &pages));
        for page in ahead {
            let facts: Vec<Fact> = page.map_err(RebuildError::Source)?;
            builder.page(&facts, dropped)?;
            if let Some(last) = facts.last() {
                progress(Progress {
                    events: builder.events,
                    position: last.header().position,
                });
            }
        }
        Ok(())
    })
}

/// Reads the log while the pages before are applied; ends when nobody takes them any more.
fn read_ahead(
    partitions: u32,
    mut source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
    pages: &SyncSender<Result<Vec<Fact>, String>>,
) {
    for partition in 0..partitions {
        let mut after = 0;
        loop {
            let page = source(partition, after);
            match page.as_ref().map(|facts| facts.last()) {
                Ok(None) => break,
                Ok(Some(last)) => after = last.header().position.number,
                Err(_) => {}
            }
            let failed = page.is_err();
            if pages.send(page).is_err() || failed {
                return;
            }
        }
    }
}

/// Builds new tables beside those in use and switches to them when they have caught up; meanwhile readers
/// and writers go on, but for the moment of the switch, in which nothing is applied. To `compare`, the new tables
/// end where the old ones did, and are read for it while they are in use already; nobody is held up. Where nothing
/// was ever applied to the old ones, or their file is gone, there is nothing to compare. `source` and `progress` as for [`build`]; `source` must
/// not use the views. Blocks.
///
/// # Errors
/// The old tables stay in use: the log cannot be read, the new tables cannot be written, or another rebuild
/// of these views is under way.
pub fn build_beside(
    views: &Views,
    partitions: u32,
    compare: bool,
    mut source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
    progress: impl FnMut(Progress),
) -> Result<Switched, RebuildError> {
    let _alone = views.alone().ok_or(RebuildError::UnderWay)?;
    if let Some(store) = views.store() {
        let mut builds = store.builder()?.ok_or(RebuildError::UnderWay)?;
        let last = comparable(compare, builds.watermarks()?.unwrap_or_default());
        let compare = last.is_some();
        let bounded = upto(last, &mut source);
        let (generation, events) = fill_server(&mut builds, partitions, bounded, progress)?;
        let wanted = Wanted::AllApplied { compare };
        let (caught, snapshot) = take_place(&mut builds, generation, wanted, &mut source)?;
        views.refresh().map_err(OpenError::from)?;
        return Ok(Switched {
            events: events + caught,
            generation,
            comparison: compared(&builds, snapshot)?,
        });
    }
    let dropped = views
        .read_blocking(deadletters::dropped)
        .map_err(OpenError::from)?;
    let generation = views.generation() + 1;
    let live = views.sqlite();
    let Some(next) = live.and_then(|live| live.file.as_ref().map(File::other)) else {
        return Err(OpenError::Storage("views in memory are not rebuilt".to_owned()).into());
    };
    let last = comparable(compare, views.watermarks());
    let compare = last.is_some();
    let bounded = upto(last, &mut source);
    let mut events = fill(&next, generation, partitions, &dropped, bounded, progress)?;
    // Most of what was appended since is applied while the old tables go on.
    events += catch_up(&open(&next)?, &views.watermarks(), true, &mut source)?;
    let old = views.sqlite();
    let mut snapshot = None;
    views.replace(|connection, file| {
        let wanted = marks::watermarks(connection).map_err(OpenError::from)?;
        let caught_up = open(&next)?;
        events += catch_up(&caught_up, &wanted, true, source)?;
        snapshot = compare.then(|| Snapshot::take(&caught_up));
        Ok::<_, RebuildError>((file.map_or_else(|| next.clone(), File::other), generation))
    })?;
    let old_file = old.as_ref().and_then(|old| old.file.as_ref());
    // Somebody may have removed it meanwhile; opened, it would be there again, and empty.
    let old_file = old_file.filter(|file| file.path.exists());
    let comparison = match (snapshot, old_file) {
        (Some(new), Some(file)) => Some(new.compare(&open(file)?)?),
        (Some(_) | None, _) => None,
    };
    old.map_or(Ok(()), retire)?;
    Ok(Switched {
        events,
        generation,
        comparison,
    })
}

/// Where the old tables end, to compare them; none where nothing was ever applied to them.
fn comparable(compare: bool, applied: BTreeMap<u32, u64>) -> Option<BTreeMap<u32, u64>> {
    (compare && applied.values().any(|number| *number > 0)).then_some(applied)
}

fn gone() -> OpenError {
    OpenError::Storage("the old tables are gone and cannot be compared".to_owned())
}

/// How the tables that were in use before compare with a snapshot of those that are, if it was taken.
fn compared(
    builds: &Builds,
    snapshot: Option<Snapshot>,
) -> Result<Option<Comparison>, RebuildError> {
    let compare = |new: Snapshot| {
        let old = builds.previous()?.ok_or_else(gone)?;
        new.compare(&Views::on(builds.generation(old), BTreeMap::new()))
    };
    snapshot.map(compare).transpose()
}

fn open(file: &File) -> Result<Views, OpenError> {
    let (writer, readers) = db::open_live(file)?;
    Views::over(Some(file.clone()), writer, Some(readers))
}

/// Builds views on a server from nothing, where there are none of this version, while [`Views::connect`]
/// refuses that, or such as know more than the log: it was set back, and nothing that they know is kept.
/// `head` gives the last position of a partition of the log as it is now. All processes of this version use
/// the new tables then. Otherwise as [`build_beside`]; 0 events when there was nothing to do.
///
/// # Errors
/// The log cannot be read, the server fails, or a rebuild is under way there.
pub fn build_on_server(
    server: &Server,
    partitions: u32,
    head: impl Fn(u32) -> Result<u64, String>,
    mut source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
    progress: impl FnMut(Progress),
) -> Result<u64, RebuildError> {
    let mut builds = Builds::begin(server)?.ok_or(RebuildError::UnderWay)?;
    if let Some(applied) = builds.watermarks()? {
        let mut ahead = false;
        for (partition, number) in applied {
            ahead |= number > head(partition).map_err(RebuildError::Source)?;
        }
        if !ahead {
            return Ok(0);
        }
    }
    let (generation, events) = fill_server(&mut builds, partitions, &mut source, progress)?;
    let (caught, _) = take_place(&mut builds, generation, Wanted::WhatThereIs, source)?;
    Ok(events + caught)
}

/// Goes back to the tables that were in use before the last switch on a server, when they have caught up
/// with the log; those in use now are kept for the next time. `compare` as for [`build_beside`].
///
/// # Errors
/// There are none, the log cannot be read, or a rebuild is under way: nothing is switched.
pub fn switch_back(
    views: &Views,
    compare: bool,
    source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
) -> Result<Switched, RebuildError> {
    let _alone = views.alone().ok_or(RebuildError::UnderWay)?;
    let none = || OpenError::Storage("there are no earlier tables to go back to".to_owned());
    let store = views.store().ok_or_else(none)?;
    let mut builds = store.builder()?.ok_or(RebuildError::UnderWay)?;
    let previous = builds.previous()?.ok_or_else(none)?;
    let wanted = Wanted::AllApplied { compare };
    let (events, snapshot) = take_place(&mut builds, previous, wanted, source)?;
    views.refresh().map_err(OpenError::from)?;
    Ok(Switched {
        events,
        generation: previous,
        comparison: compared(&builds, snapshot)?,
    })
}

/// Fills a new generation; its number, and how many events are in it.
fn fill_server(
    builds: &mut Builds,
    partitions: u32,
    source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
    mut progress: impl FnMut(Progress),
) -> Result<(u64, u64), RebuildError> {
    let dropped = builds.dropped()?;
    let generation = builds.create()?;
    let mut builder = Builder::new(&builds.connection, None)?;
    pour(&mut builder, partitions, &dropped, source, &mut progress)?;
    Ok((generation, builder.finish(generation)?))
}

/// What new tables must have before they are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// All that was applied to the old ones.
    AllApplied {
        /// Whether old and new are compared then.
        compare: bool,
    },
    /// What the log has of it: the old ones may know more.
    WhatThereIs,
}

/// Puts a generation in the place of the one in use, when it has caught up with it. Gives the number of
/// events that took, and, to compare, a snapshot of it as it is then.
fn take_place(
    builds: &mut Builds,
    generation: u64,
    wanted: Wanted,
    mut source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
) -> Result<(u64, Option<Snapshot>), RebuildError> {
    let next: Store = builds.generation(generation);
    let next = Views::on(next, BTreeMap::new());
    next.refresh().map_err(OpenError::from)?;
    let whole = wanted != Wanted::WhatThereIs;
    // Most of what was appended since is applied while the old tables go on.
    let applied = builds.watermarks()?.unwrap_or_default();
    let mut events = catch_up(&next, &applied, whole, &mut source)?;
    let mut snapshot = None;
    builds.switch(generation, |applied| {
        events += catch_up(&next, applied, whole, source)?;
        let compare = wanted == Wanted::AllApplied { compare: true };
        snapshot = compare.then(|| Snapshot::take(&next));
        Ok::<_, RebuildError>(())
    })?;
    drop(next);
    builds.sweep()?;
    Ok((events, snapshot))
}

/// Applies what was appended while the tables were built, so that no watermark goes back at the switch; `whole`
/// refuses a log that ends before.
fn catch_up(
    next: &Views,
    wanted: &BTreeMap<u32, u64>,
    whole: bool,
    mut source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
) -> Result<u64, RebuildError> {
    let mut events = 0;
    for (partition, number) in wanted {
        while next.watermark(*partition) < *number {
            let after = next.watermark(*partition);
            let mut facts = source(*partition, after).map_err(RebuildError::Source)?;
            // No further, so that both end at the same place.
            facts.retain(|fact| fact.header().position.number <= *number);
            if facts.is_empty() && !whole {
                break;
            }
            if facts.is_empty() {
                return Err(RebuildError::Source(format!(
                    "it ends at {partition}:{after}, the views are at {number}"
                )));
            }
            events += u64::try_from(facts.len()).unwrap_or(u64::MAX);
            apply(next, facts).map_err(|error| OpenError::Storage(error.to_string()))?;
        }
    }
    Ok(events)
}

/// Applies facts; events that follow each other in one transaction.
fn apply(next: &Views, facts: Vec<Fact>) -> Result<(), ApplyError> {
    let mut together = Vec::with_capacity(facts.len());
    for fact in facts {
        match fact {
            Fact::Event(envelope) => together.push(envelope),
            Fact::Unreadable { header, error } => {
                next.apply_or_bury(&together, Reach::Partition)?;
                together.clear();
                deadletters::bury(next, &header, &error, 1)?;
            }
        }
    }
    next.apply_or_bury(&together, Reach::Partition)
}

/// Removes the old tables when the last reader has left them.
fn retire(old: Arc<Generation>) -> Result<(), RebuildError> {
    let began = std::time::Instant::now();
    while Arc::strong_count(&old) > 1 {
        if began.elapsed() > LEAVE {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let file = old.file.clone();
    drop(old);
    Ok(file.map_or(Ok(()), |file| file.remove())?)
}
