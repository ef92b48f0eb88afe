//! What a task, a list, a workspace and a person are: commands in, events out, state folded from events.
//!
//! Pure: no I/O, no clock, no randomness; time and ids come in through [`Context`]. A decision is taken on
//! a folded [`Workspace`] and names, in [`Decision::reads`], each stream that it relied on, so that the
//! append can refuse it when one of them has moved on.

mod batch;
mod brought;
mod decision;
mod filters;
mod import;
mod list;
mod members;
mod policy;
pub mod quick_add;
pub mod rank;
pub mod recurrence;
mod rejection;
mod restore;
mod revert;
mod sweep;
mod task;
pub mod text;
mod undo;
mod user;
mod workspace;

pub use batch::Step;
pub use decision::{Context, Decided, Decision, JoinedList, Kept};
pub use list::List;
pub use members::{Invitation, InvitationState};
pub use policy::{Action, least_role};
pub use rejection::{FieldError, Rejection};
pub use restore::restore;
pub use task::{Comment, Comments, MAX_DEPTH, Task};
pub use undo::{StreamHistory, undo, undone_by};
pub use user::{User, register};
pub use workspace::{SavedFilter, SnapshotError, Workspace};
