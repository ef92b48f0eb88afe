//! Tasks with their tags, blockers and comments.

mod query;
mod row;

pub use query::{TaskQuery, comments, get, list, tags};
pub use row::{Comment, Subtasks, Tag, Task};
