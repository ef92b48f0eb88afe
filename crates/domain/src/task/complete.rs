//! Doing a task, and taking that back.

use taskfold_contracts::events::{Event, TaskCompleted, TaskReopened};
use taskfold_contracts::ids::TaskId;

use super::next::next_occurrence;
use crate::decision::{Context, Decision, Outcome};
use crate::workspace::Workspace;

/// Does a task with its open subtasks, so that nothing open hides under something done. A recurring task
/// gets its next occurrence in the same change, with its subtasks as open copies: a routine with steps
/// starts afresh each time. A task that is done stays as it is.
pub(crate) fn complete(workspace: &Workspace, ctx: &Context, id: TaskId) -> Outcome {
    let task = workspace.live_task(id)?;
    if task.completed_at.is_some() {
        return Ok(Decision::nothing(id));
    }
    let next = next_occurrence(workspace, ctx, task)?;
    let next_id = next
        .first()
        .map(|decided| TaskId::from(decided.event.stream()));
    let mut events = vec![ctx.now(TaskCompleted {
        task_id: id,
        next_id,
    })];
    let below = workspace.descendants(id);
    let open = below.iter().filter(|task| task.is_open());
    events.extend(open.map(|task| {
        ctx.now(Event::from(TaskCompleted {
            task_id: task.id,
            next_id: None,
        }))
    }));
    // A copy of a subtask relies on what the subtask is now, also when it is done already.
    let reads = if next.is_empty() {
        Vec::new()
    } else {
        below
            .iter()
            .map(|task| task.id.into())
            .chain(task.parent_id.map(Into::into))
            .collect()
    };
    events.extend(next);
    Ok(Decision {
        events,
        reads,
        ..Decision::nothing(id)
    })
}

/// Opens a task again, alone: its next occurrence and its subtasks stay as they are.
pub(crate) fn reopen(workspace: &Workspace, ctx: &Context, id: TaskId) -> Outcome {
    let task = workspace.live_task(id)?;
    if task.completed_at.is_none() {
        return Ok(Decision::nothing(id));
    }
    Ok(Decision::one(ctx, TaskReopened { task_id: id }))
}
