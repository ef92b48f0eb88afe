//! Workspaces, their members and invitations, and people.

pub(crate) mod project;
mod query;
mod row;
pub(crate) mod users;

pub(crate) use project::MemberRow;
pub use query::{
    display_names, invitation, invitation_with, invitations, invitations_to, member, members, user,
    user_by_email, workspace, workspaces_of,
};
pub use row::{Invitation, InvitationState, Member, Membership, NamedInvitation, User, Workspace};
