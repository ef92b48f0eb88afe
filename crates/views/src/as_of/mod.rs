//! The views as they were at a moment.

mod fold;
mod snapshots;

use std::sync::{Arc, Mutex, PoisonError};

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::Position;

use crate::error::{ApplyError, OpenError};
use crate::views::Views;

use fold::{Folded, Pages};
pub use snapshots::{Limits, Snapshots};

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

impl From<taskfold_sql::Error> for AsOfError {
    fn from(error: taskfold_sql::Error) -> Self {
        Self::Open(error.into())
    }
}

/// Copies of workspaces as they were: a few in memory, and snapshots in files. Cheap to clone: all clones
/// are the same.
#[derive(Clone)]
pub struct AsOf {
    kept: Arc<Mutex<Kept>>,
    snapshots: Option<Snapshots>,
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
    folded: Folded,
}

impl AsOf {
    /// Keeps at most `copies` in memory, made of at most so many `events` in all; the ones used longest
    /// ago go first. A copy that is larger than that is made, but not kept. Long folds leave snapshots,
    /// if there is a place for them, and later ones begin there.
    pub fn new(copies: usize, events: u64, snapshots: Option<Snapshots>) -> Self {
        let kept = Kept {
            copies,
            events,
            entries: Vec::new(),
        };
        Self {
            kept: Arc::new(Mutex::new(kept)),
            snapshots,
        }
    }

    /// The views of this workspace alone, with its events up to `position` applied. `fetch(after)` gives
    /// the workspace's next events behind the number `after` and up to `position`, none when there are
    /// no more. It starts from the nearest earlier copy or snapshot. Poison events, and what follows
    /// them, are left out, as they were then. Blocks.
    ///
    /// # Errors
    /// The log cannot be read, or there is no memory for another copy.
    pub fn at(
        &self,
        workspace: WorkspaceId,
        position: Position,
        mut fetch: impl FnMut(u64) -> Result<Vec<Envelope>, String>,
    ) -> Result<Views, AsOfError> {
        let nearest = self.nearest(workspace, position);
        if let Some(entry) = nearest.as_ref().filter(|entry| entry.position == position) {
            return Ok(entry.folded.views.clone());
        }
        let after = nearest.as_ref().map_or(0, |entry| entry.position.number);
        let mut pages = Pages::new(&mut fetch);
        let snapshot = self.snapshot(workspace, position, after, &mut pages)?;
        if snapshot.is_none() {
            pages.turn_to(after)?;
        }
        let folded = match (snapshot, nearest) {
            (Some(snapshot), _) => snapshot.advance(workspace, pages, self.snapshots.as_ref())?,
            // Nothing happened in between: the same copy serves both moments.
            (None, Some(entry)) if pages.is_empty() => entry.folded,
            (None, Some(entry)) => {
                let copy = entry.folded.copied()?;
                copy.advance(workspace, pages, self.snapshots.as_ref())?
            }
            (None, None) => Folded::from_start(workspace, pages, self.snapshots.as_ref())?,
        };
        let views = folded.views.clone();
        self.keep(Entry {
            workspace,
            position,
            folded,
        });
        Ok(views)
    }

    /// Lets go of everything that there is of a workspace, in memory and in files.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub fn forget(&self, workspace: WorkspaceId) -> std::io::Result<()> {
        self.lock()
            .entries
            .retain(|entry| entry.workspace != workspace);
        self.snapshots
            .as_ref()
            .map_or(Ok(()), |snapshots| snapshots.forget(workspace))
    }

    /// The latest snapshot between `after` and `upto`, if it is of the log that `pages` come from; they are
    /// turned to what stands behind it.
    fn snapshot(
        &self,
        workspace: WorkspaceId,
        upto: Position,
        after: u64,
        pages: &mut Pages<'_>,
    ) -> Result<Option<Folded>, AsOfError> {
        let Some(snapshots) = &self.snapshots else {
            return Ok(None);
        };
        let Some(found) = snapshots.latest(workspace, upto, after) else {
            return Ok(None);
        };
        // The log may have been put back to an older state and have gone on differently since.
        let mark = found.mark;
        pages.turn_to(mark.position.number - 1)?;
        if pages.take_first(&mark) {
            return Ok(Some(Folded::loaded(found)?));
        }
        tracing::warn!(%workspace, "the snapshots are of another log and removed");
        if let Err(error) = self.forget(workspace) {
            tracing::warn!(%error, "they cannot be removed");
        }
        Ok(None)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The copy of the last moment that is not after `position`.
    fn nearest(&self, workspace: WorkspaceId, position: Position) -> Option<Entry> {
        let mut kept = self.lock();
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
        let mut kept = self.lock();
        let same =
            |held: &Entry| held.workspace == entry.workspace && held.position == entry.position;
        kept.entries.retain(|held| !same(held));
        kept.entries.push(entry);
        while kept.entries.len() > kept.copies || kept.weight() > kept.events {
            kept.entries.remove(0);
        }
    }

    /// How many copies are kept in memory.
    pub fn kept(&self) -> usize {
        self.lock().entries.len()
    }
}

impl Kept {
    fn weight(&self) -> u64 {
        self.entries.iter().map(|entry| entry.folded.events()).sum()
    }
}
