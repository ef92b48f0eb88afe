//! What happens to workspaces. The record head names the workspace as well; `workspace` is the stream.

use super::record::records;
use crate::ids::{FilterId, InvitationId, UserId, WorkspaceId};
use crate::time::Timestamp;
use crate::values::Role;

records! {
    /// A workspace came to be; its first owner joins in the same append.
    WorkspaceCreated {
        /// The workspace.
        workspace: WorkspaceId,
        /// 1–200 characters.
        name: String,
        /// The one that every person has of their own; it takes no members and cannot be deleted.
        personal: bool,
    }
    /// A workspace was renamed.
    WorkspaceUpdated {
        /// The workspace.
        workspace: WorkspaceId,
        /// New name.
        name: String,
    }
    /// A workspace went to the trash.
    WorkspaceDeleted {
        /// The workspace.
        workspace: WorkspaceId,
    }
    /// A workspace came back.
    WorkspaceRestored {
        /// The workspace.
        workspace: WorkspaceId,
    }
    /// Somebody was asked to join.
    WorkspaceMemberInvited {
        /// The workspace.
        workspace: WorkspaceId,
        /// The invitation.
        invitation_id: InvitationId,
        /// Where it goes.
        email: String,
        /// The role that it gives.
        role: Role,
        /// SHA-256 of its secret, lower-case hex.
        secret_hash: String,
        /// When it ends.
        expires_at: Timestamp,
    }
    /// An invitation was taken back.
    WorkspaceInvitationRevoked {
        /// The workspace.
        workspace: WorkspaceId,
        /// The invitation.
        invitation_id: InvitationId,
    }
    /// Somebody joined.
    WorkspaceMemberJoined {
        /// The workspace.
        workspace: WorkspaceId,
        /// Who.
        member_id: UserId,
        /// As what.
        role: Role,
        /// By which invitation.
        invitation_id: Option<InvitationId>,
    }
    /// A member's role changed.
    WorkspaceMemberRoleChanged {
        /// The workspace.
        workspace: WorkspaceId,
        /// Who.
        member_id: UserId,
        /// As what now.
        role: Role,
    }
    /// A member left or was removed.
    WorkspaceMemberLeft {
        /// The workspace.
        workspace: WorkspaceId,
        /// Who.
        member_id: UserId,
    }
    /// A filter was saved under a name, new or again.
    WorkspaceFilterSaved {
        /// The workspace.
        workspace: WorkspaceId,
        /// The filter.
        filter_id: FilterId,
        /// 1–200 characters.
        name: String,
        /// In the filter language.
        query: String,
        /// Sort keys, such as `due,-priority`.
        sort: String,
    }
    /// A saved filter was removed.
    WorkspaceFilterRemoved {
        /// The workspace.
        workspace: WorkspaceId,
        /// The filter.
        filter_id: FilterId,
    }
}
