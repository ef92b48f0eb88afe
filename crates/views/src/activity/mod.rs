//! Activity: who changed which field from what to what.

mod query;
mod row;

pub use query::{of_list, of_task, of_workspace};
pub use row::{Activity, Change};
