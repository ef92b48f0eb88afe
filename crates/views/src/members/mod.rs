//! Workspaces, their members and invitations, and people.

mod query;
mod row;

pub use query::{
    invitation, invitations, member, members, user, user_by_email, workspace, workspaces_of,
};
pub use row::{Invitation, InvitationState, Member, Membership, User, Workspace};
