//! Back to a moment.

use taskfold_contracts::commands::Restore;

use crate::decision::{Context, Decision};
use crate::rejection::Rejection;
use crate::workspace::Workspace;

/// Brings a task, a list or everything back to how it was `then`.
pub fn restore(
    _current: &Workspace,
    _then: &Workspace,
    _ctx: &Context,
    _scope: &Restore,
) -> Result<Decision, Rejection> {
    Ok(Decision::default())
}
