//! Putting a task elsewhere.

use taskfold_contracts::commands::MoveTask;
use taskfold_contracts::events::TaskMoved;
use taskfold_contracts::ids::{ListId, StreamId, TaskId};

use super::place::not_archived;
use super::{Task, check_place, live_place};
use crate::decision::{Context, Decided, Decision, Outcome};
use crate::rank;
use crate::rejection::Rejection;
use crate::workspace::Workspace;

/// Puts a task into a list, under a parent, between neighbours; its subtasks follow it into its list. A list
/// alone takes a subtask out of its parent, unless it is the list that the task is in.
pub(crate) fn relocate(workspace: &Workspace, ctx: &Context, id: TaskId, to: &MoveTask) -> Outcome {
    let task = workspace.live_task(id)?;
    let other_list = to.list_id.is_some_and(|list| list != task.list_id);
    let parent = to
        .parent_id
        .unwrap_or(if other_list { None } else { task.parent_id });
    let mut reads = Vec::new();
    let wanted = to.list_id.unwrap_or(task.list_id);
    let list = live_place(workspace, wanted, parent, &mut reads)?;
    if to.list_id.is_some() && wanted != list {
        let message = "a subtask is in the list of its parent";
        return Err(Rejection::invalid("list_id", "not_the_parents", message));
    }
    check_place(workspace, Some(id), parent, &mut reads)?;
    if list != task.list_id {
        not_archived(workspace, list)?;
    }
    let stays = list == task.list_id && parent == task.parent_id;
    let Some(rank) = new_rank(workspace, task, (list, parent), stays, to)? else {
        return Ok(Decision::nothing(id));
    };
    reads.extend(
        to.after
            .iter()
            .chain(&to.before)
            .map(|id| StreamId::from(*id)),
    );
    let moved = TaskMoved {
        task_id: id,
        list_id: list,
        parent_id: parent,
        rank,
    };
    let mut events = vec![ctx.now(moved)];
    events.extend(follow_list(workspace, ctx, id, list));
    Ok(Decision {
        events,
        reads,
        ..Decision::nothing(id)
    })
}

/// Moves of the subtasks that are not in the list of the task above them.
pub(crate) fn follow_list(
    workspace: &Workspace,
    ctx: &Context,
    id: TaskId,
    list: Option<ListId>,
) -> Vec<Decided> {
    let below = workspace.descendants(id);
    let strays = below.into_iter().filter(|task| task.list_id != list);
    let follow = |task: &Task| TaskMoved {
        task_id: task.id,
        list_id: list,
        parent_id: task.parent_id,
        rank: task.rank.as_ref().to_owned(),
    };
    strays.map(|task| ctx.now(follow(task))).collect()
}

/// The rank between the named neighbours, or after the last; none when the task stands there already.
fn new_rank(
    workspace: &Workspace,
    task: &Task,
    (list, parent): (Option<ListId>, Option<TaskId>),
    stays: bool,
    to: &MoveTask,
) -> Result<Option<String>, Rejection> {
    let others = || {
        workspace
            .tasks_in(list, parent)
            .filter(|other| other.id != task.id)
    };
    let neighbour = |field: &str, id: Option<TaskId>| match id {
        None => Ok(None),
        Some(id) => match workspace.task(id) {
            Some(other) if (other.list_id, other.parent_id) == (list, parent) && id != task.id => {
                Ok(Some(&*other.rank))
            }
            _ => Err(Rejection::invalid(
                field,
                "not_a_sibling",
                format!("{id} is not in that place"),
            )),
        },
    };
    let after = neighbour("after", to.after)?;
    let before = neighbour("before", to.before)?;
    // Ranks may be equal (a next occurrence takes its predecessor's), so the other side is the nearest one
    // that differs.
    let (low, high) = match (after, before) {
        (Some(low), Some(high)) if low >= high => {
            let message = "after has to come before before";
            return Err(Rejection::invalid("before", "not_in_order", message));
        }
        (Some(low), None) => (Some(low), workspace.rank_after(list, parent, low, task.id)),
        (None, Some(high)) => (
            workspace.rank_before(list, parent, high, task.id),
            Some(high),
        ),
        (None, None) if stays && to.list_id.is_none() && to.parent_id.is_none() => {
            (others().next_back().map(|last| &*last.rank), None)
        }
        (None, None) if stays => return Ok(None),
        (None, None) => (others().next_back().map(|last| &*last.rank), None),
        (low, high) => (low, high),
    };
    let own = &*task.rank;
    let fits = low.is_none_or(|low| low < own) && high.is_none_or(|high| own < high);
    Ok((!(stays && fits)).then(|| rank::between(low, high)))
}
