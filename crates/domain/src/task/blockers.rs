//! Which task waits for which: no cycles.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use taskfold_contracts::ids::{StreamId, TaskId};

use super::path;
use crate::rejection::Rejection;
use crate::workspace::Workspace;

/// Most tasks that one task waits for.
pub(crate) const MAX_BLOCKERS: usize = 50;
/// Most tasks that are looked at to rule out a cycle.
const MAX_WALK: usize = 1_000;

/// Whether `task` may wait for `blocker`: it exists, and nothing that it waits for waits for `task`. The
/// streams that this relies on are added to `reads`.
pub(crate) fn check_blocker(
    workspace: &Workspace,
    task: TaskId,
    blocker: TaskId,
    reads: &mut Vec<StreamId>,
) -> Result<(), Rejection> {
    if workspace.task(blocker).is_none() && blocker != task {
        return Err(Rejection::not_found("task", blocker));
    }
    // Each task that was met, with the one that waits for it.
    let mut seen: BTreeMap<TaskId, Option<TaskId>> = BTreeMap::from([(blocker, None)]);
    let mut open = vec![blocker];
    while let Some(id) = open.pop() {
        if id == task {
            return Err(cycle(workspace, task, &seen));
        }
        if seen.len() > MAX_WALK {
            return Err(Rejection::conflict(
                "too_many_blockers",
                format!("more than {MAX_WALK} tasks wait for each other"),
            ));
        }
        reads.push(id.into());
        let blockers = workspace
            .task(id)
            .map(|task| task.blocked_by.as_slice())
            .unwrap_or_default();
        for next in blockers {
            if let Entry::Vacant(new) = seen.entry(*next) {
                new.insert(Some(id));
                open.push(*next);
            }
        }
    }
    Ok(())
}

/// Tells the way from `task` over the new blocker back to `task`.
fn cycle(
    workspace: &Workspace,
    task: TaskId,
    waits: &BTreeMap<TaskId, Option<TaskId>>,
) -> Rejection {
    let back = std::iter::successors(Some(task), |id| waits.get(id).copied().flatten());
    let mut path: Vec<TaskId> = back.take(MAX_WALK + 1).collect();
    let message = if path.len() == 1 {
        format!(
            "{} cannot wait for itself",
            path::told(workspace, &path, "")
        )
    } else {
        path.push(task);
        path.reverse();
        let told = path::told(workspace, &path, "waits for");
        format!("a task cannot wait for itself: {told}")
    };
    Rejection::conflict("cycle", message)
}
