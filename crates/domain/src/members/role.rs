//! Changing a member's role, removing a member, leaving.

use taskfold_contracts::events::{TaskUpdated, WorkspaceMemberLeft, WorkspaceMemberRoleChanged};
use taskfold_contracts::ids::UserId;
use taskfold_contracts::values::{Role, Set};

use crate::decision::{Context, Decided, Decision, Outcome};
use crate::policy::Action;
use crate::rejection::Rejection;
use crate::task::Task;
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

/// Removes a member: an owner may, and everybody may leave; the last owner stays. The member's tasks become
/// nobody's.
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
    let mut decision = Decision::one(
        ctx,
        WorkspaceMemberLeft {
            workspace: workspace.id(),
            member_id,
        },
    );
    decision
        .events
        .extend(unassign(workspace, ctx, |user| user == member_id));
    Ok(decision)
}

/// The events that take people from all tasks that are assigned to them, also from those in the trash: whoever
/// is no member is nobody's assignee.
pub(crate) fn unassign(
    workspace: &Workspace,
    ctx: &Context,
    is_gone: impl Fn(UserId) -> bool,
) -> Vec<Decided> {
    let theirs = workspace
        .tasks()
        .filter(|task| task.assignee_id.is_some_and(&is_gone));
    let free = |task: &Task| TaskUpdated {
        assignee_id: Some(Set { value: None }),
        ..task.no_update()
    };
    theirs.map(|task| ctx.now(free(task))).collect()
}

/// Whether the workspace would be without an owner but for this one.
pub(crate) fn is_last_owner(workspace: &Workspace, user: UserId) -> bool {
    let owners = workspace.members().filter(|(_, role)| *role == Role::Owner);
    workspace.role_of(user) == Some(Role::Owner) && owners.count() == 1
}

fn last_owner() -> Rejection {
    Rejection::conflict("last_owner", "a workspace is never without an owner")
}
