//! Lists.

mod archive;
mod create;
mod delete;
mod get;
mod history;
mod list;
mod move_to;
mod restore;
mod unarchive;
mod update;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![
        list, create, get, update, delete, archive, unarchive, restore, move_to, history
    ]
}
