//! Rules by which tasks repeat.

mod preview;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![preview]
}
