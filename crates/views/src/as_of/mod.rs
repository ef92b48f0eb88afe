//! The views as they were at a moment.

use std::sync::{Arc, Mutex, PoisonError};

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::Position;

use crate::apply::Reach;
use crate::db;
use crate::error::{ApplyError, OpenError};
use crate::rebuild::Builder;
use crate::views::Views;

/// The past of a workspace cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum AsOfError {
    /// The log cannot be read.
    #[error("the log cannot be read: {0}")]
    Source(String),
    /// An event cannot be applied.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// There is no memory for another copy.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl From<rusqlite::Error> for AsOfError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Open(error.into())
    }
}

/// Copies of workspaces as they were, a few of them kept. Cheap to clone: all clones are the same cache.
#[derive(Clone)]
pub struct AsOf {
    kept: Arc<Mutex<Kept>>,
}

struct Kept {
    copies: usize,
    events: u64,
    /// The one used last stands last.
    entries: Vec<Entry>,
}

#[derive(Clone)]
struct Entry {
    workspace: WorkspaceId,
    position: Position,
    views: Views,
    events: u64,
}

impl AsOf {
    /// Keeps at most `copies`, made of at most so many `events` in all; the ones used longest ago go
    /// first. A copy that is larger than that is made, but not kept.
    pub fn new(copies: usize, events: u64) -> Self {
        let kept = Kept {
            copies,
            events,
            entries: Vec::new(),
        };
        Self {
            kept: Arc::new(Mutex::new(kept)),
        }
    }

    /// The views of this workspace alone, with its events up to `position` applied. `fetch(after)` gives
    /// the workspace's next events behind the number `after` and up to `position`, none when there are
    /// no more. It starts from the nearest earlier copy that is kept. Poison events, and what follows
    /// them, are left out, as they were then. Blocks.
    pub fn at(
        &self,
        workspace: WorkspaceId,
        position: Position,
        mut fetch: impl FnMut(u64) -> Result<Vec<Envelope>, String>,
    ) -> Result<Views, AsOfError> {
        let nearest = self.nearest(workspace, position);
        if let Some(entry) = nearest.as_ref().filter(|entry| entry.position == position) {
            return Ok(entry.views.clone());
        }
        let after = nearest.as_ref().map_or(0, |entry| entry.position.number);
        let first = fetch(after).map_err(AsOfError::Source)?;
        let (views, events) = match nearest {
            // Nothing happened in between: the same copy serves both moments.
            Some(entry) if first.is_empty() => (entry.views, entry.events),
            Some(entry) => advance(&entry, first, fetch)?,
            None => build(first, fetch)?,
        };
        self.keep(Entry {
            workspace,
            position,
            views: views.clone(),
            events,
        });
        Ok(views)
    }

    /// The copy of the last moment that is not after `position`.
    fn nearest(&self, workspace: WorkspaceId, position: Position) -> Option<Entry> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |entry: &Entry| {
            entry.workspace == workspace
                && entry.position.partition == position.partition
                && entry.position.number <= position.number
        };
        let (index, _) = kept
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| fits(entry))
            .max_by_key(|(_, entry)| entry.position.number)?;
        let entry = kept.entries.remove(index);
        kept.entries.push(entry.clone());
        Some(entry)
    }

    fn keep(&self, entry: Entry) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let same =
            |held: &Entry| held.workspace == entry.workspace && held.position == entry.position;
        kept.entries.retain(|held| !same(held));
        kept.entries.push(entry);
        while kept.entries.len() > kept.copies || kept.weight() > kept.events {
            kept.entries.remove(0);
        }
    }

    /// How many copies are kept.
    pub fn kept(&self) -> usize {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entries
            .len()
    }
}

impl Kept {
    fn weight(&self) -> u64 {
        self.entries.iter().map(|entry| entry.events).sum()
    }
}

fn build(
    first: Vec<Envelope>,
    mut fetch: impl FnMut(u64) -> Result<Vec<Envelope>, String>,
) -> Result<(Views, u64), AsOfError> {
    let connection = db::open_memory_build()?;
    let mut builder = Builder::new(&connection)?;
    let mut batch = first;
    while let Some(last) = batch.last() {
        let after = last.header.position.number;
        for envelope in &batch {
            builder.event(envelope)?;
        }
        batch = fetch(after).map_err(AsOfError::Source)?;
    }
    let events = builder.finish(1)?;
    Ok((Views::over(None, connection, None)?, events))
}

fn advance(
    from: &Entry,
    first: Vec<Envelope>,
    mut fetch: impl FnMut(u64) -> Result<Vec<Envelope>, String>,
) -> Result<(Views, u64), AsOfError> {
    let copy = db::copy_memory(&from.views.live().writer())?;
    let views = Views::over(None, copy, None)?;
    let mut events = from.events;
    let mut batch = first;
    while let Some(last) = batch.last() {
        let after = last.header.position.number;
        views.apply_or_bury(&batch, Reach::Workspace)?;
        events += u64::try_from(batch.len()).unwrap_or(u64::MAX);
        batch = fetch(after).map_err(AsOfError::Source)?;
    }
    Ok((views, events))
}
