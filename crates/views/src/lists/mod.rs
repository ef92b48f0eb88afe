//! Lists.

pub(crate) mod project;
mod query;
mod row;

pub(crate) use query::deleted;
pub use query::{all, get};
pub use row::List;
