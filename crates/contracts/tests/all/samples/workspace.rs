use taskfold_contracts::events::{
    Event, WorkspaceCreated, WorkspaceDeleted, WorkspaceFilterRemoved, WorkspaceFilterSaved,
    WorkspaceInvitationRevoked, WorkspaceMemberInvited, WorkspaceMemberJoined, WorkspaceMemberLeft,
    WorkspaceMemberRoleChanged, WorkspaceRestored, WorkspaceUpdated,
};
use taskfold_contracts::ids::{FilterId, InvitationId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Role;

use super::{Fill, id};

pub(crate) fn samples(fill: Fill) -> Vec<Event> {
    let workspace = WorkspaceId(id(0xb0));
    let invitation_id = InvitationId(id(0x41));
    let member_id = UserId(id(0xa1));
    let filter_id = FilterId(id(0x61));
    vec![
        WorkspaceCreated {
            workspace,
            name: fill.text("Home"),
            personal: fill == Fill::Full,
        }
        .into(),
        WorkspaceUpdated {
            workspace,
            name: fill.text("Our home"),
        }
        .into(),
        WorkspaceDeleted { workspace }.into(),
        WorkspaceRestored { workspace }.into(),
        WorkspaceMemberInvited {
            workspace,
            invitation_id,
            email: fill.text("anna@example.org"),
            role: fill.some(Role::Commenter).unwrap_or(Role::Viewer),
            secret_hash: fill.text(&"5e".repeat(32)),
            expires_at: fill
                .some("2026-11-28T09:30:00Z".parse().unwrap())
                .unwrap_or(Timestamp::from_millis(0)),
        }
        .into(),
        WorkspaceInvitationRevoked {
            workspace,
            invitation_id,
        }
        .into(),
        WorkspaceMemberJoined {
            workspace,
            member_id,
            role: fill.some(Role::Owner).unwrap_or(Role::Viewer),
            invitation_id: fill.some(invitation_id),
        }
        .into(),
        WorkspaceMemberRoleChanged {
            workspace,
            member_id,
            role: Role::Editor,
        }
        .into(),
        WorkspaceMemberLeft {
            workspace,
            member_id,
        }
        .into(),
        WorkspaceFilterSaved {
            workspace,
            filter_id,
            name: fill.text("Today"),
            query: fill.text("due <= today"),
            sort: fill.text("due,-priority"),
        }
        .into(),
        WorkspaceFilterRemoved {
            workspace,
            filter_id,
        }
        .into(),
    ]
}
