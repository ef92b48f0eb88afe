//! The order in which a page of tasks is shown: by list, parts under what they are parts of.

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::ids::{ListId, TaskId};
use taskfold_views::tasks::Task;

/// A task in its place.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// The task.
    pub task: Task,
    /// How many of the tasks above it it is a part of.
    pub depth: usize,
}

/// The tasks of one list, or of the inbox.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// The list; none is the inbox.
    pub list: Option<ListId>,
    /// Its tasks.
    pub tasks: Vec<Placed>,
}

/// The tasks by list: the inbox first, then the lists in the order of `lists`, then others. Within a list
/// the order stays, but parts follow what they are parts of.
pub(crate) fn by_list(tasks: Vec<Task>, lists: &[ListId]) -> Vec<Group> {
    let place = |list: Option<ListId>| match list {
        None => (0, None),
        Some(id) => {
            let index = lists.iter().position(|known| *known == id);
            (index.map_or(usize::MAX, |index| index + 1), Some(id))
        }
    };
    let mut groups: BTreeMap<(usize, Option<ListId>), Vec<Task>> = BTreeMap::new();
    for task in tasks {
        groups.entry(place(task.list_id)).or_default().push(task);
    }
    groups
        .into_iter()
        .map(|((_, list), tasks)| Group {
            list,
            tasks: nested(tasks),
        })
        .collect()
}

/// The tasks as they come, none under another.
pub(crate) fn flat(tasks: Vec<Task>) -> Vec<Group> {
    let tasks = tasks
        .into_iter()
        .map(|task| Placed { task, depth: 0 })
        .collect();
    vec![Group { list: None, tasks }]
}

fn nested(tasks: Vec<Task>) -> Vec<Placed> {
    let here: BTreeSet<TaskId> = tasks.iter().map(|task| task.task_id).collect();
    let mut parts: BTreeMap<TaskId, Vec<Task>> = BTreeMap::new();
    let mut waiting: Vec<Placed> = Vec::new();
    for task in tasks {
        match task.parent_id.filter(|parent| here.contains(parent)) {
            Some(parent) => parts.entry(parent).or_default().push(task),
            None => waiting.push(Placed { task, depth: 0 }),
        }
    }
    // Last in, first out: what is shown next is at the end.
    waiting.reverse();
    let mut shown = Vec::new();
    while let Some(next) = waiting.pop() {
        let below = parts.remove(&next.task.task_id).unwrap_or_default();
        let depth = next.depth + 1;
        waiting.extend(below.into_iter().rev().map(|task| Placed { task, depth }));
        shown.push(next);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> String {
        format!("01920000-0000-7000-8000-{number:012}")
    }

    fn task(number: u32, parent: Option<u32>, list: Option<u32>) -> Task {
        serde_json::from_value(serde_json::json!({
            "task_id": id(number), "workspace_id": id(900), "list_id": list.map(id),
            "parent_id": parent.map(id), "title": number.to_string(), "description": "",
            "priority": "none", "due": null, "start": null, "tags": [], "recurrence": null,
            "reminders": [], "rank": "a", "blocked_by": [], "blocked": false,
            "assignee_id": null, "created_by": null, "created_at": "2026-11-18T14:30:00Z",
            "updated_at": "2026-11-18T14:30:00Z", "completed_at": null, "deleted_at": null,
            "previous_id": null, "origin": null, "version": 1,
            "subtasks": { "open": 0, "done": 0 }, "comments": 0,
        }))
        .unwrap()
    }

    fn shown(groups: &[Group]) -> String {
        let line = |placed: &Placed| format!("{}{}", "-".repeat(placed.depth), placed.task.title);
        let group = |group: &Group| group.tasks.iter().map(line).collect::<Vec<_>>().join(" ");
        groups.iter().map(group).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn lists_are_together_and_parts_below_their_whole() {
        let tasks = vec![
            task(5, Some(2), Some(70)),
            task(1, None, None),
            task(2, None, Some(70)),
            task(3, None, Some(60)),
            task(4, Some(2), Some(70)),
            task(6, Some(4), Some(70)),
            task(7, Some(99), None),
        ];
        let lists = [id(60), id(70)].map(|id| id.parse().unwrap());
        assert_eq!(
            shown(&by_list(tasks.clone(), &lists)),
            "1 7 | 3 | 2 -5 -4 --6"
        );
        assert_eq!(shown(&flat(tasks)), "5 1 2 3 4 6 7");
    }
}
