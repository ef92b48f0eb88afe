//! Workspaces.

mod create;
mod delete;
mod get;
mod list;
mod restore;
mod update;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![list, create, get, update, delete, restore]
}
