//! Lists: state and commands.

mod arrange;
mod create;
mod delete;
mod state;

pub(crate) use arrange::{archive, reorder, unarchive, update};
pub(crate) use create::{create, last_rank};
pub(crate) use delete::{delete, delete_list, restore};

pub use state::List;
