//! API tokens.

mod create;
mod list;
mod revoke;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![list, create, revoke]
}
