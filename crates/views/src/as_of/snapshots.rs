//! Images of workspaces as they were, in files: what saves folding a long past from its beginning.
//! They are never the truth. Whatever is not exactly what this program would write is thrown away.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use taskfold_contracts::ids::{EventId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_sql::Connection;
use uuid::Uuid;

use crate::db::{self, VIEW_VERSION};

/// "tfpast", and the version of what stands around an image.
const MAGIC: [u8; 8] = *b"tfpast\0\x01";
/// Magic, view version, workspace, partition, number, event, events.
const HEAD: usize = 8 + 8 + 16 + 4 + 8 + 16 + 8;
/// SHA-256 of the head and of the compressed image behind it.
const SUM: usize = 32;
/// Where a file is written before it takes its name.
const UNFINISHED: &str = "unfinished";

/// How many snapshots there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Events of a workspace from one snapshot to the next.
    pub every: u64,
    /// Snapshots of one workspace.
    pub of_workspace: usize,
    /// Bytes of one workspace's snapshots.
    pub bytes_of_workspace: u64,
    /// Bytes of all.
    pub bytes: u64,
}

impl Default for Limits {
    /// Every 5,000 events; 24 of a workspace, in 256 MiB; 1 GiB of all.
    fn default() -> Self {
        Self {
            every: 5_000,
            of_workspace: 24,
            bytes_of_workspace: 256 << 20,
            bytes: 1 << 30,
        }
    }
}

/// A directory of snapshots. It can be deleted at any time. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Snapshots {
    directory: PathBuf,
    limits: Limits,
    /// Held by whoever writes: there is one unfinished file.
    writing: Arc<Mutex<()>>,
}

/// What a copy of the views holds of its workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// The last event applied. Its id tells whether a log is the one that was folded.
    pub(super) position: Position,
    pub(super) event: EventId,
    /// How many were applied.
    pub(super) events: u64,
}

/// Views of one workspace, read from a file.
pub(super) struct Snapshot {
    pub(super) mark: Mark,
    pub(super) connection: Connection,
}

/// A file of a snapshot, as its name tells.
#[derive(Debug, Clone)]
struct Held {
    path: PathBuf,
    workspace: WorkspaceId,
    position: Position,
    bytes: u64,
    changed: SystemTime,
}

impl Snapshots {
    /// Those of a directory, which is made when the first is kept.
    pub fn new(directory: impl Into<PathBuf>, limits: Limits) -> Self {
        Self {
            directory: directory.into(),
            limits,
            writing: Arc::default(),
        }
    }

    pub(super) fn every(&self) -> u64 {
        self.limits.every
    }

    /// The latest one that is not after `upto` but after the number `behind`. What cannot be used on the
    /// way to it is removed.
    pub(super) fn latest(
        &self,
        workspace: WorkspaceId,
        upto: Position,
        behind: u64,
    ) -> Option<Snapshot> {
        let mut held = self.held().unwrap_or_default();
        held.retain(|held| {
            held.workspace == workspace
                && held.position.partition == upto.partition
                && held.position.number <= upto.number
                && held.position.number > behind
        });
        held.sort_by_key(|held| std::cmp::Reverse(held.position.number));
        held.into_iter().find_map(|held| match read(&held) {
            Ok(snapshot) => Some(snapshot),
            Err(error) => {
                tracing::warn!(%error, %workspace, "a snapshot of the past is not usable and removed");
                let _ = std::fs::remove_file(&held.path);
                None
            }
        })
    }

    /// Keeps the views of a workspace as they are in `connection`. One that cannot be kept costs time
    /// later and nothing else.
    pub(super) fn keep(&self, workspace: WorkspaceId, mark: &Mark, connection: &Connection) {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = self
            .write(workspace, mark, connection)
            .and_then(|()| self.thin(workspace));
        if let Err(error) = kept {
            tracing::warn!(%error, %workspace, "a snapshot of the past cannot be kept");
        }
    }

