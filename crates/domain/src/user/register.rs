//! Somebody new, and workspaces that people make.

use taskfold_contracts::commands::RegisterUser;
use taskfold_contracts::events::{UserRegistered, WorkspaceCreated, WorkspaceMemberJoined};
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::values::Role;

use super::User;
use crate::decision::{Context, Decided, Decision};
use crate::rejection::{Faults, Rejection};
use crate::text;

/// Registers a person with a personal workspace that they own, in one change. Nobody may do so but the
/// gateway, which holds the credentials; that the address is free is the append's business (a claim).
pub fn register(ctx: &Context, input: &RegisterUser) -> Result<Decision, Rejection> {
    let mut faults = Faults::default();
    let registered = UserRegistered {
        user: input.user_id,
        email: faults.take(text::email("email", &input.email)),
        display_name: faults.take(text::name("display_name", &input.display_name)),
        personal_workspace_id: input.workspace_id,
        time_zone: faults.take(text::time_zone("time_zone", &input.time_zone)),
        locale: faults.take(text::locale("locale", &input.locale)),
        is_admin: input.is_admin,
    };
    faults.end()?;
    let mut events = vec![ctx.now(registered)];
    events.extend(new_workspace(
        ctx,
        input.workspace_id,
        "Personal",
        true,
        input.user_id,
    ));
    Ok(Decision {
        events,
        ..Decision::nothing(input.user_id)
    })
}

/// A shared workspace with its first owner.
pub(super) fn create_workspace(
    user: &User,
    ctx: &Context,
    workspace: WorkspaceId,
    name: &str,
) -> Result<Decision, Rejection> {
    let mut faults = Faults::default();
    let name = faults.take(text::name("name", name));
    faults.end()?;
    let events = new_workspace(ctx, workspace, &name, false, user.id).to_vec();
    Ok(Decision {
        events,
        ..Decision::nothing(workspace)
    })
}

fn new_workspace(
    ctx: &Context,
    workspace: WorkspaceId,
    name: &str,
    personal: bool,
    owner: UserId,
) -> [Decided; 2] {
    let role = Role::Owner;
    [
        ctx.now(WorkspaceCreated {
            workspace,
            name: name.to_owned(),
            personal,
        }),
        ctx.now(WorkspaceMemberJoined {
            workspace,
            member_id: owner,
            role,
            invitation_id: None,
        }),
    ]
}
