//! What goes into an append and what comes back.

use taskfold_contracts::envelope::Draft;
use taskfold_contracts::ids::{ChangeId, StreamId, WorkspaceId};
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::Timestamp;

/// The events of one change, to be stored together or not at all.
#[derive(Debug, Clone)]
pub struct Append {
    /// Tenant; decides the partition.
    pub workspace_id: WorkspaceId,
    /// Versions that the decision relied on: streams that are written and streams that were only read.
    /// A stream that is written and not named here is continued wherever it stands.
    pub expected: Vec<(StreamId, Version)>,
    /// The events, in order, all of one change. May be empty: then only the expectations are checked and
    /// the idempotency key and the claims are stored.
    pub drafts: Vec<Draft>,
    /// The caller's key, when it may try again.
    pub idempotency: Option<Idempotency>,
    /// Values that only one stream may hold.
    pub claims: Vec<Claim>,
}

/// Makes a second try of the same request give the first one's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Hash of the caller and the key that it sent.
    pub key: [u8; 32],
    /// Hash of the request: the same key with another request is an error.
    pub fingerprint: [u8; 32],
    /// What to answer to a second try.
    pub reply: Vec<u8>,
}

/// A value that only one stream may hold, such as an e-mail address. A stream may claim again what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Hash of the kind of value and the value.
    pub key: [u8; 32],
    /// The holder.
    pub stream: StreamId,
}

/// A stored append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The change; the nil id when there were no events.
    pub change_id: ChangeId,
    /// Place of the first event; when there were none, the head of the partition.
    pub first: Position,
    /// Place of the last event; when there were none, the head of the partition.
    pub last: Position,
    /// When it was stored.
    pub recorded_at: Timestamp,
    /// It was stored by an earlier append with the same idempotency key.
    pub replayed: bool,
    /// [`Idempotency::reply`] of the append that was stored; empty without a key.
    pub reply: Vec<u8>,
}

/// What is stored for an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Hash of the request that was stored.
    pub fingerprint: [u8; 32],
    /// Its answer, with `replayed` set.
    pub appended: Appended,
}

/// Why nothing was stored (but for [`AppendError::Unknown`]).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// A stream is not at the expected version.
    #[error("stream {stream} is at version {actual}, not at {expected}")]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// What the caller relied on.
        expected: Version,
        /// Where it stands.
        actual: Version,
    },
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Another stream holds a claimed value.
    #[error("the value that stream {stream} claims is held by stream {holder}")]
    ClaimTaken {
        /// Who asked.
        stream: StreamId,
        /// Who has it.
        holder: StreamId,
    },
    /// The queue stayed full for as long as the caller may wait. Try again later.
    #[error("the log's queue is full")]
    Busy,
    /// The commit failed and the log cannot tell whether the events are stored. Try again with the same
    /// idempotency key.
    #[error("whether the events were stored is unknown: {0}")]
    Unknown(String),
    /// More events or bytes than one append may have.
    #[error("an append of {events} events and {bytes} bytes is too large")]
    TooLarge {
        /// Events asked for.
        events: usize,
        /// Bytes of payload asked for.
        bytes: usize,
    },
    /// The log was shut down or is read-only.
    #[error("the log is closed")]
    Closed,
    /// The storage refused: disk full, file locked or damaged.
    #[error("storage: {0}")]
    Storage(String),
}
