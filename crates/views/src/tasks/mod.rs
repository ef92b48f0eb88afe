//! Tasks with their tags, blockers and comments.

mod cell;
mod columns;
pub(crate) mod comments;
#[cfg(test)]
mod plans;
pub(crate) mod project;
mod query;
mod row;
mod sort;
pub(crate) mod write;

pub(crate) use cell::{Cell, Counted, load_many};
pub(crate) use columns::{BY_ID, COLUMN_COUNT, COLUMNS, origin, read};
pub(crate) use comments::Remark;
pub(crate) use query::complete;
pub use query::{TaskQuery, by_id, comments, get, list, named, tags};
pub use row::{Comment, Subtasks, Tag, Task};
