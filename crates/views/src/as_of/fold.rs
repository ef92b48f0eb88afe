//! Folding a workspace from a copy, a snapshot or nothing up to a moment.

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_sql::Connection;

use super::AsOfError;
use super::snapshots::{Mark, Snapshot, Snapshots};
use crate::apply::Reach;
use crate::db;
use crate::error::OpenError;
use crate::rebuild::{Builder, derive};
use crate::views::Views;

/// Events that are applied together, so that a task that changes often is written once.
const TOGETHER: usize = 10_000;

/// The workspace's events, as they are fetched.
pub(super) struct Pages<'f> {
    fetch: &'f mut dyn FnMut(u64) -> Result<Vec<Envelope>, String>,
    /// Fetched, and not yet taken.
    page: Vec<Envelope>,
    /// The last one fetched.
    after: u64,
}

impl<'f> Pages<'f> {
    pub(super) fn new(fetch: &'f mut dyn FnMut(u64) -> Result<Vec<Envelope>, String>) -> Self {
        Self {
            fetch,
            page: Vec::new(),
            after: 0,
        }
    }

    /// Goes to the page behind a number.
    pub(super) fn turn_to(&mut self, after: u64) -> Result<(), AsOfError> {
        self.page = (self.fetch)(after).map_err(AsOfError::Source)?;
        self.after = self.page.last().map_or(after, number);
        Ok(())
    }

    /// Whether this page has nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.page.is_empty()
    }

    /// Takes the first event away. False when it is not the one of this mark.
    pub(super) fn take_first(&mut self, mark: &Mark) -> bool {
        let is_it = self.page.first().is_some_and(|first| {
            first.header.position == mark.position && first.header.event_id == mark.event
        });
        if is_it {
            self.page.remove(0);
        }
        is_it
    }

    /// The next events, about so many; none at the end.
    fn take(&mut self, wanted: usize) -> Result<Vec<Envelope>, AsOfError> {
        let mut taken = std::mem::take(&mut self.page);
        while taken.len() < wanted {
            self.turn_to(self.after)?;
            if self.page.is_empty() {
                break;
            }
            taken.append(&mut self.page);
        }
        Ok(taken)
    }
}

fn number(envelope: &Envelope) -> u64 {
    envelope.header.position.number
}

/// Views of one workspace up to some moment.
#[derive(Clone)]
pub(super) struct Folded {
    pub(super) views: Views,
    /// The last event in them; none in empty ones.
    mark: Option<Mark>,
    /// How many events were in the snapshot nearest before.
    kept: u64,
}

impl Folded {
    pub(super) fn loaded(snapshot: Snapshot) -> Result<Self, AsOfError> {
        Ok(Self {
            views: Views::over(None, snapshot.connection, None)?,
            mark: Some(snapshot.mark),
            kept: snapshot.mark.events,
        })
    }

    /// One that may be changed: others read the views of this one.
    pub(super) fn copied(&self) -> Result<Self, AsOfError> {
        let held = self.views.sqlite().ok_or_else(no_memory)?;
        let copy = db::copy_memory(&held.writer())?;
        Ok(Self {
            views: Views::over(None, copy, None)?,
            ..self.clone()
        })
    }

    /// How many events are in it.
    pub(super) fn events(&self) -> u64 {
        self.mark.map_or(0, |mark| mark.events)
    }

    /// Applies what is left of the pages. Long stretches leave snapshots.
    pub(super) fn advance(
        mut self,
        workspace: WorkspaceId,
        mut pages: Pages<'_>,
        snapshots: Option<&Snapshots>,
    ) -> Result<Self, AsOfError> {
        loop {
            let batch = pages.take(TOGETHER)?;
            if batch.is_empty() {
                return Ok(self);
            }
            self.views.apply_or_bury(&batch, Reach::Workspace)?;
            self.mark = marked(self.events(), &batch);
            self.keep(workspace, snapshots);
        }
    }

    fn keep(&mut self, workspace: WorkspaceId, snapshots: Option<&Snapshots>) {
        if let (Some(snapshots), Some(mark)) = (snapshots, &self.mark)
            && mark.events - self.kept >= snapshots.every()
            && let Some(held) = self.views.sqlite()
        {
            snapshots.keep(workspace, mark, &held.writer());
            self.kept = mark.events;
        }
    }

    /// All of the pages, from nothing: without indexes until the end. On the way it leaves snapshots where
    /// the events have doubled; they are finished on a thread of their own.
    pub(super) fn from_start(
        workspace: WorkspaceId,
        mut pages: Pages<'_>,
        snapshots: Option<&Snapshots>,
    ) -> Result<Self, AsOfError> {
        let connection = db::open_memory_build()?;
        let mut builder = Builder::new(&connection, None)?;
        let mut mark = None;
        let mut next = snapshots.map_or(u64::MAX, Snapshots::every);
        let mut kept = 0;
        std::thread::scope(|scope| {
            loop {
                let batch = pages.take(TOGETHER)?;
                if batch.is_empty() {
                    break;
                }
                for envelope in &batch {
                    builder.event(envelope)?;
                }
                mark = marked(mark.map_or(0, |mark: Mark| mark.events), &batch);
                if let (Some(snapshots), Some(mark)) = (snapshots, mark)
                    && mark.events >= next
                {
                    let copy = builder.branch()?;
                    scope.spawn(move || finish_and_keep(snapshots, workspace, &mark, &copy));
                    next = mark.events * 2;
                    kept = mark.events;
                }
            }
            Ok::<_, AsOfError>(())
        })?;
        builder.finish(1)?;
        let mut folded = Self {
            views: Views::over(None, connection, None)?,
            mark,
            kept,
        };
        folded.keep(workspace, snapshots);
        Ok(folded)
    }
}

fn no_memory() -> OpenError {
    OpenError::Storage("the past is kept in memory alone".to_owned())
}

/// Where the last event of a batch leaves off.
fn marked(before: u64, batch: &[Envelope]) -> Option<Mark> {
    batch.last().map(|last| Mark {
        position: last.header.position,
        event: last.header.event_id,
        events: before + u64::try_from(batch.len()).unwrap_or(u64::MAX),
    })
}

fn finish_and_keep(
    snapshots: &Snapshots,
    workspace: WorkspaceId,
    mark: &Mark,
    unfinished: &Connection,
) {
    match derive(unfinished, None, 1) {
        Ok(()) => snapshots.keep(workspace, mark, unfinished),
        Err(error) => {
            tracing::warn!(%error, %workspace, "a snapshot of the past cannot be finished");
        }
    }
}
