//! Counts of tasks, kept in step with them.

mod query;
mod row;
mod tally;

pub use query::of_workspace;
pub use row::{Counts, ListCount};
pub(crate) use tally::Tally;
