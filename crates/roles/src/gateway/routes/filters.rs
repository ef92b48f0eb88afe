//! Saved filters.

mod delete;
mod list;
mod save;

use super::{Endpoint, endpoints};

pub(super) use save::checked;

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![list, save, delete]
}
