//! What is said about tasks.

mod create;
mod delete;
mod list;
mod update;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![list, create, update, delete]
}
