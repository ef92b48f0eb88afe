//! Reminders: which ones wait, for when, and which ones fired.

pub(crate) mod project;
mod query;
mod row;

pub use query::{Clocks, fired, next, of_workspace, page};
pub(crate) use row::Stands;
pub use row::{Fired, Pending};