    /// Removes what there is of a workspace: its content is erased, or the log is not the one that was
    /// folded.
    ///
    /// # Errors
    /// A file cannot be removed; those before it are.
    pub fn forget(&self, workspace: WorkspaceId) -> io::Result<()> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let held = self.held()?;
        held.iter()
            .filter(|held| held.workspace == workspace)
            .try_for_each(|held| std::fs::remove_file(&held.path))
    }

    fn write(
        &self,
        workspace: WorkspaceId,
        mark: &Mark,
        connection: &Connection,
    ) -> io::Result<()> {
        let connection = connection.as_sqlite();
        let connection = connection.ok_or_else(|| io::Error::other("it is not in memory"))?;
        let image = connection.serialize("main").map_err(io::Error::other)?;
        let body = lz4_flex::block::compress_prepend_size(&image);
        drop(image);
        let head = head(workspace, mark);
        let mut bytes = Vec::with_capacity(HEAD + SUM + body.len());
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(&sum(&head, &body));
        bytes.extend_from_slice(&body);
        drop(body);
        std::fs::create_dir_all(&self.directory)?;
        let unfinished = self.directory.join(UNFINISHED);
        std::fs::write(&unfinished, bytes)?;
        let name = name(workspace, mark.position);
        std::fs::rename(unfinished, self.directory.join(name))
    }

    /// Removes what is too much: of a workspace those that stand closest behind another, of all the
    /// oldest.
    fn thin(&self, workspace: WorkspaceId) -> io::Result<()> {
        let (mut own, mut all): (Vec<_>, Vec<_>) = self
            .held()?
            .into_iter()
            .partition(|held| held.workspace == workspace);
        own.sort_by_key(|held| held.position);
        while own.len() > self.limits.of_workspace || bytes(&own) > self.limits.bytes_of_workspace {
            let Some(closest) = closest(&own) else { break };
            std::fs::remove_file(own.remove(closest).path)?;
        }
        all.append(&mut own);
        all.sort_by_key(|held| std::cmp::Reverse(held.changed));
        while bytes(&all) > self.limits.bytes {
            let Some(oldest) = all.pop() else { break };
            std::fs::remove_file(oldest.path)?;
        }
        Ok(())
    }

    fn held(&self) -> io::Result<Vec<Held>> {
        let entries = match std::fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut held = Vec::new();
        for entry in entries {
            let entry = entry?;
            let Some((workspace, position)) = entry.file_name().to_str().and_then(named) else {
                continue;
            };
            // One that is gone by now is not held.
            if let Ok(metadata) = entry.metadata() {
                held.push(Held {
                    path: entry.path(),
                    workspace,
                    position,
                    bytes: metadata.len(),
                    changed: metadata.modified()?,
                });
            }
        }
        Ok(held)
    }
}

fn bytes(held: &[Held]) -> u64 {
    held.iter().map(|held| held.bytes).sum()
}

/// The one with the least between it and the one before, or the log's beginning.
fn closest(own: &[Held]) -> Option<usize> {
    let gap = |index: usize| {
        let before = index.checked_sub(1).map(|before| own[before].position);
        let before = before.filter(|before| before.partition == own[index].position.partition);
        own[index].position.number - before.map_or(0, |before| before.number)
    };
    (0..own.len()).min_by_key(|index| gap(*index))
}

fn name(workspace: WorkspaceId, position: Position) -> String {
    let Position { partition, number } = position;
    format!("{}-{partition}-{number}", workspace.0.simple())
}

fn named(name: &str) -> Option<(WorkspaceId, Position)> {
    let mut parts = name.split('-');
    let workspace = Uuid::try_parse(parts.next()?).ok()?;
    let partition = parts.next()?.parse().ok()?;
    let number = parts.next()?.parse().ok()?;
    let ends = parts.next().is_none();
    ends.then_some((WorkspaceId(workspace), Position { partition, number }))
}

fn head(workspace: WorkspaceId, mark: &Mark) -> Vec<u8> {
    [
        &MAGIC[..],
        &VIEW_VERSION.to_be_bytes(),
        workspace.as_bytes(),
        &mark.position.partition.to_be_bytes(),
        &mark.position.number.to_be_bytes(),
        mark.event.as_bytes(),
        &mark.events.to_be_bytes(),
    ]
    .concat()
}

fn sum(head: &[u8], body: &[u8]) -> [u8; SUM] {
    let mut hasher = Sha256::new();
    hasher.update(head);
    hasher.update(body);
    hasher.finalize().into()
}

/// A file, if it is one of this version and says what its name says.
fn read(held: &Held) -> io::Result<Snapshot> {
    let bytes = std::fs::read(&held.path)?;
    let damaged = || io::Error::other("it is damaged");
    let (head, rest) = bytes.split_at_checked(HEAD).ok_or_else(damaged)?;
    let (summed, body) = rest.split_at_checked(SUM).ok_or_else(damaged)?;
    let mark = mark(head, held.position).ok_or_else(damaged)?;
    if *head != *self::head(held.workspace, &mark) {
        return Err(io::Error::other("another version or workspace wrote it"));
    }
    if sum(head, body) != *summed {
        return Err(damaged());
    }
    let image = lz4_flex::block::decompress_size_prepended(body).map_err(io::Error::other)?;
    drop(bytes);
    let connection = db::open_image(&image).map_err(io::Error::other)?;
    Ok(Snapshot { mark, connection })
}

/// What a head says of the event and the events; the rest is compared as it stands.
fn mark(head: &[u8], position: Position) -> Option<Mark> {
    let (rest, events) = head.split_last_chunk::<8>()?;
    let (_, event) = rest.split_last_chunk::<16>()?;
    Some(Mark {
        position,
        event: EventId(Uuid::from_bytes(*event)),
        events: u64::from_be_bytes(*events),
    })
}
