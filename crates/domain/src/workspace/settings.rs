//! The workspace itself: its name, the trash.

use taskfold_contracts::commands::WorkspaceName;
use taskfold_contracts::events::{WorkspaceDeleted, WorkspaceRestored, WorkspaceUpdated};

use super::Workspace;
use crate::decision::{Context, Decision, Outcome};
use crate::rejection::{Faults, Rejection};
use crate::text;

pub(super) fn rename(workspace: &Workspace, ctx: &Context, input: &WorkspaceName) -> Outcome {
    let mut faults = Faults::default();
    let name = faults.take(text::name("name", &input.name));
    faults.end()?;
    if name == workspace.name {
        return Ok(Decision::nothing(workspace.id));
    }
    Ok(Decision::one(
        ctx,
        WorkspaceUpdated {
            workspace: workspace.id,
            name,
        },
    ))
}

pub(super) fn delete(workspace: &Workspace, ctx: &Context) -> Outcome {
    if workspace.personal {
        return Err(Rejection::conflict(
            "personal_workspace",
            "a personal workspace cannot be deleted",
        ));
    }
    Ok(Decision::one(
        ctx,
        WorkspaceDeleted {
            workspace: workspace.id,
        },
    ))
}

pub(super) fn restore(workspace: &Workspace, ctx: &Context) -> Decision {
    if !workspace.deleted {
        return Decision::nothing(workspace.id);
    }
    Decision::one(
        ctx,
        WorkspaceRestored {
            workspace: workspace.id,
        },
    )
}
