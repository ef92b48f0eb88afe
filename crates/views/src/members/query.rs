//! Questions about workspaces, members, invitations and people.

use taskfold_contracts::ids::{InvitationId, UserId, WorkspaceId};
use taskfold_contracts::values::Role;

use super::{Invitation, Member, Membership, User, Workspace};
use crate::error::QueryError;
use crate::views::Reader;

/// One workspace, in the trash or not.
pub fn workspace(r: &Reader, workspace: WorkspaceId) -> Result<Option<Workspace>, QueryError> {
    let _ = (r, workspace);
    Err(QueryError::Busy)
}

/// The workspaces that somebody is a member of, their own first, then by name; those in the trash too.
pub fn workspaces_of(r: &Reader, user: UserId) -> Result<Vec<Membership>, QueryError> {
    let _ = (r, user);
    Err(QueryError::Busy)
}

/// The members of a workspace, owners first, then by name.
pub fn members(r: &Reader, workspace: WorkspaceId) -> Result<Vec<Member>, QueryError> {
    let _ = (r, workspace);
    Err(QueryError::Busy)
}

/// What somebody may do in a workspace; nothing when they are no member.
pub fn member(r: &Reader, workspace: WorkspaceId, user: UserId) -> Result<Option<Role>, QueryError> {
    let _ = (r, workspace, user);
    Err(QueryError::Busy)
}

/// The invitations to a workspace, newest first.
pub fn invitations(r: &Reader, workspace: WorkspaceId) -> Result<Vec<Invitation>, QueryError> {
    let _ = (r, workspace);
    Err(QueryError::Busy)
}

/// One invitation, to whatever workspace: whoever holds its secret may see it.
pub fn invitation(r: &Reader, invitation: InvitationId) -> Result<Option<Invitation>, QueryError> {
    let _ = (r, invitation);
    Err(QueryError::Busy)
}

/// One person.
pub fn user(r: &Reader, user: UserId) -> Result<Option<User>, QueryError> {
    let _ = (r, user);
    Err(QueryError::Busy)
}

/// The person with this address, normalised.
pub fn user_by_email(r: &Reader, email: &str) -> Result<Option<User>, QueryError> {
    let _ = (r, email);
    Err(QueryError::Busy)
}
