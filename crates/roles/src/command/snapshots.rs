//! Folded workspaces kept in the log's snapshots, so that a start need not fold a long past. They are never the
//! truth: without them, or with broken ones, everything is folded from the log.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::Position;
use taskfold_domain::Workspace;
use taskfold_log::Log;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::problem::Problem;

/// Bytes of a snapshot at most, packed: a commit of more would make other commands wait. About a million tasks.
const PACKED: usize = 64 << 20;
/// Bytes of a snapshot at most, unpacked.
const UNPACKED: usize = 512 << 20;
const HASH: usize = 32;

/// Keeps and finds them.
pub(super) struct Snapshots {
    log: Log,
    every: u64,
    // One at a time: a snapshot holds the bytes of its whole workspace.
    free: Arc<Semaphore>,
    writing: TaskTracker,
}

impl Snapshots {
    /// Over a log; one whenever `every` events were folded, and as many as there are tasks.
    pub(super) fn new(log: Log, every: u64) -> Self {
        Self {
            log,
            every,
            free: Arc::new(Semaphore::new(1)),
            writing: TaskTracker::new(),
        }
    }

    /// The workspace as of the nearest snapshot at or before `upto`, with its position.
    pub(super) async fn nearest(
        &self,
        id: WorkspaceId,
        upto: Position,
    ) -> Result<Option<(Workspace, Position)>, Problem> {
        let Some(found) = self.log.latest_snapshot(&key(id), upto).await? else {
            return Ok(None);
        };
        let read = tokio::task::spawn_blocking(move || unpack(&found.bytes))
            .await
            .map_err(|error| Problem::internal(&error))?;
        match read {
            Ok(workspace) if workspace.id() == id => Ok(Some((workspace, found.position))),
            Ok(_) => Ok(None),
            Err(why) => {
                tracing::info!(workspace = %id, why, "a snapshot is not used");
                Ok(None)
            }
        }
    }

    /// Whether it is time for one: what it costs is then little beside what was folded.
    pub(super) fn is_due(&self, workspace: &Workspace, events: u64) -> bool {
        events >= self.every && events >= workspace.task_count() as u64
    }

    /// Writes one in the background and removes those before; false when another is being written.
    pub(super) fn keep(&self, workspace: &Workspace, upto: Position) -> bool {
        let Ok(turn) = Arc::clone(&self.free).try_acquire_owned() else {
            return false;
        };
        // A clone shares all tasks with the original.
        let (log, workspace) = (self.log.clone(), workspace.clone());
        self.writing.spawn(async move {
            let (id, _turn) = (workspace.id(), turn);
            if let Err(error) = write(&log, workspace, upto).await {
                tracing::warn!(workspace = %id, error, "a snapshot cannot be kept");
            }
        });
        true
    }

    /// Waits for the one that is being written.
    pub(super) async fn finish(&self) {
        self.writing.close();
        self.writing.wait().await;
    }
}

async fn write(log: &Log, workspace: Workspace, upto: Position) -> Result<(), String> {
    let key = key(workspace.id());
    let packing = tokio::task::spawn_blocking(move || pack(&workspace)).await;
    let bytes = packing.map_err(|error| error.to_string())?;
    if bytes.len() > PACKED {
        return Err(format!("it has {} bytes; {PACKED} at most", bytes.len()));
    }
    let removed = log.remove_snapshots(&key).await;
    removed.map_err(|error| error.to_string())?;
    let kept = log.put_snapshot(&key, upto, bytes).await;
    kept.map_err(|error| error.to_string())
}

fn key(id: WorkspaceId) -> Vec<u8> {
    [b"workspace/".as_slice(), id.0.as_bytes()].concat()
}

/// The hash of what follows, then the state, compressed with its length before it.
fn pack(workspace: &Workspace) -> Vec<u8> {
    let packed = lz4_flex::compress_prepend_size(&workspace.to_snapshot());
    [Sha256::digest(&packed).as_slice(), packed.as_slice()].concat()
}

fn unpack(bytes: &[u8]) -> Result<Workspace, String> {
    let (hash, packed) = bytes.split_at_checked(HASH).ok_or("it is cut off")?;
    if Sha256::digest(packed).as_slice() != hash {
        return Err("it is damaged".to_owned());
    }
    let (length, _) =
        lz4_flex::block::uncompressed_size(packed).map_err(|error| error.to_string())?;
    if length > UNPACKED {
        return Err(format!("it unpacks to {length} bytes"));
    }
    let state = lz4_flex::decompress_size_prepended(packed).map_err(|error| error.to_string())?;
    Workspace::from_snapshot(&state).map_err(|error| error.to_string())
}
