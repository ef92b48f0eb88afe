//! Putting a list into the trash and taking it out.

use taskfold_contracts::events::{ListDeleted, ListRestored, TaskRestored};
use taskfold_contracts::ids::ListId;

use crate::decision::{Context, Decided, Decision, Outcome};
use crate::rejection::Rejection;
use crate::task::delete_tree;
use crate::workspace::Workspace;

/// Puts a list and its tasks into the trash.
///
/// A task that somebody else makes in the list at the same moment, and that reaches the log first, is not
/// seen here: [`Workspace::sweep`] takes it along. The other way round the making is decided again, as it
/// relies on the list.
pub(crate) fn delete(workspace: &Workspace, ctx: &Context, id: ListId) -> Outcome {
    let list = workspace
        .list(id)
        .ok_or_else(|| Rejection::not_found("list", id))?;
    if list.is_deleted() {
        return Ok(Decision::nothing(id));
    }
    Ok(Decision {
        events: delete_list(workspace, ctx, id),
        ..Decision::nothing(id)
    })
}

/// The deletion of a list and its live tasks.
pub(crate) fn delete_list(workspace: &Workspace, ctx: &Context, id: ListId) -> Vec<Decided> {
    let mut events = vec![ctx.now(ListDeleted { list_id: id })];
    for task in workspace.tasks_in(Some(id), None) {
        events.extend(delete_tree(workspace, ctx, task));
    }
    events
}

/// Takes a list out of the trash, with the tasks that went there in the same change.
pub(crate) fn restore(workspace: &Workspace, ctx: &Context, id: ListId) -> Outcome {
    let list = workspace
        .list(id)
        .ok_or_else(|| Rejection::not_found("list", id))?;
    if !list.is_deleted() {
        return Ok(Decision::nothing(id));
    }
    let mut events = vec![ctx.now(ListRestored { list_id: id })];
    let mut open: Vec<_> = workspace.tasks_in(Some(id), None).collect();
    let mut next = 0;
    while let Some(task) = open.get(next).copied() {
        next += 1;
        let went_along = task.is_deleted() && task.deleted_by == list.deleted_by;
        if went_along {
            events.push(ctx.now(TaskRestored { task_id: task.id }));
        }
        if went_along || !task.is_deleted() {
            open.extend(workspace.children(task.id));
        }
    }
    Ok(Decision {
        events,
        ..Decision::nothing(id)
    })
}
