//! Views in SQLite.

use taskfold_views::Views;

#[path = "as_of.rs"]
mod as_of;
#[path = "created.rs"]
mod created;
#[path = "deadletters.rs"]
mod deadletters;
#[path = "given_up.rs"]
mod given_up;
#[path = "members.rs"]
mod members;
#[path = "projections.rs"]
mod projections;
#[path = "queries.rs"]
mod queries;
#[path = "rebuild.rs"]
mod rebuild;
#[path = "reminders.rs"]
mod reminders;
#[path = "robustness.rs"]
mod robustness;
#[path = "search.rs"]
mod search;
#[path = "world.rs"]
pub(crate) mod world;

/// Empty views.
fn empty() -> Views {
    Views::in_memory().unwrap()
}
