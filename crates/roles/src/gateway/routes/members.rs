//! Members of a workspace.

mod change_role;
mod list;
mod remove;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![list, change_role, remove]
}
