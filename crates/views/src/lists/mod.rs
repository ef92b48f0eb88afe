//! Lists.

mod query;
mod row;

pub use query::{all, get};
pub use row::List;
