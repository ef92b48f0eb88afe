//! Building the views anew beside those in use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use rusqlite::Connection;
use taskfold_contracts::envelope::{Envelope, Header};
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::Position;

use crate::activity::{self, Beside};
use crate::apply::{Fold, Reach, Refusal};
use crate::db::{self, File};
use crate::error::{ApplyError, OpenError};
use crate::views::{Generation, Views};
use crate::{deadletters, search};

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
    /// The new file cannot be written.
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

impl From<rusqlite::Error> for RebuildError {
    fn from(error: rusqlite::Error) -> Self {
        Self::File(error.into())
    }
}

/// How many tasks are held in memory before they are written.
const MOST_TASKS: usize = 100_000;
/// How many rows of activity are written at once.
const LOT: usize = 2_000;
/// How many pages of the log are read before they are needed.
const PAGES_AHEAD: usize = 2;
/// How long readers of the old tables may take to leave before their file is left for the next start.
const LEAVE: Duration = Duration::from_secs(10);

/// Tables that are being filled. Each event is applied in whole or, when it is poison, not at all, so
/// that no transaction has to be taken back.
pub(crate) struct Builder<'c> {
    fold: Fold<'c>,
    /// Where activity goes, unless it is the same tables.
    beside: Option<Beside>,
    watermarks: BTreeMap<u32, u64>,
    parked: BTreeSet<WorkspaceId>,
    events: u64,
}

impl<'c> Builder<'c> {
    /// Begins on empty tables without indexes.
    pub(crate) fn new(
        connection: &'c Connection,
        beside: Option<Beside>,
    ) -> Result<Self, rusqlite::Error> {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        Ok(Self {
            fold: Fold::new(connection, true),
            beside,
            watermarks: BTreeMap::new(),
            parked: BTreeSet::new(),
            events: 0,
        })
    }

    /// Applies an event, or buries it.
    pub(crate) fn event(&mut self, envelope: &Envelope) -> Result<(), rusqlite::Error> {
        let header = &envelope.header;
        if self.parked.contains(&header.workspace_id) {
            deadletters::follow(self.fold.connection, header)?;
        } else {
            match self.fold.project(envelope) {
                Ok(()) => {}
                Err(Refusal::Poison(error)) => self.bury(header, &error)?,
                Err(Refusal::Storage(error)) => return Err(error),
            }
        }
        self.passed(header)
    }

    fn bury(&mut self, header: &Header, error: &str) -> Result<(), rusqlite::Error> {
        self.parked.insert(header.workspace_id);
        deadletters::bury_now(self.fold.connection, header, error, 1)
    }

    fn passed(&mut self, header: &Header) -> Result<(), rusqlite::Error> {
        self.watermarks
            .insert(header.position.partition, header.position.number);
        self.events += 1;
        if self.fold.activity.len() >= LOT {
            self.write_activity()?;
        }
        if self.fold.tasks.len() > MOST_TASKS {
            self.fold.flush()
        } else {
            Ok(())
        }
    }

    fn fact(&mut self, fact: &Fact, dropped: &BTreeSet<Position>) -> Result<(), rusqlite::Error> {
        let header = fact.header();
        if dropped.contains(&header.position) {
            deadletters::note_dropped(self.fold.connection, header)?;
            return self.passed(header);
        }
        match fact {
            Fact::Event(envelope) => self.event(envelope),
            Fact::Unreadable { header, .. } if self.parked.contains(&header.workspace_id) => {
                deadletters::follow(self.fold.connection, header)?;
                self.passed(header)
            }
            Fact::Unreadable { header, error } => {
                self.bury(header, error)?;
                self.passed(header)
            }
        }
    }

    fn write_activity(&mut self) -> Result<(), rusqlite::Error> {
        if let Some(beside) = &mut self.beside {
            return beside.push(std::mem::take(&mut self.fold.activity));
        }
        activity::write(self.fold.connection, &self.fold.activity)?;
        self.fold.activity.clear();
        Ok(())
    }

    /// Derives what was put off, makes the indexes, and marks the tables as whole.
    pub(crate) fn finish(mut self, generation: u64) -> Result<u64, OpenError> {
        self.settle()?;
        derive(self.fold.connection, self.beside, generation)?;
        Ok(self.events)
    }

