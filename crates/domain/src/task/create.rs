//! Making a task.

use std::collections::BTreeSet;

use taskfold_contracts::commands::CreateTask;
use taskfold_contracts::events::TaskCreated;
use taskfold_contracts::ids::{StreamId, TaskId};
use taskfold_contracts::position::Version;
use taskfold_contracts::values::Origin;

use super::blockers::MAX_BLOCKERS;
use super::place::not_archived;
use super::{check_blocker, check_place, fields, live_place};
use crate::decision::{Context, Decision, Outcome};
use crate::rejection::{Faults, Rejection};
use crate::text;
use crate::workspace::Workspace;

/// Makes a task, last in its place. A subtask is in the list of its parent.
pub(crate) fn create(workspace: &Workspace, ctx: &Context, input: &CreateTask) -> Outcome {
    let mut reads = Vec::new();
    let event = validated(workspace, ctx, input, None, &mut reads)?;
    Ok(Decision {
        reads,
        ..Decision::one(ctx, event)
    })
}

/// The event that makes the task, each field checked. What comes from elsewhere (`origin`) may be in an
/// archived list and have a recurrence that is over.
pub(crate) fn validated(
    workspace: &Workspace,
    ctx: &Context,
    input: &CreateTask,
    origin: Option<Origin>,
    reads: &mut Vec<StreamId>,
) -> Result<TaskCreated, Rejection> {
    let task_id = input.task_id.unwrap_or_else(|| TaskId(ctx.ids.next()));
    if workspace.version(task_id.into()) > Version(0) {
        return Err(Rejection::id_taken(task_id.into()));
    }
    let mut faults = Faults::default();
    let due = input
        .due
        .as_ref()
        .and_then(|due| faults.good(fields::due(due)));
    let recurrence = |recurrence| match origin {
        Some(_) => fields::imported_recurrence(ctx, recurrence, due.as_ref(), None),
        None => fields::recurrence(ctx, recurrence, (due.as_ref(), input.start), None),
    };
    let recurrence = input
        .recurrence
        .as_ref()
        .and_then(|input| faults.good(recurrence(input)));
    let mut event = TaskCreated {
        task_id,
        title: faults.take(text::title("title", &input.title)),
        description: faults.take(text::description("description", &input.description)),
        priority: input.priority,
        recurrence,
        due_date: due,
        start_date: input.start,
        tags: faults.take(text::tags("tags", &input.tags)),
        reminders: fields::reminders(ctx, &input.reminders, &mut faults),
        list_id: None,
        parent_id: input.parent_id,
        rank: String::new(),
        blocked_by: Vec::new(),
        assignee_id: input.assignee_id,
        previous_id: None,
        origin,
        created_by: None,
        updated_at: None,
    };
    if let Some(user) = input.assignee_id {
        fields::assignee(workspace, user, &mut faults);
    }
    let blockers: BTreeSet<TaskId> = input.blocked_by.iter().copied().collect();
    if blockers.len() > MAX_BLOCKERS {
        faults.add(
            "blocked_by",
            "too_many",
            format!("more than {MAX_BLOCKERS} blockers"),
        );
    }
    faults.end()?;
    event.list_id = live_place(workspace, input.list_id, input.parent_id, reads)?;
    // An import brings lists that are in the archive, with their tasks.
    if event.origin.is_none() {
        not_archived(workspace, event.list_id)?;
    }
    if input.list_id.is_some() && input.list_id != event.list_id {
        let message = "a subtask is in the list of its parent";
        return Err(Rejection::invalid("list_id", "not_the_parents", message));
    }
    check_place(workspace, None, input.parent_id, reads)?;
    for blocker in &blockers {
        check_blocker(workspace, task_id, *blocker, reads)?;
    }
    event.blocked_by = blockers.into_iter().collect();
    event.rank = workspace.last_rank(event.list_id, event.parent_id);
    Ok(event)
}
