//! Doubles, parents and blockers brought into a form that the domain takes.

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::commands::ImportTask;
use taskfold_contracts::ids::{ListId, TaskId};

use super::Builder;

/// How many levels of subtasks there can be, the uppermost task included.
const LEVELS: usize = 8;
/// For how many tasks one can wait.
const BLOCKERS: usize = 50;

impl Builder<'_> {
    pub(super) fn drop_doubles(&mut self) {
        let mut seen = BTreeSet::new();
        let mut doubles = Vec::new();
        self.tasks.retain(|task| {
            let first = seen.insert(task.task.task_id);
            if !first {
                doubles.push(task.task.title.clone());
            }
            first
        });
        for title in doubles {
            self.lose(
                "tasks that are there twice",
                "two tasks have one id; the first is kept",
                &title,
            );
        }
    }

    /// Parents that are unknown go, cycles are cut, deep trees are flattened at the last level, subtasks
    /// are in the list of their parent, and parents come first.
    pub(super) fn mend_parents(&mut self) {
        let tasks = std::mem::take(&mut self.tasks);
        let known: BTreeSet<TaskId> = tasks.iter().filter_map(|task| task.task.task_id).collect();
        let mut children: BTreeMap<Option<TaskId>, Vec<ImportTask>> = BTreeMap::new();
        let mut parents: BTreeMap<TaskId, TaskId> = BTreeMap::new();
        for mut task in tasks {
            let parent = task.task.parent_id.filter(|parent| known.contains(parent));
            if parent != task.task.parent_id {
                self.lose(
                    "parents of subtasks",
                    "the parent is not in the file",
                    &task.task.title,
                );
                task.task.parent_id = None;
            }
            if let (Some(id), Some(parent)) = (task.task.task_id, parent) {
                parents.insert(id, parent);
            }
            children.entry(parent).or_default().push(task);
        }
        self.place(&mut children, None);
        // What no root leads to hangs on a circle, which is cut at one of its tasks.
        while let Some(start) = children.keys().next().copied().flatten() {
            let cut = on_circle(&parents, start);
            let Some(siblings) = children.get_mut(&parents.get(&cut).copied()) else {
                break;
            };
            let Some(at) = siblings
                .iter()
                .position(|task| task.task.task_id == Some(cut))
            else {
                break;
            };
            let mut root = siblings.remove(at);
            if siblings.is_empty() {
                children.remove(&parents.get(&cut).copied());
            }
            self.lose(
                "parents of subtasks",
                "the parents go in a circle",
                &root.task.title,
            );
            root.task.parent_id = None;
            children.insert(None, vec![root]);
            self.place(&mut children, None);
        }
    }

    /// Places the children of `root` and theirs, without recursion: chains may be long.
    fn place(
        &mut self,
        children: &mut BTreeMap<Option<TaskId>, Vec<ImportTask>>,
        root: Option<TaskId>,
    ) {
        let mut waiting: Vec<(Vec<TaskId>, Option<ListId>, ImportTask)> = Vec::new();
        for task in children.remove(&root).unwrap_or_default().into_iter().rev() {
            let list = task.task.list_id;
            waiting.push((Vec::new(), list, task));
        }
        while let Some((mut above, list, mut task)) = waiting.pop() {
            task.task.list_id = list;
            if above.len() >= LEVELS {
                self.lose(
                    "levels of subtasks",
                    "there are at most 8; moved up",
                    &task.task.title,
                );
                above.truncate(LEVELS - 1);
            }
            task.task.parent_id = above.last().copied();
            let id = task.task.task_id;
            self.tasks.push(task);
            above.extend(id);
            for child in children.remove(&id).unwrap_or_default().into_iter().rev() {
                waiting.push((above.clone(), list, child));
            }
        }
    }

    /// Blockers that are unknown, the task itself, or would close a circle go.
    pub(super) fn mend_blockers(&mut self) {
        let known: BTreeSet<TaskId> = self
            .tasks
            .iter()
            .filter_map(|task| task.task.task_id)
            .collect();
        let mut blockers: BTreeMap<TaskId, Vec<TaskId>> = BTreeMap::new();
        let mut lost = Vec::new();
        for task in &mut self.tasks {
            let Some(id) = task.task.task_id else {
                continue;
            };
            let mut kept = Vec::new();
            for blocker in std::mem::take(&mut task.task.blocked_by) {
                let fits = kept.len() < BLOCKERS
                    && known.contains(&blocker)
                    && !kept.contains(&blocker)
                    && !reaches(&blockers, blocker, id);
                if fits {
                    kept.push(blocker);
                    blockers.entry(id).or_default().push(blocker);
                } else {
                    lost.push(task.task.title.clone());
                }
            }
            task.task.blocked_by = kept;
        }
        for title in lost {
            self.lose(
                "dependencies",
                "the other task is not in the file, they go in a circle, or are more than 50",
                &title,
            );
        }
    }
}

/// A task of the circle to which the parents lead from here.
fn on_circle(parents: &BTreeMap<TaskId, TaskId>, start: TaskId) -> TaskId {
    let mut seen = BTreeSet::new();
    let mut at = start;
    while seen.insert(at) {
        match parents.get(&at) {
            Some(parent) => at = *parent,
            None => break,
        }
    }
    at
}

/// Whether `from` waits, directly or not, for `to`.
fn reaches(blockers: &BTreeMap<TaskId, Vec<TaskId>>, from: TaskId, to: TaskId) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(next) = waiting.pop() {
        if next == to {
            return true;
        }
        if seen.insert(next) {
            waiting.extend(blockers.get(&next).into_iter().flatten());
        }
    }
    false
}
