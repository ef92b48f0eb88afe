//! Saved filters.

mod query;
mod row;

pub use query::{all, get};
pub use row::SavedFilter;
