//! Full-text search over titles, descriptions, tags and comments.

mod query;
mod row;

pub use query::{SearchQuery, query};
pub use row::Hit;
