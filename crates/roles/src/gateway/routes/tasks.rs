//! Tasks.

mod batch;
mod complete;
mod create;
mod delete;
mod get;
mod history;
mod list;
mod move_to;
mod reopen;
mod restore;
mod update;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![
        list, batch, create, get, update, delete, complete, reopen, restore, move_to, history
    ]
}
