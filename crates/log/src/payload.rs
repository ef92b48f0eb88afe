//! The one place through which payloads are stored and opened, so that sealing has one home.

use taskfold_contracts::envelope::{Draft, Envelope, Recorded};
use taskfold_contracts::events::CodecError;
use taskfold_contracts::ids::KeyId;
use taskfold_contracts::position::Position;

/// A payload as it is stored, and the key that seals it.
pub(crate) struct Stored {
    pub(crate) key_id: Option<KeyId>,
    pub(crate) bytes: Box<[u8]>,
}

/// Why the payload of a row cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is sealed and this process has no such key.
    #[error("the payload at {position} is sealed with key {key_id}, which is not here")]
    Sealed {
        /// The row.
        position: Position,
        /// The key.
        key_id: KeyId,
    },
    /// The bytes are not those of the event's type and version.
    #[error("the payload at {position} cannot be decoded: {error}")]
    Codec {
        /// The row.
        position: Position,
        /// What does not fit.
        error: CodecError,
    },
}

impl Unreadable {
    /// The row.
    pub fn position(&self) -> Position {
        match self {
            Self::Sealed { position, .. } | Self::Codec { position, .. } => *position,
        }
    }
}

/// The form in which the payload of `draft` is stored. No key store exists yet, so nothing is sealed.
pub(crate) fn store(draft_payload: Vec<u8>) -> Stored {
    Stored {
        key_id: None,
        bytes: draft_payload.into_boxed_slice(),
    }
}

/// Bytes that [`store`] will need, before it is called.
pub(crate) fn stored_size(drafts: &[Draft]) -> usize {
    drafts.iter().map(|draft| draft.payload.len()).sum()
}

/// Reads a row: unseals its payload, decodes it, upcasts it.
pub(crate) fn open(row: &Recorded) -> Result<Envelope, Unreadable> {
    let position = row.header.position;
    if let Some(key_id) = row.header.key_id {
        return Err(Unreadable::Sealed { position, key_id });
    }
    Envelope::open(row.header.clone(), &row.payload)
        .map_err(|error| Unreadable::Codec { position, error })
}
