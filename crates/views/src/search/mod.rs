//! Full-text search over titles, descriptions, tags and comments.

mod index;
mod marks;
mod query;
mod row;
mod words;

pub(crate) use index::{INDEX_ALL, Index};
pub use query::{SearchQuery, query};
pub use row::Hit;
