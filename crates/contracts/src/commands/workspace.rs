//! Commands on workspaces.

use serde::{Deserialize, Serialize};

use crate::ids::{FilterId, InvitationId};
use crate::time::Timestamp;
use crate::values::Role;

/// A name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceName {
    /// 1–200 characters.
    pub name: String,
}

/// An invitation. The gateway makes its secret, sends it, and passes on its hash only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteMember {
    /// Where it goes.
    pub email: String,
    /// The role that it gives.
    pub role: Role,
    /// SHA-256 of its secret, lower-case hex.
    pub secret_hash: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// An answer to an invitation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationAnswer {
    /// Which invitation.
    pub invitation_id: InvitationId,
    /// SHA-256 of the secret that was presented, lower-case hex.
    pub secret_hash: String,
}

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MemberRole {
    /// The role.
    pub role: Role,
}

/// A filter under a name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SaveFilter {
    /// The filter to change; nothing makes a new one.
    pub filter_id: Option<FilterId>,
    /// 1–200 characters.
    pub name: String,
    /// In the filter language; the gateway has checked it.
    pub query: String,
    /// Sort keys, such as `due,-priority`.
    pub sort: String,
}
