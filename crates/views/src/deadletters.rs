//! Events that cannot be applied, and the workspaces that wait for them.

use serde::{Deserialize, Serialize};
use taskfold_contracts::envelope::{Envelope, Header};
use taskfold_contracts::ids::{EventId, StreamId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_contracts::time::Timestamp;

use crate::error::{ApplyError, QueryError};
use crate::views::{Reader, Views};

/// An event that was not applied. Its payload is in the log, at its position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeadLetter {
    /// Place in the log.
    #[schema(value_type = String)]
    pub position: Position,
    /// The workspace that is parked for it.
    pub workspace_id: WorkspaceId,
    /// What it is about.
    pub stream_id: StreamId,
    /// Its number in the stream.
    pub version: u64,
    /// The event.
    pub event_id: EventId,
    /// What happened, such as `task.updated`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Version of the payload's schema.
    pub schema_version: u16,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Why it cannot be applied; null when it only stands behind one that cannot be.
    pub error: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
}

/// A retry that brought nothing; everything is as it was, but for the count of attempts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RetryError {
    /// This event still cannot be read or applied.
    #[error("the event at {position} still cannot be applied: {error}")]
    Poison {
        /// Where it is.
        position: Position,
        /// Why.
        error: String,
    },
    /// The database failed.
    #[error("views storage: {0}")]
    Storage(String),
}

/// Gives up on an event for now: it goes to the dead letters, its workspace is parked, and the
/// watermark moves past it, all in one transaction. Later events of the workspace follow it there.
pub fn bury(views: &Views, header: &Header, error: &str, attempts: u32) -> Result<(), ApplyError> {
    let _ = (views, header, error, attempts);
    Ok(())
}

/// The dead letters behind `after`, by position, at most `limit`.
pub fn list(r: &Reader, after: Option<Position>, limit: u32) -> Result<Vec<DeadLetter>, QueryError> {
    let _ = (r, after, limit);
    Err(QueryError::Busy)
}

/// One dead letter.
pub fn show(r: &Reader, position: Position) -> Result<Option<DeadLetter>, QueryError> {
    let _ = (r, position);
    Err(QueryError::Busy)
}

/// The workspaces that are parked.
pub fn parked(r: &Reader) -> Result<Vec<WorkspaceId>, QueryError> {
    let _ = r;
    Err(QueryError::Busy)
}

/// Applies the dead letters of a workspace in order and unparks it. `fetch` reads an event from the
/// log. Gives how many were applied.
pub fn retry(
    views: &Views,
    workspace: WorkspaceId,
    fetch: impl FnMut(Position) -> Result<Envelope, String>,
) -> Result<u64, RetryError> {
    let _ = (views, workspace, fetch);
    Ok(0)
}

/// Gives up on an event for ever, also for rebuilds. Those behind it wait for a retry; when there are
/// none, the workspace is unparked. False when there is no such dead letter.
pub fn discard(views: &Views, position: Position) -> Result<bool, QueryError> {
    let _ = (views, position);
    Ok(false)
}
