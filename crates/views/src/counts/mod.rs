//! Counts of tasks, kept in step with them.

mod query;
mod row;

pub use query::of_workspace;
pub use row::{Counts, ListCount};
