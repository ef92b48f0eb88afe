//! Which task waits for which: no cycles.

use std::collections::BTreeSet;

use taskfold_contracts::ids::{StreamId, TaskId};

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
    let mut seen = BTreeSet::from([blocker]);
    let mut open = vec![blocker];
    while let Some(id) = open.pop() {
        if id == task {
            return Err(Rejection::conflict(
                "cycle",
                "a task cannot wait for itself",
            ));
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
        open.extend(blockers.iter().filter(|blocker| seen.insert(**blocker)));
    }
    Ok(())
}
