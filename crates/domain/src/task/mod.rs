//! Tasks: state, and one file a family of commands.

mod blockers;
mod comment;
mod comments;
mod complete;
mod create;
mod delete;
mod fields;
mod move_;
mod next;
mod path;
mod place;
mod remind;
mod restore;
mod state;
mod update;

pub(crate) use blockers::check_blocker;
pub(crate) use comment::{MAX_COMMENTS, add_comment, delete_comment, edit_comment, may_manage};
pub(crate) use complete::{complete, reopen};
pub(crate) use create::{create, validated};
pub(crate) use delete::{delete, delete_tree};
pub(crate) use fields::due as checked_due;
pub(crate) use move_::{follow_list, relocate};
pub(crate) use place::{Seat, check_place, live_place};
pub(crate) use restore::restore;
pub(crate) use state::Happened;
pub(crate) use update::update;

pub use comments::{Comment, Comments};
pub use place::MAX_DEPTH;
pub use state::Task;
