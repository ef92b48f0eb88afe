//! Taking a task out of the trash.

use taskfold_contracts::events::{TaskMoved, TaskRestored};
use taskfold_contracts::ids::{ListId, StreamId, TaskId};

use super::{Task, follow_list};
use crate::decision::{Context, Decision, Outcome};
use crate::rejection::Rejection;
use crate::workspace::Workspace;

impl Workspace {
    /// Where a task can be, as its parent and its list are now: without a parent in the trash it goes to the
    /// top of its list, without a list in the trash to the inbox.
    pub(crate) fn nearest_place(
        &self,
        list: Option<ListId>,
        parent: Option<TaskId>,
    ) -> (Option<ListId>, Option<TaskId>) {
        let parent = parent
            .and_then(|id| self.task(id))
            .filter(|parent| !parent.is_deleted());
        let list = parent.map_or(list, |parent| parent.list_id);
        let list = list.filter(|id| self.list(*id).is_some_and(|list| !list.is_deleted()));
        (list, parent.map(|parent| parent.id))
    }
}

/// Takes a task out of the trash, with the subtasks that went there in the same change. When its parent or
/// its list is still there, it goes to the nearest place that is not.
pub(crate) fn restore(workspace: &Workspace, ctx: &Context, id: TaskId) -> Outcome {
    let task = workspace
        .task(id)
        .ok_or_else(|| Rejection::not_found("task", id))?;
    if !task.is_deleted() {
        return Ok(Decision::nothing(id));
    }
    let mut decision = Decision::nothing(id);
    let place = workspace.nearest_place(task.list_id, task.parent_id);
    if place != (task.list_id, task.parent_id) {
        let (list_id, parent_id) = place;
        let rank = workspace.last_rank(list_id, parent_id);
        decision.events.push(ctx.now(TaskMoved {
            task_id: id,
            list_id,
            parent_id,
            rank,
        }));
        decision
            .events
            .extend(follow_list(workspace, ctx, id, list_id));
    }
    decision.reads.extend(place.0.map(StreamId::from));
    decision.reads.extend(place.1.map(StreamId::from));
    decision.events.push(ctx.now(TaskRestored { task_id: id }));
    let went_along = gone_with(workspace, task);
    decision.events.extend(
        went_along
            .iter()
            .map(|id| ctx.now(TaskRestored { task_id: *id })),
    );
    Ok(decision)
}

/// The subtasks that went to the trash in the same change, through parents that did so too.
fn gone_with(workspace: &Workspace, task: &Task) -> Vec<TaskId> {
    let mut found = vec![task.id];
    let mut next = 0;
    while let Some(id) = found.get(next).copied() {
        let children = workspace.children(id);
        let gone =
            children.filter(|child| child.is_deleted() && child.deleted_by == task.deleted_by);
        found.extend(gone.map(|child| child.id));
        next += 1;
    }
    found.split_off(1)
}
