//! Members of a workspace and invitations to it.

mod invite;
mod role;

pub(crate) use invite::{accept, decline, invite, revoke};
pub(crate) use role::{change_role, is_last_owner, remove, unassign};

use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Role;

/// An invitation, also one that was used or taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Where it went.
    pub email: String,
    /// The role that it gives.
    pub role: Role,
    /// SHA-256 of its secret, lower-case hex.
    pub secret_hash: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What became of it.
    pub state: InvitationState,
}

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// It can be used, until it ends.
    Pending,
    /// Somebody joined by it; it cannot be used again.
    Used,
    /// It was taken back.
    Revoked,
}
