//! Putting a task into the trash.

use taskfold_contracts::events::TaskDeleted;
use taskfold_contracts::ids::TaskId;

use super::Task;
use crate::decision::{Context, Decided, Decision, Outcome};
use crate::rejection::Rejection;
use crate::workspace::Workspace;

/// Puts a task and all its subtasks into the trash, also those that are done: nothing live hangs under
/// something deleted.
pub(crate) fn delete(workspace: &Workspace, ctx: &Context, id: TaskId) -> Outcome {
    let task = workspace
        .task(id)
        .ok_or_else(|| Rejection::not_found("task", id))?;
    if task.is_deleted() {
        return Ok(Decision::nothing(id));
    }
    Ok(Decision {
        events: delete_tree(workspace, ctx, task),
        ..Decision::nothing(id)
    })
}

/// The deletion of a task and its live subtasks.
pub(crate) fn delete_tree(workspace: &Workspace, ctx: &Context, task: &Task) -> Vec<Decided> {
    let below = workspace.descendants(task.id);
    let live = std::iter::once(task)
        .chain(below)
        .filter(|task| !task.is_deleted());
    live.map(|task| ctx.now(TaskDeleted { task_id: task.id }))
        .collect()
}

impl Workspace {
    /// A task that is not in the trash.
    pub(crate) fn live_task(&self, id: TaskId) -> Result<&Task, Rejection> {
        let task = self
            .task(id)
            .ok_or_else(|| Rejection::not_found("task", id))?;
        if task.is_deleted() {
            return Err(Rejection::conflict(
                "deleted",
                format!("the task {id} is in the trash"),
            ));
        }
        Ok(task)
    }
}
