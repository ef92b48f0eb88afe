//! Workspaces, members, invitations and people as the API shows them.

use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{InvitationId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Channel, Role, Theme, WeekStart};

/// A workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Workspace {
    /// Its id.
    pub workspace_id: WorkspaceId,
    /// 1–200 characters.
    pub name: String,
    /// The one that every person has of their own.
    pub personal: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it went to the trash.
    pub deleted_at: Option<Timestamp>,
    /// Version of its stream: what `If-Match` names.
    pub version: u64,
}

/// A workspace of somebody, with what they may do there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Membership {
    /// The workspace.
    #[serde(flatten)]
    pub workspace: Workspace,
    /// What they may do.
    pub role: Role,
}

/// A member of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// Their name; `erased` when they were.
    pub display_name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
}

/// How it stands with an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Waits for an answer, maybe beyond its end.
    Pending,
    /// Somebody joined by it.
    Accepted,
    /// It was taken back.
    Revoked,
}

/// An invitation to a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Invitation {
    /// Its id.
    pub invitation_id: InvitationId,
    /// To where.
    pub workspace_id: WorkspaceId,
    /// To whom.
    pub email: String,
    /// As what.
    pub role: Role,
    /// Who asked.
    pub invited_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// How it stands.
    pub state: InvitationState,
    /// SHA-256 of its secret, lower-case hex; for checks only.
    #[serde(skip)]
    pub secret_hash: String,
}

/// An invitation, with the names that it goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NamedInvitation {
    /// The invitation.
    #[serde(flatten)]
    pub invitation: Invitation,
    /// What the workspace is called.
    pub workspace_name: String,
    /// What whoever asked is called; `erased` when they were.
    pub inviter_name: Option<String>,
}

/// A person: profile and preferences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct User {
    /// Their id.
    pub user_id: UserId,
    /// Their address; `erased` when they were.
    pub email: String,
    /// Their name; `erased` when they were.
    pub display_name: String,
    /// The workspace of their own.
    pub personal_workspace_id: WorkspaceId,
    /// IANA name.
    pub time_zone: String,
    /// BCP 47 tag.
    pub locale: String,
    /// First day of the week.
    pub week_start: WeekStart,
    /// Colours.
    pub theme: Theme,
    /// Local time of the daily digest, `HH:MM`.
    pub digest_time: Option<String>,
    /// Ways to reach them.
    pub channels: Vec<Channel>,
    /// Whether they administer the installation.
    pub is_admin: bool,
    /// Since when.
    pub registered_at: Timestamp,
    /// When they last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When they were erased.
    pub erased_at: Option<Timestamp>,
    /// Version of their stream.
    pub version: u64,
}
