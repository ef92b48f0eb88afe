//! What the gateway asks.

use serde::{Deserialize, Serialize};
use taskfold_contracts::commands::Moment;
use taskfold_contracts::ids::{ChangeId, InvitationId, ListId, TaskId, UserId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_contracts::values::Role;

use crate::internal::{Asked, Patience};
use crate::principal::Principal;

/// A question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadRequest {
    /// Who asks.
    pub principal: Principal,
    /// Where.
    pub workspace_id: WorkspaceId,
    /// What.
    pub read: Read,
    /// A write that the answer must show.
    pub position: Option<Position>,
    /// As of when; now when there is none.
    pub as_of: Option<Moment>,
    /// IANA zone of the caller; UTC when there is none.
    pub zone: Option<String>,
    /// The `ETag` of what the caller has.
    pub if_none_match: Option<String>,
}

/// What can be asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "read", rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "fields are those of the routes, documented there"
)]
pub enum Read {
    /// A page of tasks.
    Tasks {
        filter: String,
        sort: String,
        done: bool,
        limit: u32,
        cursor: Option<String>,
    },
    /// One task.
    Task { task_id: TaskId },
    /// These tasks.
    TasksNamed { task_ids: Vec<TaskId> },
    /// What happened to a task.
    TaskHistory {
        task_id: TaskId,
        limit: u32,
        cursor: Option<String>,
    },
    /// What was said about a task.
    Comments {
        task_id: TaskId,
        limit: u32,
        cursor: Option<String>,
    },
    /// All lists.
    Lists { archived: bool },
    /// One list.
    List { list_id: ListId },
    /// What happened to a list and its tasks.
    ListHistory {
        list_id: ListId,
        limit: u32,
        cursor: Option<String>,
    },
    /// All tags.
    Tags,
    /// Full text.
    Search {
        text: String,
        trash: bool,
        limit: u32,
        cursor: Option<String>,
    },
    /// What happened in the workspace.
    Activity { limit: u32, cursor: Option<String> },
    /// What can be restored.
    Trash { limit: u32, cursor: Option<String> },
    /// How many.
    Counts,
    /// Which reminders wait, and which ones fired.
    Reminders,
    /// Saved filters.
    Filters,
    /// The workspaces of the caller, or one of them alone.
    Workspaces { only: Option<WorkspaceId> },
    /// The workspace.
    Workspace,
    /// Its members.
    Members,
    /// Invitations to it.
    Invitations,
    /// Invitations to the address of the caller that can be accepted.
    InvitationsToMe,
    /// The workspace that an invitation is to, whoever asks.
    InvitedTo { invitation_id: InvitationId },
    /// An invitation, whoever asks, with the SHA-256 of its secret.
    InvitationWith {
        invitation_id: InvitationId,
        secret_hash: String,
    },
    /// The caller.
    Me,
    /// What can be undone, newest first.
    Changes { limit: usize },
    /// What a change did, in words.
    Told { change_id: ChangeId },
    /// Names of lists and members, for quick add.
    Names,
    /// The role of the caller.
    Membership,
    /// Everything.
    Export { format: ExportFormat },
}

/// How everything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Complete; can be imported again.
    #[default]
    Json,
    /// A table of the tasks.
    Csv,
    /// iCalendar VTODOs.
    Ics,
    /// Every event, one CloudEvents object a line.
    Events,
}

/// Names that quick add resolves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Names {
    /// Lists.
    pub lists: Vec<(ListId, String)>,
    /// Members.
    pub members: Vec<(UserId, String)>,
    /// The role of the caller.
    pub role: Role,
}

impl Asked for ReadRequest {
    fn principal(&self) -> Principal {
        self.principal
    }

    fn workspace(&self) -> Option<WorkspaceId> {
        Some(self.workspace_id)
    }

    fn may_be_repeated(&self) -> bool {
        true
    }

    fn patience(&self) -> Patience {
        if self.as_of.is_some() || matches!(self.read, Read::Export { .. }) {
            Patience::Long
        } else {
            Patience::Short
        }
    }
}

impl Read {
    /// Whether it is about the caller, not about a workspace.
    pub(super) fn is_personal(&self) -> bool {
        matches!(
            self,
            Self::Me
                | Self::Workspaces { .. }
                | Self::InvitationsToMe
                | Self::InvitedTo { .. }
                | Self::InvitationWith { .. }
        )
    }
}
