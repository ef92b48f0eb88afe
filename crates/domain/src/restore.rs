//! Back to a moment.

use std::collections::BTreeSet;

use taskfold_contracts::commands::Restore;
use taskfold_contracts::ids::{ListId, TaskId};
use taskfold_contracts::values::Actor;

use crate::decision::{Context, Decision};
use crate::policy::Action;
use crate::rejection::Rejection;
use crate::revert::{Fields, Plan, revert};
use crate::workspace::Workspace;

/// Brings a task with its subtasks, a list with its tasks, or everything back to how it was `then`: what was
/// made later goes to the trash, what was deleted comes back, fields and comments return. What others said is
/// an owner's business: for anybody else it stays and is named in [`Decision::kept`]. Members and invitations
/// stay as they are. Everything at once needs an owner, the rest an editor.
pub fn restore(
    current: &Workspace,
    then: &Workspace,
    ctx: &Context,
    scope: &Restore,
) -> Result<Decision, Rejection> {
    let everything = scope.task_id.is_none() && scope.list_id.is_none();
    let action = if everything {
        Action::Manage
    } else {
        Action::Edit
    };
    current.authorise(ctx.actor, action)?;
    if current.is_deleted() {
        return Err(Rejection::conflict(
            "workspace_deleted",
            "the workspace is in the trash",
        ));
    }
    let mut plan = Plan::default();
    let subject = match (scope.task_id, scope.list_id) {
        (Some(_), Some(_)) => {
            let message = "either a task or a list";
            return Err(Rejection::invalid("list_id", "not_together", message));
        }
        (Some(id), None) => {
            current
                .task(id)
                .ok_or_else(|| Rejection::not_found("task", id))?;
            let below = |state: &Workspace| under(state, vec![id]);
            plan.tasks = whole(below(current).into_iter().chain(below(then)));
            id.into()
        }
        (None, Some(id)) => {
            current
                .list(id)
                .ok_or_else(|| Rejection::not_found("list", id))?;
            plan.tasks = whole(in_list(current, id).into_iter().chain(in_list(then, id)));
            plan.lists.push((id, Fields::All));
            id.into()
        }
        (None, None) => {
            plan.tasks = whole(current.tasks().map(|task| task.id));
            plan.lists = current.lists().map(|list| (list.id, Fields::All)).collect();
            plan.workspace = Some(Fields::All);
            current.id().into()
        }
    };
    let mut decision = revert(current, then, ctx, plan);
    decision.subject = Some(subject);
    if ctx.actor != Actor::System && !decision.events.is_empty() {
        decision.reads.push(current.id().into());
    }
    Ok(decision.settle())
}

fn whole(ids: impl Iterator<Item = TaskId>) -> Vec<(TaskId, Fields)> {
    let ids: BTreeSet<TaskId> = ids.collect();
    ids.into_iter().map(|id| (id, Fields::All)).collect()
}

fn in_list(state: &Workspace, list: ListId) -> Vec<TaskId> {
    under(
        state,
        state
            .tasks_in(Some(list), None)
            .map(|task| task.id)
            .collect(),
    )
}

fn under(state: &Workspace, tops: Vec<TaskId>) -> Vec<TaskId> {
    let below = |id: &TaskId| {
        state
            .descendants(*id)
            .into_iter()
            .map(|task| task.id)
            .collect::<Vec<_>>()
    };
    let below: Vec<TaskId> = tops.iter().flat_map(below).collect();
    tops.into_iter().chain(below).collect()
}
