//! Asking people to join.

mod accept;
mod create;
mod list;
mod revoke;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![list, create, revoke, accept]
}
