//! How what is few is written down: the workspace itself, members, invitations, filters.

use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{FilterId, InvitationId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Role;

use super::SnapshotError;
use super::rows::{Raw, id, raw};
use crate::members::{Invitation, InvitationState};
use crate::workspace::SavedFilter;

/// What comes first; `lists` and `tasks` say how many rows follow.
#[derive(Serialize, Deserialize)]
pub(super) struct HeadRow<'a> {
    pub(super) id: Raw,
    pub(super) version: u64,
    pub(super) name: &'a str,
    pub(super) personal: bool,
    pub(super) deleted: bool,
    pub(super) members: Vec<(Raw, u8)>,
    #[serde(borrow)]
    pub(super) invitations: Vec<InvitationRow<'a>>,
    #[serde(borrow)]
    pub(super) filters: Vec<FilterRow<'a>>,
    pub(super) lists: u64,
    pub(super) tasks: u64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct InvitationRow<'a> {
    id: Raw,
    email: &'a str,
    role: u8,
    secret_hash: &'a str,
    expires_at: i64,
    state: u8,
}

impl<'a> InvitationRow<'a> {
    pub(super) fn of((id, held): (InvitationId, &'a Invitation)) -> Self {
        Self {
            id: raw(id.0),
            email: &held.email,
            role: role_code(held.role),
            secret_hash: &held.secret_hash,
            expires_at: held.expires_at.as_millis(),
            state: match held.state {
                InvitationState::Pending => 0,
                InvitationState::Used => 1,
                InvitationState::Revoked => 2,
            },
        }
    }

    pub(super) fn invitation(&self) -> Result<(InvitationId, Invitation), SnapshotError> {
        let invitation = Invitation {
            email: self.email.to_owned(),
            role: role_of(self.role)?,
            secret_hash: self.secret_hash.to_owned(),
            expires_at: Timestamp::from_millis(self.expires_at),
            state: match self.state {
                0 => InvitationState::Pending,
                1 => InvitationState::Used,
                2 => InvitationState::Revoked,
                _ => return Err(SnapshotError::broken("no such state of an invitation")),
            },
        };
        Ok((InvitationId(id(self.id)), invitation))
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct FilterRow<'a> {
    id: Raw,
    name: &'a str,
    query: &'a str,
    sort: &'a str,
}

impl<'a> FilterRow<'a> {
    pub(super) fn of((id, held): (FilterId, &'a SavedFilter)) -> Self {
        Self {
            id: raw(id.0),
            name: &held.name,
            query: &held.query,
            sort: &held.sort,
        }
    }

    pub(super) fn filter(&self) -> (FilterId, SavedFilter) {
        let filter = SavedFilter {
            name: self.name.to_owned(),
            query: self.query.to_owned(),
            sort: self.sort.to_owned(),
        };
        (FilterId(id(self.id)), filter)
    }
}

pub(super) fn role_code(role: Role) -> u8 {
    match role {
        Role::Viewer => 0,
        Role::Commenter => 1,
        Role::Editor => 2,
        Role::Owner => 3,
    }
}

pub(super) fn role_of(code: u8) -> Result<Role, SnapshotError> {
    match code {
        0 => Ok(Role::Viewer),
        1 => Ok(Role::Commenter),
        2 => Ok(Role::Editor),
        3 => Ok(Role::Owner),
        _ => Err(SnapshotError::broken("no such role")),
    }
}
