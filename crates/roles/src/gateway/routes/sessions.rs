//! Browser sessions.

mod end;
mod list;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![list, end]
}
