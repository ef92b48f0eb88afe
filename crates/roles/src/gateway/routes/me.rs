//! The caller.

mod delete;
mod get;
mod update;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![delete, get, update]
}
