//! The caller.

mod get;
mod update;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![get, update]
}