    /// A copy in memory of what was applied so far; it is not yet [derived](derive).
    pub(crate) fn branch(&mut self) -> Result<Connection, OpenError> {
        self.settle()?;
        let copy = db::copy_memory(self.fold.connection)?;
        self.fold.connection.execute_batch("BEGIN IMMEDIATE")?;
        Ok(copy)
    }

    fn settle(&mut self) -> Result<(), rusqlite::Error> {
        self.write_activity()?;
        self.fold.flush()?;
        db::set_watermarks(self.fold.connection, &self.watermarks)?;
        self.fold.connection.execute_batch("COMMIT")
    }
}

/// What building put off: search and indexes, and activity if it was written beside. Then the tables are
/// whole.
pub(crate) fn derive(
    connection: &Connection,
    mut beside: Option<Beside>,
    generation: u64,
) -> Result<(), OpenError> {
    if let Some(beside) = &mut beside {
        beside.no_more();
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    connection.execute_batch(search::INDEX_ALL)?;
    db::create_indexes(connection)?;
    connection.execute_batch("COMMIT")?;
    connection.execute_batch(db::ACTIVITY_INDEXES)?;
    if let Some(beside) = beside {
        beside.take_over(connection)?;
    }
    Ok(db::complete(connection, generation)?)
}

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
    std::thread::scope(|scope| {
        let (pages, ahead) = sync_channel(PAGES_AHEAD);
        scope.spawn(move || read_ahead(partitions, source, &pages));
        for page in ahead {
            let facts: Vec<Fact> = page.map_err(RebuildError::Source)?;
            for fact in &facts {
                builder.fact(fact, dropped)?;
            }
            if let Some(last) = facts.last() {
                progress(Progress {
                    events: builder.events,
                    position: last.header().position,
                });
            }
        }
        Ok::<_, RebuildError>(())
    })?;
    let events = builder.finish(generation)?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(events)
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
/// and writers go on, but for the moment of the switch, in which nothing is applied. `source` and
/// `progress` as for [`build`]; `source` must not use the views. Blocks. Gives the number of events
/// applied.
///
/// # Errors
/// The old tables stay in use: the log cannot be read, the new file cannot be written, or another rebuild
/// of these views is under way.
pub fn build_beside(
    views: &Views,
    partitions: u32,
    mut source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
    progress: impl FnMut(Progress),
) -> Result<u64, RebuildError> {
    let _alone = views.alone().ok_or(RebuildError::UnderWay)?;
    let dropped = views
        .read_blocking(deadletters::dropped)
        .map_err(|error| OpenError::Storage(error.to_string()))?;
    let generation = views.generation() + 1;
    let Some(next) = views.live().file.as_ref().map(File::other) else {
        return Err(OpenError::Storage("views in memory are not rebuilt".to_owned()).into());
    };
    let mut events = fill(
        &next,
        generation,
        partitions,
        &dropped,
        &mut source,
        progress,
    )?;
    // Most of what was appended since is applied while the old tables go on.
    events += catch_up(&next, &views.watermarks(), &mut source)?;
    let old = views.live();
    views.replace(|connection, file| {
        let wanted = db::watermarks(connection).map_err(OpenError::from)?;
        events += catch_up(&next, &wanted, source)?;
        Ok::<_, RebuildError>((file.map_or_else(|| next.clone(), File::other), generation))
    })?;
    retire(old)?;
    Ok(events)
}

/// Applies what was appended while the file was built, so that no watermark goes back at the switch.
fn catch_up(
    file: &File,
    wanted: &BTreeMap<u32, u64>,
    mut source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
) -> Result<u64, RebuildError> {
    let (writer, readers) = db::open_live(file)?;
    let next = Views::over(Some(file.clone()), writer, Some(readers))?;
    let mut events = 0;
    for (partition, number) in wanted {
        while next.watermark(*partition) < *number {
            let after = next.watermark(*partition);
            let facts = source(*partition, after).map_err(RebuildError::Source)?;
            if facts.is_empty() {
                return Err(RebuildError::Source(format!(
                    "it ends at {partition}:{after}, the views are at {number}"
                )));
            }
            events += u64::try_from(facts.len()).unwrap_or(u64::MAX);
            apply(&next, facts).map_err(|error| OpenError::Storage(error.to_string()))?;
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
