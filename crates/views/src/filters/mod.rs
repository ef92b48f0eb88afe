//! Saved filters.

pub(crate) mod project;
mod query;
mod row;

pub use query::{all, get};
pub use row::SavedFilter;
