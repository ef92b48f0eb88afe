//! Name, members, invitations and saved filters come back.

use std::collections::BTreeSet;

use taskfold_contracts::events::{
    WorkspaceDeleted, WorkspaceFilterRemoved, WorkspaceInvitationRevoked, WorkspaceMemberInvited,
    WorkspaceMemberJoined, WorkspaceMemberLeft, WorkspaceMemberRoleChanged, WorkspaceRestored,
    WorkspaceUpdated,
};
use taskfold_contracts::ids::{InvitationId, UserId};
use taskfold_contracts::values::Role;

use super::{Field, Fields, Revert};
use crate::filters;
use crate::members::{Invitation, InvitationState, is_last_owner, unassign};

impl Revert<'_> {
    pub(super) fn workspace(&mut self, fields: &Fields) {
        let workspace = self.state.id();
        if fields.has(&Field::Name) && self.then.name() != self.state.name() {
            self.emit(WorkspaceUpdated {
                workspace,
                name: self.then.name().to_owned(),
            });
        }
        self.filters(fields);
        // A restore brings content back; who may see it is today's business.
        if let Fields::These(wanted) = fields {
            self.invitations(wanted);
            self.workspace_itself(wanted);
        }
    }

    fn workspace_itself(&mut self, wanted: &BTreeSet<Field>) {
        let workspace = self.state.id();
        let created = wanted.contains(&Field::Created);
        let deleted = wanted.contains(&Field::Deleted);
        let goes = created || (deleted && self.then.is_deleted());
        if goes && !self.state.is_deleted() && !self.state.is_personal() {
            self.emit(WorkspaceDeleted { workspace });
        } else if deleted && !goes && self.state.is_deleted() {
            self.emit(WorkspaceRestored { workspace });
        }
    }

    fn filters(&mut self, fields: &Fields) {
        let workspace = self.state.id();
        let known = self
            .state
            .filters()
            .chain(self.then.filters())
            .map(|(id, _)| id);
        let known: BTreeSet<_> = known.filter(|id| fields.has(&Field::Filter(*id))).collect();
        for filter_id in known {
            match (self.then.filter(filter_id), self.state.filter(filter_id)) {
                (Some(then), now) if Some(then) != now => {
                    self.emit(filters::saved(&self.state, filter_id, then.clone()));
                }
                (None, Some(_)) => self.emit(WorkspaceFilterRemoved {
                    workspace,
                    filter_id,
                }),
                (Some(_) | None, _) => {}
            }
        }
    }

    /// Owners come before owners go, so that the workspace is never without one.
    pub(super) fn members(&mut self, wanted: &BTreeSet<Field>) {
        let of = |field: &Field| {
            if let Field::Member(user) = field {
                Some(*user)
            } else {
                None
            }
        };
        let users: Vec<UserId> = wanted.iter().filter_map(of).collect();
        let grows = |run: &Self, user: &UserId| {
            run.then
                .role_of(*user)
                .is_some_and(|role| run.state.role_of(*user) < Some(role))
        };
        let (up, down): (Vec<_>, Vec<_>) = users.into_iter().partition(|user| grows(self, user));
        for user in up.into_iter().chain(down) {
            self.member(user);
        }
    }

    fn member(&mut self, member_id: UserId) {
        let workspace = self.state.id();
        let (then, now) = (self.then.role_of(member_id), self.state.role_of(member_id));
        if then == now {
            return;
        }
        if now == Some(Role::Owner) && is_last_owner(&self.state, member_id) {
            self.keep(workspace, &Field::Member(member_id), None);
            return;
        }
        match (then, now) {
            (Some(role), None) => {
                let invitation_id = None;
                let joined = WorkspaceMemberJoined {
                    workspace,
                    member_id,
                    role,
                    invitation_id,
                };
                self.emit(joined);
            }
            (Some(role), Some(_)) => {
                self.emit(WorkspaceMemberRoleChanged {
                    workspace,
                    member_id,
                    role,
                });
            }
            (None, _) => {
                self.emit(WorkspaceMemberLeft {
                    workspace,
                    member_id,
                });
                for freed in unassign(&self.state, self.ctx, |user| user == member_id) {
                    self.take(freed);
                }
            }
        }
    }

    fn invitations(&mut self, wanted: &BTreeSet<Field>) {
        for field in wanted {
            if let Field::Invitation(id) = field {
                self.invitation(*id);
            }
        }
    }

    fn invitation(&mut self, invitation_id: InvitationId) {
        let workspace = self.state.id();
        let Some(now) = self.state.invitation(invitation_id) else {
            return;
        };
        let then = self.then.invitation(invitation_id);
        let open = |held: &&Invitation| held.state == InvitationState::Pending;
        match (then.filter(open), now.state) {
            (None, InvitationState::Pending) => {
                self.emit(WorkspaceInvitationRevoked {
                    workspace,
                    invitation_id,
                });
            }
            (Some(then), InvitationState::Revoked) if then.expires_at > self.ctx.now => {
                self.emit(WorkspaceMemberInvited {
                    workspace,
                    invitation_id,
                    email: then.email.clone(),
                    role: then.role,
                    secret_hash: then.secret_hash.clone(),
                    expires_at: then.expires_at,
                });
            }
            (Some(_), InvitationState::Pending) | (None, InvitationState::Revoked) => {}
            (Some(_), InvitationState::Revoked) | (_, InvitationState::Used) => {
                self.keep(workspace, &Field::Invitation(invitation_id), None);
            }
        }
    }
}
