//! What there is in a workspace.

mod activity;
mod counts;
mod reminders;
mod search;
mod tags;
mod trash;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![activity, counts, reminders, search, tags, trash]
}
