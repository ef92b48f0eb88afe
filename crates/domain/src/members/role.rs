//! Changing a member's role, removing a member, leaving.

use taskfold_contracts::events::{WorkspaceMemberLeft, WorkspaceMemberRoleChanged};
use taskfold_contracts::ids::UserId;
use taskfold_contracts::values::Role;

use crate::decision::{Context, Decision, Outcome};
use crate::policy::Action;
use crate::rejection::Rejection;
use crate::workspace::Workspace;

/// Changes a member's role; the last owner stays one.
pub(crate) fn change_role(
    workspace: &Workspace,
    ctx: &Context,
    member_id: UserId,
    role: Role,
) -> Outcome {
    let held = workspace.role_of(member_id);
    let held = held.ok_or_else(|| Rejection::not_found("member", member_id))?;
    if held == role {
        return Ok(Decision::nothing(workspace.id()));
    }
    if is_last_owner(workspace, member_id) {
        return Err(last_owner());
    }
    let workspace = workspace.id();
    Ok(Decision::one(
        ctx,
        WorkspaceMemberRoleChanged {
            workspace,
            member_id,
            role,
        },
    ))
}

/// Removes a member: an owner may, and everybody may leave; the last owner stays.
pub(crate) fn remove(workspace: &Workspace, ctx: &Context, member_id: UserId) -> Outcome {
    if ctx.actor.user() != Some(member_id) {
        workspace.authorise(ctx.actor, Action::Manage)?;
    }
    if workspace.role_of(member_id).is_none() {
        return Err(Rejection::not_found("member", member_id));
    }
    if is_last_owner(workspace, member_id) {
        return Err(last_owner());
    }
    let workspace = workspace.id();
    Ok(Decision::one(
        ctx,
        WorkspaceMemberLeft {
            workspace,
            member_id,
        },
    ))
}

/// Whether the workspace would be without an owner but for this one.
pub(crate) fn is_last_owner(workspace: &Workspace, user: UserId) -> bool {
    let owners = workspace.members().filter(|(_, role)| *role == Role::Owner);
    workspace.role_of(user) == Some(Role::Owner) && owners.count() == 1
}

fn last_owner() -> Rejection {
    Rejection::conflict("last_owner", "a workspace is never without an owner")
}
