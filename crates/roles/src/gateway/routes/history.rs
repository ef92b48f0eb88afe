//! Undo, redo, restore, bulk: changes as a whole.

mod bulk;
mod bulk_command;
mod changes;
mod redo;
mod restore;
mod taken_back;
mod undo;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![bulk, changes, redo, restore, undo]
}
