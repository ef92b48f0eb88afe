//! The tables that reads come from.

mod rebuild;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![rebuild]
}
