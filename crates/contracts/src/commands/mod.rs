//! What can be asked for. The same types are the bodies of the HTTP API and the input of the domain.
//! Text is raw here; the domain validates and normalises it and names every field that is wrong.

mod internal;
mod list;
mod name;
mod task;
mod user;
mod workspace;

pub use internal::*;
pub use list::*;
pub use task::*;
pub use user::*;
pub use workspace::*;

use serde::{Deserialize, Deserializer, Serialize};

use crate::ids::{ChangeId, CommentId, FilterId, InvitationId, ListId, TaskId, UserId};
use crate::position::Position;
use crate::time::Timestamp;

/// A command within one workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Make a task.
    CreateTask(CreateTask),
    /// Change fields of a task.
    UpdateTask {
        /// Which.
        task_id: TaskId,
        /// What.
        #[serde(flatten)]
        changes: UpdateTask,
    },
    /// Put a task elsewhere.
    MoveTask {
        /// Which.
        task_id: TaskId,
        /// Where.
        #[serde(flatten)]
        to: MoveTask,
    },
    /// Do a task; a recurring one gets its next occurrence.
    CompleteTask {
        /// Which.
        task_id: TaskId,
    },
    /// Undo a completion, without what came after.
    ReopenTask {
        /// Which.
        task_id: TaskId,
    },
    /// Put a task and its subtasks into the trash.
    DeleteTask {
        /// Which.
        task_id: TaskId,
    },
    /// Take a task and the subtasks that went with it out of the trash.
    RestoreTask {
        /// Which.
        task_id: TaskId,
    },
    /// Say something about a task.
    AddComment {
        /// Which task.
        task_id: TaskId,
        /// What.
        #[serde(flatten)]
        comment: CommentBody,
    },
    /// Reword a comment.
    EditComment {
        /// Which task.
        task_id: TaskId,
        /// Which comment.
        comment_id: CommentId,
        /// What.
        #[serde(flatten)]
        comment: CommentBody,
    },
    /// Take a comment away.
    DeleteComment {
        /// Which task.
        task_id: TaskId,
        /// Which comment.
        comment_id: CommentId,
    },
    /// Make a list.
    CreateList(CreateList),
    /// Change fields of a list.
    UpdateList {
        /// Which.
        list_id: ListId,
        /// What.
        #[serde(flatten)]
        changes: UpdateList,
    },
    /// Put a list elsewhere among the lists.
    MoveList {
        /// Which.
        list_id: ListId,
        /// Where.
        #[serde(flatten)]
        to: MoveList,
    },
    /// Put a list away.
    ArchiveList {
        /// Which.
        list_id: ListId,
    },
    /// Take a list out of the archive.
    UnarchiveList {
        /// Which.
        list_id: ListId,
    },
    /// Put a list and its tasks into the trash.
    DeleteList {
        /// Which.
        list_id: ListId,
    },
    /// Take a list and the tasks that went with it out of the trash.
    RestoreList {
        /// Which.
        list_id: ListId,
    },
    /// Rename the workspace.
    UpdateWorkspace(WorkspaceName),
    /// Put the workspace into the trash.
    DeleteWorkspace,
    /// Take the workspace out of the trash.
    RestoreWorkspace,
    /// Ask somebody to join.
    InviteMember(InviteMember),
    /// Take an invitation back.
    RevokeInvitation {
        /// Which.
        invitation_id: InvitationId,
    },
    /// Join by an invitation.
    AcceptInvitation(InvitationAnswer),
    /// Do not: the invitation cannot be used any more.
    DeclineInvitation(InvitationAnswer),
    /// Change a member's role.
    ChangeRole {
        /// Whose.
        user_id: UserId,
        /// To what.
        #[serde(flatten)]
        role: MemberRole,
    },
    /// Remove a member, or leave.
    RemoveMember {
        /// Whom.
        user_id: UserId,
    },
    /// Save a filter under a name, new or again.
    SaveFilter(SaveFilter),
    /// Remove a saved filter.
    RemoveFilter {
        /// Which.
        filter_id: FilterId,
    },
    /// Take a change back: later edits of other fields stay.
    Undo {
        /// Which.
        change_id: ChangeId,
    },
    /// Bring a change that was undone back.
    Redo {
        /// Which: the change that was undone.
        change_id: ChangeId,
    },
    /// Bring a task, a list with its tasks or everything back to how it was.
    Restore(Restore),
    /// Several as one change: undone as one.
    Batch {
        /// At most 100 over HTTP; an import makes longer ones.
        #[schema(no_recursion)]
        commands: Vec<Command>,
    },
    /// Bring tasks and lists from elsewhere, with their original times.
    Import(Import),
}

/// Back to a moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// What: nothing means the whole workspace.
    #[serde(default)]
    pub task_id: Option<TaskId>,
    /// What: nothing means the whole workspace.
    #[serde(default)]
    pub list_id: Option<ListId>,
    /// To when.
    pub to: Moment,
}

/// A moment of the past: an instant or a position of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The last event recorded at or before this instant.
    Time(Timestamp),
    /// This position.
    Position(Position),
}

/// Neither an instant nor a position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a moment: expected RFC 3339, such as 2026-11-20T18:00:00Z, or a position, such as 0:42"
)]
pub struct NotAMoment(pub String);

impl std::str::FromStr for Moment {
    type Err = NotAMoment;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let position = text.parse().map(Self::Position);
        position
            .or_else(|_| text.parse().map(Self::Time))
            .map_err(|_| NotAMoment(text.chars().take(64).collect()))
    }
}

impl utoipa::PartialSchema for Moment {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(
                "An instant (RFC 3339) or a position of the log (`0:42`).",
            ))
            .examples(["2026-11-20T18:00:00Z"])
            .build()
            .into()
    }
}

impl utoipa::ToSchema for Moment {}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Time(instant) => instant.fmt(f),
            Self::Position(position) => position.fmt(f),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// A field that may be absent but not null: what null would mean is not guessed.
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let read = Option::<T>::deserialize(deserializer)?;
    let refused = || serde::de::Error::custom("must not be null");
    read.map(Some).ok_or_else(refused)
}

/// Reads a field whose absence means "do not touch" and whose null means "set to nothing".
#[allow(
    clippy::option_option,
    reason = "absent, null and a value are three things"
)]
pub(crate) fn nullable<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}
